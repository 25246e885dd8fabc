// Compressed RTF ("LZFu"): the body of a message as Outlook and TNEF keep it.
//
// Own code: no library of Debian's reads it. Internal to the room.
//
// Spec: [MS-OXRTFCP] version 10.0.
#pragma once

#include "unpack/brought.h"

namespace antidotary::unpack {

/// What comes out before damage is kept beside the error (malformed, truncated, budget_spent). The
/// stated checksum is not compared: readers show the text all the same.
Brought unpack_compressed_rtf(Bytes packed, Budget& budget);

}  // namespace antidotary::unpack
