// Units: running one part of a compiled pattern at one place. Internal to the verifier.
#pragma once

#include <cstdint>
#include <vector>

#include "core/bytes.h"

namespace antidotary::match {

/// A part's record and its code.
struct PartView {
  std::uint64_t gap_min = 0;
  std::uint64_t gap_max = 0;
  Bytes units;
  std::uint32_t bytes_min = 0;
  std::uint32_t bytes_max = 0;
  std::uint32_t key_distance = 0;  ///< From the part's begin to a run of exact bytes.
  std::uint32_t key_length = 0;
  std::uint32_t anchor_min = 0;  ///< Bytes before the anchor, at least and at most.
  std::uint32_t anchor_max = 0;
};

/// What was done, to be paid for; and whether the code made sense.
struct Effort {
  std::uint64_t steps = 0;
  bool damaged = false;
};

/// The end of the part that begins at `begin`, for a part of fixed length; false where it does not
/// match there.
bool run_fixed(const PartView& part, Bytes object, std::uint64_t begin, std::uint64_t& end,
               Effort& effort);
/// All ends of the part that begins at `begin`, ascending, without repetition, in `ends`.
void run_varying(const PartView& part, Bytes object, std::uint64_t begin,
                 std::vector<std::uint64_t>& ends, Effort& effort);
/// The part's key in its code; empty where it has none.
Bytes key_of(const PartView& part);

}  // namespace antidotary::match
