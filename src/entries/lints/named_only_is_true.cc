// Lint: a variant that cannot be checked says so, and no other does.
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class NamedOnlyIsTrue final : public VariantLint {
 public:
  std::string_view name() const override { return "named-only-is-true"; }
  std::string_view advice() const override {
    return "State a change that can be checked, or give the reason in `named_only`; not both.";
  }
  void check_variant(const Variant& variant, Report& report) const override {
    if (!variant.checkable() && variant.named_only.empty()) {
      report.say(variant.place,
                 "no change of the variant can be checked, and `named_only` is silent");
    } else if (variant.checkable() && !variant.named_only.empty()) {
      report.say(variant.place,
                 "`named_only` is given, but a change of the variant can be checked");
    }
  }
};

}  // namespace

const Lint& named_only_is_true_lint() {
  static const NamedOnlyIsTrue rule;
  return rule;
}

}  // namespace antidotary::entries
