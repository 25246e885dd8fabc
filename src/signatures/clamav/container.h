// Container: what the header of a CVD, CLD or CUD says, before anything of it is read.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace antidotary::signatures::clamav {

/// Length of the header, which is text padded with blanks.
inline constexpr std::size_t header_bytes = 512;

/// The version that a container beginning with `start` states; 0 where it has no header. A claim:
/// good for choosing between two files, whose content is checked when it is read.
std::uint64_t container_version(Bytes start);

}  // namespace antidotary::signatures::clamav
