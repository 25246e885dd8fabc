// Ratings: the published formula, and nothing else (docs/reference/ratings.md).
#include "entries/ratings.h"

#include <algorithm>
#include <array>

namespace antidotary::entries {
namespace {

// An input above the scale is a defect of the entry, which the linter reports; here it must not
// push the sum over what the page promises.
std::uint32_t bounded(const RatingInput& input) {
  return std::min<std::uint32_t>(input.value, rating_input_max);
}

}  // namespace

std::span<const std::string_view> enum_names(Threat) {
  static constexpr std::array<std::string_view, 4> names = {"low", "medium", "high", "severe"};
  return names;
}

Rating rate(const Ratings& inputs) {
  Rating rating;
  rating.points = 2 * bounded(inputs.prevalence) + 3 * bounded(inputs.damage) +
                  3 * bounded(inputs.spread) + 2 * bounded(inputs.recovery);
  rating.threat = rating.points < 10   ? Threat::low
                  : rating.points < 18 ? Threat::medium
                  : rating.points < 25 ? Threat::high
                                       : Threat::severe;
  return rating;
}

std::string_view input_word(std::uint32_t value) {
  static constexpr std::array<std::string_view, 4> words = {"none", "low", "medium", "high"};
  return words[std::min<std::uint32_t>(value, rating_input_max)];
}

}  // namespace antidotary::entries
