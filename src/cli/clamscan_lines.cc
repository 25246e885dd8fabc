#include "cli/clamscan_lines.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>

namespace antidotary::cli {

Result<ClamscanLines> ClamscanLines::open(const ClamscanOptions& options) {
  ClamscanLines out;
  out.quiet_ = options.on("quiet");
  out.all_to_stdout_ = options.on("stdout");
  const std::string path = options.value("log");
  if (path.empty()) return out;
  out.log_.reset(std::fopen(path.c_str(), "ae"));
  if (out.log_ == nullptr) {
    return fail(ErrorKind::io, "Failed to open log file {}: {}", path, std::strerror(errno));
  }
  out.log("\n" + std::string(79, '-') + "\n");
  return out;
}

void ClamscanLines::out(const std::string& line) {
  out_only(line);
  log(line);
}

void ClamscanLines::out_only(const std::string& line) {
  if (!quiet_) std::fprintf(stdout, "%s\n", line.c_str());
}

void ClamscanLines::err(const std::string& line) {
  if (!quiet_) std::fprintf(all_to_stdout_ ? stdout : stderr, "%s\n", line.c_str());
  log(line);
}

void ClamscanLines::error(const std::string& line) {
  std::fprintf(all_to_stdout_ ? stdout : stderr, "%s\n", line.c_str());
  log(line);
}

void ClamscanLines::err_only(const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
}

void ClamscanLines::log(const std::string& line) {
  if (log_ != nullptr) std::fprintf(log_.get(), "%s\n", line.c_str());
}

}  // namespace antidotary::cli
