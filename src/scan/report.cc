#include "scan/report.h"

#include <algorithm>
#include <array>

namespace antidotary::scan {

std::span<const std::string_view> enum_names(Verdict) {
  static constexpr std::array<std::string_view, 3> names = {"clean", "found", "incomplete"};
  return names;
}

std::span<const std::string_view> enum_names(Gap) {
  static constexpr std::array<std::string_view, 3> names = {"opaque", "limited", "failed"};
  return names;
}

Verdict Report::verdict() const {
  const bool found = std::any_of(detections.begin(), detections.end(),
                                 [](const Detection& detection) { return detection.convicts; });
  if (found || !alerts.empty()) return Verdict::found;
  return unread.empty() ? Verdict::clean : Verdict::incomplete;
}

}  // namespace antidotary::scan
