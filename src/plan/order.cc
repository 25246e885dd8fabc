// Order: Kahn's algorithm with a stable choice.
#include "plan/order.h"

#include <fmt/core.h>

#include <algorithm>

namespace antidotary::plan {

std::vector<Step> in_order(std::vector<Draft> drafts) {
  std::vector<Step> out;
  std::vector<bool> done(drafts.size(), false);
  std::vector<bool> left(drafts.size(), false);
  std::vector<std::uint32_t> number(drafts.size(), 0);
  const auto is_free = [&](const Draft& draft) {
    return std::all_of(draft.after.begin(), draft.after.end(),
                       [&](std::size_t before) { return done[before]; });
  };
  while (out.size() < drafts.size()) {
    std::size_t best = drafts.size();
    bool best_is_free = false;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
      if (done[i]) continue;
      const bool free = is_free(drafts[i]);
      if (best != drafts.size() && best_is_free && !free) continue;
      const bool sooner =
          best == drafts.size() || (free && !best_is_free) || drafts[i].rank < drafts[best].rank;
      if (!sooner) continue;
      best = i;
      best_is_free = free;
    }
    Draft& draft = drafts[best];
    Step& step = draft.step;
    if (!best_is_free && step.left.empty()) {
      step.left = "the entry asks for an order that has no beginning";
    }
    for (const std::size_t before : draft.after) {
      if (!left[before] || !step.left.empty()) continue;
      step.left =
          fmt::format("it must come after another step that is left: {}", drafts[before].step.what);
    }
    for (const std::size_t before : draft.after) {
      if (done[before] && !drafts[before].harmless_if_left) {
        if (!step.waits_for) step.waits_for.emplace();
        step.waits_for->push_back(number[before]);
      }
    }
    done[best] = true;
    left[best] = !step.left.empty() && !draft.harmless_if_left;
    step.number = static_cast<std::uint32_t>(out.size() + 1);
    number[best] = step.number;
    // Copied, because a later step may name this one.
    out.push_back(step);
  }
  return out;
}

}  // namespace antidotary::plan
