// Lint: each input of the rating is on its scale.
#include <fmt/core.h>

#include "entries/lints/lint.h"
#include "entries/ratings.h"

namespace antidotary::entries {
namespace {

class RatingIsInRange final : public EntryLint {
 public:
  std::string_view name() const override { return "rating-is-in-range"; }
  std::string_view advice() const override {
    return "Write a value from 0 (none) to 3 (high); docs/reference/ratings.md says what they "
           "mean.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    const auto check = [&](const RatingInput& input, std::string_view name) {
      if (input.value > rating_input_max) {
        report.say(input.place, fmt::format("{} is {}, above the scale", name, input.value));
      }
      if (input.why.empty()) report.say(input.place, fmt::format("{} does not say why", name));
    };
    check(entry.ratings.prevalence, "prevalence");
    check(entry.ratings.damage, "damage");
    check(entry.ratings.spread, "spread");
    check(entry.ratings.recovery, "recovery");
  }
};

}  // namespace

const Lint& rating_is_in_range_lint() {
  static const RatingIsInRange rule;
  return rule;
}

}  // namespace antidotary::entries
