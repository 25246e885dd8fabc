// BlockJournal: the blocks of an image that a run changes, as they were and as they are to be.
//
// They are kept in the run's folder, whole and synced, before the first of them is written; the
// run's journal holds the file's SHA-256. From then on the way forward and the way back are the
// same act, and each may be done again from any instant: a block is the old one, the new one, or
// torn between the two. File format: docs/formats/journal.md.
#pragma once

#include <vector>

#include "core/byte_edit.h"
#include "core/result.h"
#include "remedy/image/disk_file.h"
#include "remedy/journal.h"
#include "remedy/placed_bytes.h"

namespace antidotary::remedy {

/// Writes the file `blocks` in the run's folder. Errors: io; then nothing is left of it.
Result<BlocksFact> keep_blocks(int folder, const std::vector<ByteEdit>& blocks);
/// Errors: not_found, malformed (it is not the file that the journal speaks of), io.
Result<std::vector<ByteEdit>> read_blocks(int folder, const BlocksFact& fact);

/// Every block is of this side. Errors: changed, io.
Status check_blocks(const DiskFile& disk, const std::vector<ByteEdit>& blocks, Side side);
/// Every byte is of one side or the other. Errors: changed, io.
Status check_blocks_either(const DiskFile& disk, const std::vector<ByteEdit>& blocks);
/// Writes this side, syncs, and reads it again. Errors: io, changed.
Status write_blocks(DiskFile& disk, const std::vector<ByteEdit>& blocks, Side side);

}  // namespace antidotary::remedy
