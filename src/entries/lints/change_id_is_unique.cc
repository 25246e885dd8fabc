// Lint: a change's id means one change.
#include <fmt/core.h>

#include <set>
#include <string>

#include "entries/ids.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class ChangeIdIsUnique final : public VariantLint {
 public:
  std::string_view name() const override { return "change-id-is-unique"; }
  std::string_view advice() const override {
    return "Give each change of a variant an id of its own, in lower case: \"worm-body\".";
  }
  void check_variant(const Variant& variant, Report& report) const override {
    std::set<std::string> seen;
    for (const auto& change : variant.changes) {
      if (!seen.insert(change->id).second) {
        report.say(change->place, fmt::format("two changes are called {}", change->id));
      }
      if (!is_id(change->id)) {
        report.say(change->place, fmt::format("the id {} is not of small letters", change->id));
      }
    }
  }
};

}  // namespace

const Lint& change_id_is_unique_lint() {
  static const ChangeIdIsUnique rule;
  return rule;
}

}  // namespace antidotary::entries
