// Lint: what stood in the registry before is given, or said to be unknown.
#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class OldValueIsClear final : public ChangeLint<RegistryChange> {
 public:
  std::string_view name() const override { return "old-value-is-clear"; }
  std::string_view advice() const override {
    return "Write `old = \"absent\"`, `old = \"unknown\"`, or `old = \"value\"` with `old_data`.";
  }
  void check_change(const RegistryChange& change, Report& report) const override {
    using Old = RegistryChange::Old;
    const bool given = change.had_value();
    if (given && !change.old_data_is_stated) {
      report.say(change.place, "`old` says that there was a value, but `old_data` is missing");
    } else if (!given && change.old_data_is_stated) {
      report.say(change.place, "`old_data` is given, but `old` says that none was there or known");
    }
    if (change.action == RegistryChange::Action::remove && change.old == Old::absent) {
      report.say(change.place, "a value that is removed cannot have been absent");
    }
    if (change.action == RegistryChange::Action::create_key && change.old != Old::absent &&
        change.old != Old::unknown) {
      report.say(change.place, "a key that is created has no old value",
                 "Write `old = \"absent\"`.");
    }
  }
};

}  // namespace

const Lint& old_value_is_clear_lint() {
  static const OldValueIsClear rule;
  return rule;
}

}  // namespace antidotary::entries
