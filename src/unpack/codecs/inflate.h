// Inflate: DEFLATE streams (RFC 1951), bare or in zlib's (RFC 1950) or gzip's (RFC 1952) wrapping.
//
// By zlib. Internal to the room.
#pragma once

#include "unpack/brought.h"

namespace antidotary::unpack {

enum class Wrapping : std::uint8_t { none, zlib, gzip };

struct Inflated {
  Brought brought;
  std::size_t consumed = 0;  ///< Bytes of the input that the stream took, its trailer included.
};

/// Inflates the one stream at the start of `packed`, paying for each piece as it comes out. What
/// comes out before damage, or before the input ends, is kept beside the error (malformed,
/// truncated, budget_spent).
Inflated inflate(Bytes packed, Wrapping wrapping, Budget& budget);

}  // namespace antidotary::unpack
