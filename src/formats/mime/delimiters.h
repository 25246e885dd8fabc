// Delimiters: every line of a text that could divide parts, whatever a header says.
//
// It knows nothing of multiparts: a line that begins with "--" is a candidate. From the candidates
// come stretches, each of which may be a part: between any two that follow each other, and, for
// each line that stands over a part's fields, between the lines that begin like it.
#pragma once

#include <string_view>
#include <vector>

#include "core/result.h"

namespace antidotary::mime {

/// Candidates of one text; rspamd's limit too.
inline constexpr std::size_t candidates_max = 100'000;
/// Different lines over parts, each of which is tried as the only delimiter.
inline constexpr std::size_t alone_max = 64;

struct Segment {
  std::size_t begin = 0;  ///< Behind the line that begins it.
  std::size_t end = 0;    ///< At the line that ends it.
  auto operator<=>(const Segment&) const = default;
};

/// All stretches of `text`, itself included, in order and none twice. Lines end at LF, at CR, or at
/// both. `cut`, unless null, is set where a limit left some out.
std::vector<Segment> all_segments(std::string_view text, bool* cut);

/// Where the body of a part may begin whose header stands at the start of `part`: behind an empty
/// line or one of blanks, at or behind the first line that is no field; at once where there is none
/// of these. What follows an empty line behind fields, with line ends that all know, is a body to
/// everybody: there it ends, and of what stands before it the first few count. In order, never
/// empty.
std::vector<std::size_t> body_starts(std::string_view part);

}  // namespace antidotary::mime
