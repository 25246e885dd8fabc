// Lint: where one variant cannot be told from another, the other says so as well.
#include <fmt/core.h>

#include <algorithm>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class ConfusableIsMutual final : public EntryLint {
 public:
  std::string_view name() const override { return "confusable-is-mutual"; }
  Severity severity() const override { return Severity::warning; }
  std::string_view advice() const override { return "Add a [[confusable]] to the other variant."; }
  void check_entry(const Entry& entry, Report& report) const override {
    for (const Variant& variant : entry.variants) {
      for (const Confusable& confusable : variant.confusable) {
        const Variant* other = entry.find(confusable.variant);
        if (other == nullptr) continue;
        const bool back = std::any_of(other->confusable.begin(), other->confusable.end(),
                                      [&](const Confusable& c) { return c.variant == variant.id; });
        if (!back) {
          report.say(confusable.place,
                     fmt::format("variant {} does not say so of {}", other->id, variant.id));
        }
      }
    }
  }
};

}  // namespace

const Lint& confusable_is_mutual_lint() {
  static const ConfusableIsMutual rule;
  return rule;
}

}  // namespace antidotary::entries
