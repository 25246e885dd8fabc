#include "gate/policy.h"

#include <algorithm>
#include <iterator>
#include <set>

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

bool is_about(const Rule& rule, const Judgement& judgement, Finding finding) {
  const bool found = rule.findings.empty() || std::find(rule.findings.begin(), rule.findings.end(),
                                                        finding) != rule.findings.end();
  // Names are those of malware. Every one has to be one that the rule is about: else one harmless
  // name excuses another.
  const bool named =
      rule.names.empty() ||
      (finding == Finding::malware && !judgement.names.empty() &&
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

Finding finding_of(scan::Gap gap) {
  return gap == scan::Gap::failed    ? Finding::failed
         : gap == scan::Gap::limited ? Finding::limited
                                     : Finding::opaque;
}

Action action_for(const Policy& policy, const Judgement& judgement, Finding finding,
                  std::string_view recipient) {
  for (const Rule& rule : policy.rules) {
    if (allowed(finding, rule.action) && is_for(rule, recipient) &&
        is_about(rule, judgement, finding)) {
      return rule.action;
    }
  }
  return policy.otherwise[static_cast<std::size_t>(finding)];
}

}  // namespace

bool delivers(Action action) { return action == Action::accept || action == Action::tag; }

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
  std::set<Finding> holds;
  out.names = names_of(report);
  if (!out.names.empty()) holds.insert(Finding::malware);
  for (const scan::Detection& one : report.detections) {
    if (!one.convicts) continue;
    out.entry = one.variant.empty() ? one.entry : one.entry + "." + one.variant;
    break;
  }
  for (const scan::Unread& one : report.unread) holds.insert(finding_of(one.gap));
  if (const scan::Unread* const gap = worst_gap(report)) {
    out.reason = join(gap->path, " > ") + ": " + gap->reason;
  }
  const std::string signs = signs_of(report);
  if (!signs.empty()) holds.insert(Finding::suspicious);
  if (!signs.empty() && out.names.empty()) out.reason += (out.reason.empty() ? "" : "; ") + signs;
  if (holds.empty()) return out;
  out.finding = *holds.rbegin();
  out.beside.assign(holds.begin(), std::prev(holds.end()));
  return out;
}

void add_finding(Judgement& judgement, Finding finding, const std::string& reason) {
  std::set<Finding> holds(judgement.beside.begin(), judgement.beside.end());
  if (judgement.finding != Finding::clean) holds.insert(judgement.finding);
  holds.insert(finding);
  judgement.finding = *holds.rbegin();
  judgement.beside.assign(holds.begin(), std::prev(holds.end()));
  judgement.reason += (judgement.reason.empty() ? "" : "; ") + reason;
}

Action Policy::action(const Judgement& judgement, std::string_view recipient) const {
  if (judgement.finding <= Finding::released) return Action::accept;
  Action gravest = action_for(*this, judgement, judgement.finding, recipient);
  if (judgement.finding == Finding::malware && !delivers(gravest)) return gravest;
  for (const Finding one : judgement.beside) {
    gravest = std::max(gravest, action_for(*this, judgement, one, recipient));
  }
  return gravest;
}

}  // namespace antidotary::gate
