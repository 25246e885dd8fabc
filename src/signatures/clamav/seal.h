// Seal: the publisher's signature on a database: textbook RSA over an MD5 on a CVD, RSASSA-PSS
// (RFC 8017, 8.1; SHA-256, salt of 32 bytes) over the lines of an .info. The second was asked of
// clamscan 1.4.6 with a key of our own put in its place (docs/decisions/0192).
#pragma once

#include <string_view>

#include "core/bytes.h"

namespace antidotary::signatures::clamav {

/// A public key, as decimal numbers.
struct PublicKey {
  const char* modulus;
  const char* exponent;
};

/// The key that the official databases are signed by.
extern const PublicKey official_key;

/// The key that the official databases' .info members are signed by.
extern const PublicKey official_index_key;

/// Whether `seal` (a number in digits of six bits, least first, "a-zA-Z0-9+/") is the signature of
/// the MD5 `md5` (32 lower-case hexadecimal digits).
bool is_sealed(std::string_view md5, std::string_view seal, const PublicKey& key = official_key);

/// Whether `seal`, in the same digits, is the RSASSA-PSS signature of `message`.
bool is_sealed_by_pss(Bytes message, std::string_view seal, const PublicKey& key);

}  // namespace antidotary::signatures::clamav
