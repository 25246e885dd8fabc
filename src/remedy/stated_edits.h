// StatedEdits: which bytes of a hive or text file a step replaces, wherever the file lies.
//
// A hive's ranges come from the jail and are believed in nothing: they must lie in the file, apart
// from each other, and be few. A line's range comes from the plan, and must be a whole line still.
// That the bytes which they replace stand there is left to placed_bytes.h.
#pragma once

#include <cstdint>
#include <vector>

#include "remedy/run.h"

namespace antidotary::remedy {

/// What `editor` says of the hive that `descriptor` reads. Errors: unsupported, worker_died, those
/// of the editor.
Result<std::vector<ByteEdit>> stated_edits(const HiveEditor& editor, int descriptor,
                                           std::uint64_t size_bytes, const plan::Step& planned,
                                           std::uint64_t now_filetime);

/// The plan's line in the file that `descriptor` reads. Errors: bad_input, changed.
Result<std::vector<ByteEdit>> stated_line(int descriptor, std::uint64_t size_bytes,
                                          const plan::Step& planned);

}  // namespace antidotary::remedy
