// ArjMethods: the two packings of ARJ archives (openers/arj.cc says by which description).
//
// Internal to the room.
#pragma once

#include <cstdint>

#include "unpack/brought.h"

namespace antidotary::unpack {

/// Methods 1 to 3. `unpacked_bytes` ends it: the packed bytes have no end of their own.
Brought unarj_huffman(Bytes packed, std::uint64_t unpacked_bytes, Budget& budget);
/// Method 4.
Brought unarj_fastest(Bytes packed, std::uint64_t unpacked_bytes, Budget& budget);

}  // namespace antidotary::unpack
