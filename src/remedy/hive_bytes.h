// The bytes of a hive's edit on the disk: compared, and written so that a cut is never mistaken for
// a sound hive.
//
// Why three beats: the edits touch cells in several places, and a disk may write them in any order.
// First the base block says that the hive is half written (its sequence numbers differ), then the
// cells change, then the base block says that it is whole; each beat reaches the disk before the
// next begins. Whoever meets the hive in between, Windows included, is told.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"
#include "formats/regf/editor.h"

namespace antidotary::remedy {

enum class Side : std::uint8_t { before, after };

/// The hive's bytes are those of this side, wherever the edits reach. Error: changed.
Status check_side(int hive, const std::vector<regf::Edit>& edits, Side side);

/// After a cut every byte is the old one, the new one, or of the mark; anything else is a
/// stranger's. Error: changed.
Status check_either(int hive, const std::vector<regf::Edit>& edits);

/// Writes this side, syncs, and reads it again. Edits are disjoint and in order of offset.
Status write_verified(int hive, const std::vector<regf::Edit>& edits, Side side);

}  // namespace antidotary::remedy
