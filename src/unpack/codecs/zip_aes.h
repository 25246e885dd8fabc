// ZipAes: the AES encryption of zip members (WinZip's AE-1 and AE-2, APPNOTE 7.2), undone with a
// password. Internal to the room.
//
// Spec: WinZip Computing, "AES Encryption Information" (2009): a salt, two bytes that check the
// password, the data in counter mode, ten bytes of HMAC-SHA1; keys by PBKDF2 of 1,000 rounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/budget.h"
#include "core/bytes.h"

namespace antidotary::unpack {

struct ZipAes {
  unsigned key_bytes = 0;     ///< 16, 24 or 32.
  std::uint16_t method = 0;   ///< How the data in the clear are packed.
  bool has_checksum = false;  ///< AE-1: the member's CRC-32 counts.
};

/// What a member's extra field (id 0x9901) says; nullopt where it has none or one that is not
/// known.
std::optional<ZipAes> zip_aes_of(Bytes extra);

/// The member's bytes in the clear; nullopt where the password is another one or the data are
/// damaged. Pays steps for the keys and the data. Errors: budget_spent.
Result<std::optional<Buffer>> decrypt_zip_aes(const ZipAes& aes, Bytes data,
                                              std::string_view password, Budget& budget);

}  // namespace antidotary::unpack
