// Ratings: the shown rating of an entry, computed from its stated inputs by a published formula.
//
// Formula (docs/reference/ratings.md): threat = 2*prevalence + 3*damage + 3*spread + 2*recovery,
// each input 0 to 3, so 0 to 30; low below 10, medium below 18, high below 25, severe from 25.
// Ratings of vendors are opinions without working; these show theirs.
#pragma once

#include <string_view>

#include "entries/entry.h"

namespace antidotary::entries {

/// Highest value of one input.
inline constexpr std::uint32_t rating_input_max = 3;

enum class Threat : std::uint8_t { low, medium, high, severe };
std::span<const std::string_view> enum_names(Threat);

struct Rating {
  std::uint32_t points = 0;  ///< 0 to 30.
  Threat threat = Threat::low;
};
Rating rate(const Ratings& inputs);
/// The word for one input: "none", "low", "medium", "high".
std::string_view input_word(std::uint32_t value);

}  // namespace antidotary::entries
