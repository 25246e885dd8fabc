// Paths: the names of members that stand in folders, put together without end to a container's
// wish.
//
// Internal to the room.
#pragma once

#include <string>
#include <string_view>

namespace antidotary::unpack {

/// Longest path kept, in bytes: Linux's PATH_MAX. No member is lost by it, only its name's end.
inline constexpr std::size_t path_bytes_max = 4096;

/// "FOLDER/NAME", or the one that is not empty; UTF-8, cut behind a whole character.
std::string joined(std::string_view folder, std::string_view name);

}  // namespace antidotary::unpack
