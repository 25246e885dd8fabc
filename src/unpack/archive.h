// Archives by libarchive: from memory, one reader of one format at a time, no program filters.
//
// Internal to the room; see unpack.h for what is promised.
#pragma once

#include "unpack/unpack.h"

namespace antidotary::unpack {

/// Each member by itself; see unpack.h on overlaps and encryption.
void unpack_zip(Bytes bytes, Budget& budget, const Visitor& visitor);
/// A compressed single file (its child is "content"), tar or 7z.
void unpack_stream(formats::Format format, Bytes bytes, Budget& budget, const Visitor& visitor);

}  // namespace antidotary::unpack
