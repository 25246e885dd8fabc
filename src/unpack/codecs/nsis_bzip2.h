// NsisBzip2: the bzip2 of Nullsoft's installers: blocks without their 48 bits of mark, checksums
// and randomising, and a stream without a head. libbz2 reads no such stream.
//
// Spec of what is left: the bzip2 format as written down by Joe Tsai (2016), sections 2.3 and 2.4.
// Internal to the room.
#pragma once

#include "unpack/brought.h"

namespace antidotary::unpack {

/// The one stream at the start of `packed`.
Brought unpack_nsis_bzip2(Bytes packed, Budget& budget);

}  // namespace antidotary::unpack
