// Brought: what became of one member's bytes, however they were packed.
//
// Internal to the room.
#pragma once

#include <optional>
#include <string>

#include "unpack/unpack.h"

namespace antidotary::unpack {

struct Brought {
  Buffer bytes;                ///< As far as it goes.
  std::optional<Error> error;  ///< Why it ends early, or is not to be believed.
  bool purse_empty = false;    ///< The error is the budget's, and not this member's alone.
  /// Bytes that were read for it so far; 0: not known, and no ratio is asked for.
  std::size_t packed_bytes = 0;
};

/// What follows after a member. Not asked of the budget: one member that is too large is on its
/// record as well, and the members behind it are still brought out.
enum class Next : std::uint8_t { member, end, purse_empty };
inline Next next_after(const Brought& brought) {
  return brought.purse_empty ? Next::purse_empty : Next::member;
}

/// Adds a piece to `out`, paying for it, up to the budget's object_bytes_max and ratio_max.
/// False, with `out.error` set, where it cannot be paid or is too much. What one stream holds too
/// densely is that stream's loss alone: the members behind it are still brought out.
bool bring(Brought& out, Bytes piece, Budget& budget);

/// Tells the visitor: the child where there is something of it, and what is missing of it.
void hand_out(const std::string& name, const Brought& brought, const Visitor& visitor);

}  // namespace antidotary::unpack
