// Readers: ClamAV signature files, line by line, into a corpus. One function a family of formats;
// grammar and semantics: docs/formats/clamav.md.
#pragma once

#include <string_view>

#include "core/bytes.h"
#include "core/result.h"
#include "match/logic.h"
#include "match/pattern.h"
#include "pack/rule.h"
#include "signatures/corpus.h"

namespace antidotary::signatures::clamav {

/// The extensions that `read` knows (without dot).
bool knows(std::string_view extension);

/// Reads one file of lines, or a CVD, CLD or CUD with all its members, into the corpus's current
/// source (containers begin sources of their own). Malformed lines are refused one by one.
/// Errors: bad_input (the file as a whole is not what its extension says).
Status read(std::string_view extension, Bytes bytes, Corpus& corpus);

// The parts of the grammar, for tests and for `explain`.

/// A hex signature body: `6162{4-8}(63|64)*65`. `modifiers`: letters of "iwfa".
/// Yields one pattern, or two (ascii and wide). Errors: bad_input, with the column.
Result<std::vector<match::Pattern>> parse_body(std::string_view hex, std::string_view modifiers);
/// `EP+4,100`. Errors: bad_input.
Result<pack::Offset> parse_offset(std::string_view text, pack::Target target);
/// `(0|1)&2=3,2`. Errors: bad_input.
Result<match::Expr> parse_expression(std::string_view text);

}  // namespace antidotary::signatures::clamav
