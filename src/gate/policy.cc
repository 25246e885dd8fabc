#include "gate/policy.h"

#include <algorithm>

#include "core/record.h"
#include "core/text.h"
#include "gate/verdict.h"

namespace antidotary::gate {
namespace {

bool is_for(const Rule& rule, std::string_view recipient) {
  return rule.recipients.empty() ||
         std::any_of(rule.recipients.begin(), rule.recipients.end(), [&](const auto& pattern) {
           return pattern.starts_with('@') ? matches_wildcard("*" + pattern, recipient)
                                           : matches_wildcard(pattern, recipient);
         });
}

bool is_about(const Rule& rule, const Judgement& judgement) {
  const bool found = rule.findings.empty() || std::find(rule.findings.begin(), rule.findings.end(),
                                                        judgement.finding) != rule.findings.end();
  // Every name has to be one that the rule is about: else one harmless name excuses another.
  const bool named =
      rule.names.empty() ||
      (!judgement.names.empty() &&
       std::all_of(judgement.names.begin(), judgement.names.end(), [&](const auto& name) {
         return std::any_of(rule.names.begin(), rule.names.end(),
                            [&](const auto& pattern) { return matches_wildcard(pattern, name); });
       }));
  return found && named;
}

/// "message, change x: subject, attachment" of what is seen and does not convict.
std::string signs_of(const scan::Report& report) {
  for (const scan::Detection& one : report.detections) {
    if (!one.convicts) return fmt::format("signs of {} (change {})", one.entry, one.change);
  }
  return {};
}

}  // namespace

std::span<const std::string_view> enum_names(Finding) {
  static constexpr std::string_view names[] = {"clean",   "released", "suspicious", "opaque",
                                               "limited", "outbreak", "failed",     "malware"};
  return names;
}

std::span<const std::string_view> enum_names(Action) {
  static constexpr std::string_view names[] = {"accept",     "tag",      "discard",
                                               "quarantine", "tempfail", "reject"};
  return names;
}

bool allowed(Finding finding, Action action) {
  if (finding <= Finding::released) return action == Action::accept;
  if (finding != Finding::failed) return true;
  return action == Action::quarantine || action == Action::tempfail || action == Action::reject;
}

Judgement judge(const scan::Report& report) {
  Judgement out;
  out.names = names_of(report);
  const scan::Unread* const gap = worst_gap(report);
  if (gap != nullptr) out.reason = join(gap->path, " > ") + ": " + gap->reason;
  if (!out.names.empty()) {
    out.finding = Finding::malware;
    for (const scan::Detection& one : report.detections) {
      if (!one.convicts) continue;
      out.entry = one.variant.empty() ? one.entry : one.entry + "." + one.variant;
      break;
    }
    return out;
  }
  if (gap != nullptr) {
    out.finding = gap->gap == scan::Gap::failed    ? Finding::failed
                  : gap->gap == scan::Gap::limited ? Finding::limited
                                                   : Finding::opaque;
    return out;
  }
  out.reason = signs_of(report);
  if (!out.reason.empty()) out.finding = Finding::suspicious;
  return out;
}

Action Policy::action(const Judgement& judgement, std::string_view recipient) const {
  if (judgement.finding <= Finding::released) return Action::accept;
  for (const Rule& rule : rules) {
    if (allowed(judgement.finding, rule.action) && is_for(rule, recipient) &&
        is_about(rule, judgement)) {
      return rule.action;
    }
  }
  return otherwise[static_cast<std::size_t>(judgement.finding)];
}

}  // namespace antidotary::gate
