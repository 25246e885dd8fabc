// Lint: a value that the threat deleted says whose it was, for that decides whether it comes back.
//
// Netsky deleted other worms' values: nobody wants them again. Nyxem deleted those of anti-virus
// programs: these must be repaired.
#include <fmt/core.h>

#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class RemovedValueHasOwner final : public ChangeLint<RegistryChange> {
 public:
  std::string_view name() const override { return "removed-value-has-owner"; }
  std::string_view advice() const override {
    return "Write `owner = \"threat\"` (never comes back), \"protection\", \"program\" or "
           "\"windows\" (is repaired).";
  }
  void check_change(const RegistryChange& change, Report& report) const override {
    const bool removed = change.action == RegistryChange::Action::remove;
    if (removed && change.owner == RegistryChange::Owner::unknown) {
      report.say(change.place, fmt::format("{} does not say whose value was deleted", change.id));
    }
    if (removed && change.owner == RegistryChange::Owner::threat && !change.old_data.empty()) {
      report.say(change.place, fmt::format("{} would give a threat its value back", change.id),
                 "Remove `old` and `old_data`.");
    }
    if (!removed && change.owner != RegistryChange::Owner::unknown) {
      report.say(change.place, fmt::format("{} has an owner, but deletes nothing", change.id),
                 "Remove `owner`, or write `action = \"remove\"`.");
    }
  }
};

}  // namespace

const Lint& removed_value_has_owner_lint() {
  static const RemovedValueHasOwner rule;
  return rule;
}

}  // namespace antidotary::entries
