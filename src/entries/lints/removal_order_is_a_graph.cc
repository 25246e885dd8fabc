// Lint: the order of removal can be followed to its end.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class RemovalOrderIsAGraph final : public VariantLint {
 public:
  std::string_view name() const override { return "removal-order-is-a-graph"; }
  std::string_view advice() const override {
    return "Name in `before` only changes of this variant, and no circle of them.";
  }
  void check_variant(const Variant& variant, Report& report) const override {
    std::map<std::string, const Change*> changes;
    for (const auto& change : variant.changes) changes.emplace(change->id, change.get());
    for (const auto& change : variant.changes) {
      if (!change->keep.empty() && !change->before.empty()) {
        report.say(change->place, fmt::format("{} is kept, and others wait for it", change->id),
                   "Leave out `before` or `keep`: what is kept goes last.");
      }
      for (const std::string& id : change->before) {
        if (changes.count(id) != 0) continue;
        report.say(change->place, fmt::format("`before` names {}, which is no change here", id));
      }
    }
    // Changes are taken away while nothing waits for them; what stays is a circle.
    for (bool moved = true; moved;) {
      moved = false;
      for (auto it = changes.begin(); it != changes.end();) {
        const auto& before = it->second->before;
        const bool waits = std::any_of(before.begin(), before.end(), [&](const std::string& id) {
          return changes.count(id) != 0;
        });
        moved = moved || !waits;
        it = waits ? std::next(it) : changes.erase(it);
      }
    }
    if (!changes.empty()) {
      const Change& first = *changes.begin()->second;
      report.say(first.place, fmt::format("the removal of {} waits for itself", first.id));
    }
  }
};

}  // namespace

const Lint& removal_order_is_a_graph_lint() {
  static const RemovalOrderIsAGraph rule;
  return rule;
}

}  // namespace antidotary::entries
