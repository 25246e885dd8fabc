// AutoItStreams: how AutoIt hides and packs what it compiles, versions EA05 and EA06.
//
// By public descriptions of the two: the hiding is a stream of random bytes from a seed, of the
// Mersenne Twister (Matsumoto and Nishimura, 1998: MT19937) in EA05 and of a lagged generator with
// rotations (Agner Fog's RANROT, 17 words of state) in EA06; the packing is an LZSS.
// Internal to the room.
#pragma once

#include <cstdint>

#include "unpack/brought.h"

namespace antidotary::unpack {

enum class AutoItVersion : std::uint8_t { ea05, ea06 };

/// The bytes that `seed` hides. Pays steps; empty where the purse is.
Buffer reveal_autoit(AutoItVersion version, std::uint32_t seed, Bytes hidden, Budget& budget);

/// Unpacks what begins with "EA05" or "EA06" and its size.
Brought unpack_autoit(AutoItVersion version, Bytes packed, Budget& budget);

}  // namespace antidotary::unpack
