// Inflate: DEFLATE streams (RFC 1951), bare or in zlib's (RFC 1950) or gzip's (RFC 1952) wrapping.
//
// The packing that other formats are made of; the rest stands in streams.h. Internal to the room.
#pragma once

#include "unpack/codecs/streams.h"

namespace antidotary::unpack {

enum class Wrapping : std::uint8_t { none, zlib, gzip };

using Inflated = Unpacked;

/// Inflates the one stream at the start of `packed`, paying for each piece as it comes out. What
/// comes out before damage, or before the input ends, is kept beside the error (malformed,
/// truncated, budget_spent).
Inflated inflate(Bytes packed, Wrapping wrapping, Budget& budget);

}  // namespace antidotary::unpack
