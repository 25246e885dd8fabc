// Subsignature: one of the parts of a logical signature, told by its form.
#pragma once

#include <string_view>
#include <vector>

#include "core/result.h"
#include "pack/rule.h"

namespace antidotary::signatures::clamav {

/// A line's fields between ';', but for those inside a regular expression.
std::vector<std::string_view> split_subsignatures(std::string_view line);

/// `[offset:]body[::modifiers]`, `[offset:]trigger/regex/[flags]`,
/// `trigger(offset#options#comparisons)`, `${min-max}group$`, `fuzzy_img#hash[#distance]`.
/// Errors: bad_input.
Result<pack::Subsignature> parse_subsignature(std::string_view text, pack::Target target);

}  // namespace antidotary::signatures::clamav
