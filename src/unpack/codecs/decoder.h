// Decoder: one packed stream, by whatever library reads it, driven piece by piece.
//
// The driver alone keeps the rules: each piece is paid for as it comes out, a stream that packs too
// well is cut (brought.h), no stream may stand still. Internal to the room.
#pragma once

#include <optional>
#include <span>

#include "unpack/brought.h"

namespace antidotary::unpack {

class Decoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    bool ended = false;          ///< The stream is complete.
    std::optional<Error> error;  ///< What was produced before it still counts.
  };

  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  /// Reads from `in`, all that is left of the stream, and writes to `out`.
  virtual Step run(Bytes in, std::span<std::byte> out) = 0;
};

/// Unpacks the one stream at the start of `packed` behind what `out` holds. What comes out before
/// damage, or before the input ends, is kept beside the error (malformed, truncated, budget_spent).
/// Answers how many bytes of the input the stream took.
std::size_t drive(Decoder& decoder, Bytes packed, Brought& out, Budget& budget);

}  // namespace antidotary::unpack
