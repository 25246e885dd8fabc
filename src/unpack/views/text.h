// The text view: what clamscan holds the rules of target 7 against.
//
// Letters become small, each run of white space one blank, and every byte that is no printable
// ASCII (but 0x7f stays) is left out: so UTF-16 loses its zero bytes, and words broken by controls
// or by other alphabets grow together. A blank at either end stays.
#pragma once

#include "core/bytes.h"

namespace antidotary::unpack {

/// One pass, no branch on the bytes: over 500 MB/s.
Buffer text_view(Bytes bytes);

}  // namespace antidotary::unpack
