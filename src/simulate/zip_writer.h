// Archives of published sizes, for the lures: what formats/zip's writer makes, and how much of it
// is not the member's data, so that a stand-in can be padded to the byte.
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

/// Stored members, in order. At most 65,535.
Buffer write_zip(const std::vector<ZipMember>& members);

/// Bytes of an archive of one member beside the member's data: headers and the name, twice.
std::uint64_t zip_overhead(const std::string& member_name);

}  // namespace antidotary::simulate
