// Zip archives whose members are stored, not compressed: enough to carry an inert text.
//
// Not an archiver: no compression, no Zip64, no folders. Why not libarchive: an archive of a
// published size is padded to the byte, which takes knowing its every byte.
//
// Spec: PKWARE APPNOTE 6.3.9 (2020).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.h"

namespace antidotary::simulate {

struct ZipMember {
  std::string name;  ///< UTF-8, at most 65,535 bytes.
  Buffer data;       ///< Under 4 GiB.
};

/// All members bear the time 2003-08-01 09:00. At most 65,535 members.
Buffer write_zip(const std::vector<ZipMember>& members);

/// Bytes of an archive of one member beside the member's data: headers and the name, twice.
std::uint64_t zip_overhead(const std::string& member_name);

}  // namespace antidotary::simulate
