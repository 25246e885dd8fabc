// Lint: a variant that cannot be told apart names one that is there.
#include <fmt/core.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class ConfusableExists final : public EntryLint {
 public:
  std::string_view name() const override { return "confusable-exists"; }
  std::string_view advice() const override {
    return "Name the id of another variant of this entry.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    for (const Variant& variant : entry.variants) {
      for (const Confusable& confusable : variant.confusable) {
        if (confusable.variant == variant.id) {
          report.say(confusable.place, "the variant is called confusable with itself");
        } else if (entry.find(confusable.variant) == nullptr) {
          report.say(confusable.place,
                     fmt::format("there is no variant {} in this entry", confusable.variant));
        }
      }
    }
  }
};

}  // namespace

const Lint& confusable_exists_lint() {
  static const ConfusableExists rule;
  return rule;
}

}  // namespace antidotary::entries
