// Metrics: what the daemon did, in Prometheus' text form (version 0.0.4).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "serve/outbreak/desk.h"
#include "serve/scans.h"

namespace antidotary::serve {

/// How long answers took, queue included, in buckets.
class Latency {
 public:
  static constexpr std::array<std::uint64_t, 12> bounds_ms = {
      1, 2, 5, 10, 20, 50, 100, 200, 1'000, 5'000, 30'000, 120'000};
  void add(std::uint64_t took_ms);
  /// The lines of one histogram in seconds.
  std::string lines(const std::string& name) const;

 private:
  std::array<std::uint64_t, bounds_ms.size()> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ms_ = 0;
};

struct MailCounts {
  std::uint64_t delivered = 0;
  std::uint64_t held = 0;
  std::uint64_t discarded = 0;
  std::uint64_t tempfailed = 0;
  std::uint64_t rejected = 0;
};

struct Measured {
  ScanCounts scans;
  MailCounts mail;
  std::uint64_t waiting = 0;
  std::uint64_t busy = 0;
  std::uint64_t workers = 0;
  std::uint64_t connections = 0;
  std::uint64_t spooled_bytes = 0;
  std::uint64_t signatures = 0;
  std::string knowledge;  ///< The pack's id.
  std::uint64_t kept_items = 0;
  std::uint64_t kept_bytes = 0;
  const outbreak::Desk* outbreaks = nullptr;  ///< Or null.
  std::uint64_t outbreaks_active = 0;
};

std::string metrics_text(const Measured& measured, const Latency& latency);

}  // namespace antidotary::serve
