// Trailing: what stands behind the end of a container, where its readers look no more.
//
// Internal to the room.
#pragma once

#include "unpack/unpack.h"

namespace antidotary::unpack {

/// Hands out what stands in `bytes` from `end` on as "trailing data", unless it is zeros alone, as
/// tapes leave behind. Pays as an object; it is a view of `bytes`. Oddity: trailing_data.
void hand_out_trailing(Bytes bytes, std::size_t end, Budget& budget, const Visitor& visitor);

}  // namespace antidotary::unpack
