#include "gate/outcome.h"

#include <algorithm>

namespace antidotary::gate {
namespace {

/// One action for all, where recipients cannot be told apart: the gravest, and nothing is dropped
/// that another's policy wants kept or delivered.
Action for_all(const std::vector<Action>& actions) {
  return std::max(*std::max_element(actions.begin(), actions.end()), Action::quarantine);
}

Outcome held(const Means& means) {
  Outcome out;
  // Without any place to keep it, the sender keeps it.
  out.whole = means.hold ? Outcome::Whole::hold : Outcome::Whole::tempfail;
  return out;
}

}  // namespace

std::span<const std::string_view> enum_names(Outcome::Whole) {
  static constexpr std::string_view names[] = {"delivered", "held", "discarded", "tempfailed",
                                               "rejected"};
  return names;
}

Outcome outcome_of(const std::vector<Action>& actions, const Means& means) {
  Outcome out;
  const auto any = [&](Action wanted) {
    return std::find(actions.begin(), actions.end(), wanted) != actions.end();
  };
  if (actions.empty() || any(Action::tempfail)) {
    out.whole = Outcome::Whole::tempfail;
    return out;
  }
  const bool some_delivered = std::any_of(actions.begin(), actions.end(), delivers);
  const bool all_delivered = std::all_of(actions.begin(), actions.end(), delivers);
  if (all_delivered) return out;
  if (some_delivered && !means.remove_recipients) {
    return outcome_of(std::vector<Action>(actions.size(), for_all(actions)), means);
  }
  if (!means.quarantine && any(Action::quarantine)) return held(means);
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const bool refused_beside_delivery = actions[i] == Action::reject && some_delivered;
    if (actions[i] == Action::quarantine || refused_beside_delivery) out.kept_for.push_back(i);
    if (some_delivered && !delivers(actions[i])) out.removed.push_back(i);
  }
  out.keep = !out.kept_for.empty();
  if (out.keep && !means.quarantine) return held(means);
  if (some_delivered) return out;
  out.whole = any(Action::reject) ? Outcome::Whole::reject : Outcome::Whole::discard;
  return out;
}

}  // namespace antidotary::gate
