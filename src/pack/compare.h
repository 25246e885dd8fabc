// Compare: numbers read from an object and held against what a byte comparison says.
#pragma once

#include "core/bytes.h"
#include "match/program.h"
#include "pack/rule.h"

namespace antidotary::pack {

/// Whether the comparison holds for the trigger whose last match was `trigger`; where the number
/// stands in `where`.
bool compare_bytes(const ByteCompare& compare, Bytes object, const match::Span& trigger,
                   match::Span& where);

}  // namespace antidotary::pack
