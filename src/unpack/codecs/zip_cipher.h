// ZipCipher: the traditional encryption of zip members (APPNOTE 6.3.10, 6.1), undone with a
// password. It keeps no secret from anybody; mails that carry malware use it with the password in
// their text. Internal to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::unpack {

/// The member's bytes in the clear, or nullopt where the twelve bytes before them do not fit the
/// password; one wrong password of 256 fits, and the member's checksum tells it. `check` is what
/// the last of the twelve must be (6.1.6).
std::optional<Buffer> decrypt_zip(Bytes data, std::string_view password, std::uint8_t check);

}  // namespace antidotary::unpack
