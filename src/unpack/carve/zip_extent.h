// ZipExtent: where an archive that begins somewhere inside a file ends, and from where it counts.
//
// Spec: PKWARE APPNOTE 6.3.10, 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end record).
#pragma once

#include "unpack/carve/look.h"

namespace antidotary::unpack {

/// The archive whose first member's local header stands at `at`; nullopt where the header is no
/// sane one. Of the end records behind it the first counts whose directory names that header: an
/// archive stored inside this one has an end record, too.
std::optional<Found> zip_at(Bytes bytes, std::size_t at, Budget& budget);

}  // namespace antidotary::unpack
