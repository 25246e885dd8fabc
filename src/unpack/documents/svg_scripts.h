// SvgScripts: what a picture of SVG runs: the text of its <script> elements, the values of
// attributes whose names begin with "on" and addresses of "javascript:", as an XML reader hands
// them on: without CDATA's marks, entities decoded.
//
// Not an XML reader: what is not well-formed is read as far as its marks go, an entity that a
// document declares itself stays as it is written, and names count without their prefix and in
// either case, for SVG inside HTML is read so. Internal to the room.
//
// Specs: SVG 1.1, 18 (Scripting); XML 1.0, 2.7 (CDATA) and 4.6 (predefined entities).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/budget.h"

namespace antidotary::unpack {

struct SvgScripts {
  std::vector<std::string> elements;  ///< In their order; of the empty none. Bytes as they stand.
  std::string events;                 ///< A line for each attribute.
};

/// Elements kept of one picture; the text of more stands behind the last one's.
inline constexpr std::size_t svg_scripts_max = 256;

/// One pass over `text`. What comes out is not longer than `text`. Errors: budget_spent.
Result<SvgScripts> svg_scripts(std::string_view text, Budget& budget);

}  // namespace antidotary::unpack
