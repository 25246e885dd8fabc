// LineEdit: a line of a text file as it stands and as it is to stand, of the same length.
//
// Why the same length: the file keeps its size, its identity, its access rights and every other
// byte, as a hive does, and what was cut half way is told from what was not. Blanks fill what is
// taken out; Windows heeds no blank at the end of a line (docs/decisions/0182).
#pragma once

#include <optional>
#include <string_view>

#include "core/byte_edit.h"
#include "host/finding.h"

namespace antidotary::plan {

/// Puts `text` where the threat's part of the line is, and blanks behind it. nullopt where that
/// does not fit, or where the fact's part does not lie in its line.
std::optional<ByteEdit> replace_part(const host::LineFact& fact, std::string_view text);

/// Takes the part out of a list: blanks, and a blank for one comma that would part nothing.
std::optional<ByteEdit> take_from_list(const host::LineFact& fact);

}  // namespace antidotary::plan
