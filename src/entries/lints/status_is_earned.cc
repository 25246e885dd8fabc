// Lint: an entry that is called tested has something that can be tested.
#include <algorithm>

#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

class StatusIsEarned final : public EntryLint {
 public:
  std::string_view name() const override { return "status-is-earned"; }
  std::string_view advice() const override {
    return "State a change that can be checked, or write `status = \"draft\"`.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    if (entry.variants.empty()) {
      report.say(entry.place, "the entry has no variant",
                 "Write variants/a.toml; where nothing can be checked, with `named_only`.");
    }
    const bool any = std::any_of(entry.variants.begin(), entry.variants.end(),
                                 [](const Variant& variant) { return variant.checkable(); });
    if (entry.status != Status::draft && !any) {
      report.say(entry.place, "the entry is called tested, but no variant of it can be checked");
    }
    if (entry.status == Status::draft) return;
    for_each_text(entry, [&](std::string_view text, const Place& place) {
      if (text.find("FILL-IN") != std::string_view::npos) {
        report.say(place, "a place of the template is not filled in",
                   "Write what FILL-IN asks for, or write `status = \"draft\"`.");
      }
    });
  }
};

}  // namespace

const Lint& status_is_earned_lint() {
  static const StatusIsEarned rule;
  return rule;
}

}  // namespace antidotary::entries
