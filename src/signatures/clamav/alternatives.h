// Alternatives: `(61|62??(63|64)65)` in a body, multiplied out into plain strings.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "match/pattern.h"

namespace antidotary::signatures::clamav {

inline constexpr std::size_t alternatives_max = 1024;      ///< Strings, multiplied out.
inline constexpr std::size_t alternative_bytes_max = 512;  ///< Of one string.
inline constexpr std::size_t alternatives_depth_max = 8;

/// A byte of two hexadecimal digits or '?'; nullopt where it is none.
std::optional<match::Position> position_of(char high, char low);

/// Reads the alternatives whose '(' stands at `at`; moves behind their ')'.
/// Errors: bad_input with the column (not hexadecimal, an empty alternative, a gap of varying
/// length inside, over one of the limits).
Result<std::vector<std::vector<match::Position>>> parse_alternatives(std::string_view text,
                                                                     std::size_t& at);

}  // namespace antidotary::signatures::clamav
