// Times: how verbs print an instant.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <ctime>
#include <string>

namespace antidotary::cli {

/// "2026-11-30 09:15:00Z"
inline std::string shown_time(std::uint64_t unix_s) {
  const auto time = static_cast<std::time_t>(unix_s);
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return std::to_string(unix_s);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/// "2026-11-30"
inline std::string shown_day(std::uint64_t unix_s) { return shown_time(unix_s).substr(0, 10); }

}  // namespace antidotary::cli
