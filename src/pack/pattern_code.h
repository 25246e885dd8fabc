// PatternCode: a pattern as a pack's bytes. Only magics keep theirs: rules keep programs.
#pragma once

#include "core/result.h"
#include "match/pattern.h"
#include "pack/varint.h"

namespace antidotary::pack {

/// Limits of one pattern: parts, units of a part, strings of a choice and bytes of each.
inline constexpr std::uint64_t pattern_items_max = 1 << 16;

/// Errors: bad_input (over the limits, which `get_pattern` would refuse).
Status put_pattern(CodeWriter& out, const match::Pattern& pattern);
/// Errors: malformed.
Result<match::Pattern> get_pattern(CodeReader& in);

}  // namespace antidotary::pack
