// Body: what the readers ask of a body's pattern beside the parsing that readers.h offers.
#pragma once

#include "match/pattern.h"

namespace antidotary::signatures::clamav {

/// One run of exact bytes and nothing else.
bool is_plain(const match::Pattern& pattern);

}  // namespace antidotary::signatures::clamav
