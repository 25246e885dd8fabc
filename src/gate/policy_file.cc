#include "gate/policy_file.h"

#include "core/record.h"
#include "gate/section.h"

namespace antidotary::gate {
namespace {

constexpr std::size_t rules_max = 10'000;

/// Why a finding may not have an action; empty where it may.
std::string objection(Finding finding, Action action) {
  if (allowed(finding, action)) return {};
  if (finding == Finding::clean) return "what is clean is accepted";
  if (finding == Finding::released) return "what a person released is accepted";
  return fmt::format(
      "what could not be read because something failed is never '{}': choose tempfail, quarantine "
      "or reject",
      enum_name(action));
}

void read_default(Section& section, Policy& out) {
  for (auto i = static_cast<std::size_t>(Finding::suspicious); i < findings; ++i) {
    const auto finding = static_cast<Finding>(i);
    const std::string_view key = enum_name(finding);
    const auto chosen = section.choice(key, enum_names(Action{}));
    if (!chosen) continue;
    const auto action = static_cast<Action>(*chosen);
    const std::string why_not = objection(finding, action);
    if (!why_not.empty()) {
      section.mistake_at(key, why_not);
    } else {
      out.otherwise[i] = action;
    }
  }
  section.finish();
}

void read_rule(Section& section, Policy& out) {
  Rule rule;
  section.texts("recipients", rule.recipients);
  section.texts("names", rule.names);
  for (const std::size_t index : section.choices("findings", enum_names(Finding{}))) {
    rule.findings.push_back(static_cast<Finding>(index));
  }
  const auto chosen = section.choice("action", enum_names(Action{}));
  if (chosen) {
    rule.action = static_cast<Action>(*chosen);
  } else if (!section.has("action")) {
    section.mistake_at("action", "a rule says what to do: action = \"quarantine\"");
  }
  for (const Finding finding : rule.findings) {
    const std::string why_not = objection(finding, rule.action);
    if (chosen && !why_not.empty()) section.mistake_at("action", why_not);
  }
  for (const std::string_view key : {"recipients", "findings", "names"}) {
    if (section.is_empty_list(key)) {
      section.mistake_at(key, fmt::format("an empty '{}' holds for nothing; leave it out, and the "
                                          "rule holds for all",
                                          key));
    }
  }
  section.finish();
  out.rules.push_back(std::move(rule));
}

}  // namespace

PolicyRead read_policy(std::string_view text, const std::string& file) {
  PolicyRead out;
  const auto root = read_toml(text, file, out.mistakes);
  if (!root) return out;
  Section top(&*root, "a policy", file, out.mistakes);
  if (auto section = top.section("default")) read_default(*section, out.policy);
  std::vector<Section> rules = top.sections("rule");
  if (rules.size() > rules_max) {
    top.mistake_at("rule", fmt::format("more than {} rules", rules_max));
    return out;
  }
  for (Section& rule : rules) read_rule(rule, out.policy);
  top.finish();
  return out;
}

}  // namespace antidotary::gate
