#include "gate/verdict.h"

#include <algorithm>

#include "core/record.h"
#include "core/text.h"

namespace antidotary::gate {

std::vector<std::string> names_of(const scan::Report& report) {
  std::vector<std::string> out;
  const auto add = [&out](std::string name) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  };
  for (const scan::Alert& alert : report.alerts) add(alert.name);
  for (const scan::Detection& one : report.detections) {
    if (one.convicts) add(one.variant.empty() ? one.entry : one.entry + "." + one.variant);
  }
  return out;
}

const scan::Unread* worst_gap(const scan::Report& report) {
  const scan::Unread* worst = nullptr;
  for (const scan::Unread& one : report.unread) {
    if (worst == nullptr || one.gap > worst->gap) worst = &one;
  }
  return worst;
}

std::string_view alert_name(scan::Gap gap) {
  switch (gap) {
    case scan::Gap::opaque:
      return "Heuristics.Encrypted.NotRead";
    case scan::Gap::limited:
      return "Heuristics.Limits.Exceeded.NotRead";
    case scan::Gap::failed:
      break;
  }
  return "Heuristics.Limits.Exceeded.Failed";
}

std::string gap_words(const scan::Unread& gap) {
  return fmt::format("{}: {} ({})", join(gap.path, " > "), gap.reason, enum_name(gap.gap));
}

}  // namespace antidotary::gate
