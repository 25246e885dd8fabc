// Lint: a label that bears a variant's letter stands at that variant, not at the family.
#include <fmt/core.h>

#include "entries/label.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class FamilyLabelBearsNoLetter final : public EntryLint {
 public:
  std::string_view name() const override { return "family-label-bears-no-letter"; }
  std::string_view advice() const override {
    return "Move the [[name]] to that variant's file; where the vendor's letter means something "
           "else, keep it and add a `note` that says so.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    for (const VendorName& name : entry.names) {
      if (name.relation != NameRelation::same || !name.note.empty()) continue;
      const Label label = parse_label(name.label, name.vendor);
      const Variant* variant = label.variant.empty() ? nullptr : entry.find(label.variant);
      if (variant == nullptr) continue;
      report.say(name.place, fmt::format("{} bears the letter of {}", name.label, variant->title));
    }
  }
};

}  // namespace

const Lint& family_label_bears_no_letter_lint() {
  static const FamilyLabelBearsNoLetter rule;
  return rule;
}

}  // namespace antidotary::entries
