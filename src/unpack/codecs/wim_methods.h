// WimMethods: the packings of Microsoft's imaging format: XPRESS with Huffman codes, and LZX.
//
// Each chunk stands for itself. libmspack has an LZX, but for cabinets alone, whose streams are
// framed otherwise. Spec: Microsoft, [MS-XCA] 2.1 and 2.2 (XPRESS), [MS-PATCH] (LZX DELTA, of which
// LZX is the older form) and the notes on imaging files' own framing of it by the wimlib project.
// Internal to the room.
#pragma once

#include "unpack/brought.h"

namespace antidotary::unpack {

/// The chunk's `size` bytes; what comes out before damage is kept beside the error (malformed,
/// budget_spent). Pays steps, not bytes: who adds it to a member pays for those.
Brought unpack_xpress(Bytes packed, std::size_t size, Budget& budget);
/// The same; a window of 2^15 to 2^21 bytes, which is the chunks' size.
Brought unpack_lzx(Bytes packed, std::size_t size, std::size_t window, Budget& budget);

}  // namespace antidotary::unpack
