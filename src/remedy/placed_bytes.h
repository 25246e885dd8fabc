// The bytes of an edit on the disk: compared, and written so that a cut hive is never mistaken for
// a sound one.
//
// A line of a text file is one stretch and is simply written. Why three beats for a hive: its edits
// touch cells in several places, and a disk may write them in any order. First the base block says
// that the hive is half written (its sequence numbers differ), then the cells change, then the base
// block says that it is whole; each beat reaches the disk before the next begins. Whoever meets the
// hive in between, Windows included, is told.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"
#include "formats/regf/editor.h"

namespace antidotary::remedy {

enum class Side : std::uint8_t { before, after };

/// What the bytes are of: a hive has a base block that says whether it is whole.
enum class Form : std::uint8_t { hive, text };

/// The file's bytes are those of this side, wherever the edits reach. Error: changed.
Status check_side(int file, const std::vector<ByteEdit>& edits, Side side);

/// After a cut every byte is the old one, the new one, or of the mark; anything else is a
/// stranger's. Error: changed.
Status check_either(int file, Form form, const std::vector<ByteEdit>& edits);

/// Writes this side, syncs, and reads it again. Edits are disjoint and in order of offset.
Status write_verified(int file, Form form, const std::vector<ByteEdit>& edits, Side side);

}  // namespace antidotary::remedy
