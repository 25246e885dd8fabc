// Names: how programs write the names of streams in compound files.
//
// Internal to the room.
#pragma once

#include <string>
#include <string_view>

namespace antidotary::unpack {

/// Windows Installer packs two characters of a stream's name into one code point, and marks tables
/// with U+4840, here "!". The reading is that of public descriptions; other names stay as they are.
std::string installer_name(std::string_view name);

}  // namespace antidotary::unpack
