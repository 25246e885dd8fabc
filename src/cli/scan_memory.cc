#include "cli/scan_memory.h"

#include <algorithm>

#include "core/record.h"

namespace antidotary::cli {
namespace {

/// False where one of them does not begin with the object itself.
template <class Part>
bool rename_all(std::vector<Part>& parts, const std::string& shown) {
  for (Part& part : parts) {
    if (part.path.empty()) return false;
    part.path.front() = shown;
  }
  return true;
}

}  // namespace

std::optional<Buffer> kept_form(const scan::Report& report) {
  // What is closed to us now is closed to us again; all else may be read the next time.
  const bool final = std::all_of(report.unread.begin(), report.unread.end(),
                                 [](const auto& one) { return one.gap == scan::Gap::opaque; });
  if (!final) return std::nullopt;
  const bool nothing_to_tell = report.unread.empty() && report.alerts.empty() &&
                               report.detections.empty() && report.silenced.empty();
  return nothing_to_tell ? Buffer{} : to_wire(report);
}

std::optional<scan::Report> told_again(const files::Remembered& remembered,
                                       const std::string& shown, std::uint64_t size_bytes) {
  if (remembered.report.empty()) {
    scan::Report clean;
    clean.objects = 1;
    clean.bytes = size_bytes;
    clean.sha256 = remembered.sha256;
    return clean;
  }
  auto report = from_wire<scan::Report>(remembered.report);
  const bool whole = report && rename_all(report->detections, shown) &&
                     rename_all(report->alerts, shown) && rename_all(report->unread, shown);
  if (!whole) return std::nullopt;
  return std::move(*report);
}

std::optional<scan::Report> ScanMemory::recall(const std::string& shown, const files::Stat& stat,
                                               int descriptor) {
  if (trust_.paranoid && descriptor < 0) return std::nullopt;
  const auto known = cache_.find(stat, name_of(shown));
  if (!known) return std::nullopt;
  const bool must_have_digest = trust_.paranoid || (trust_.digest_wanted && !known->report.empty());
  if (must_have_digest && known->sha256.empty()) return std::nullopt;
  if (trust_.paranoid) {
    const auto digest = files::sha256_of(descriptor);
    if (!digest || *digest != known->sha256) return std::nullopt;
  }
  return told_again(*known, shown, stat.size_bytes);
}

void ScanMemory::keep(const std::string& shown, const files::Stat& stat, const scan::Report& report,
                      std::uint64_t now_s) {
  auto form = kept_form(report);
  if (form) cache_.remember(stat, name_of(shown), {report.sha256, std::move(*form)}, now_s);
}

}  // namespace antidotary::cli
