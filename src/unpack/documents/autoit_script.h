// AutoItScript: the text of a script that AutoIt 3.3 keeps as tokens (EA06).
//
// What was written differs in blanks and comments alone. Internal to the room.
#pragma once

#include <string>

#include "unpack/brought.h"

namespace antidotary::unpack {

/// UTF-8. An error (unsupported, truncated) beside what was read before it.
Brought autoit_script_text(Bytes tokens, Budget& budget);

}  // namespace antidotary::unpack
