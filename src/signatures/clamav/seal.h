// Seal: the publisher's signature on a database: textbook RSA over an MD5.
#pragma once

#include <string_view>

namespace antidotary::signatures::clamav {

/// A public key, as decimal numbers.
struct PublicKey {
  const char* modulus;
  const char* exponent;
};

/// The key that the official databases are signed by.
extern const PublicKey official_key;

/// Whether `seal` (a number in digits of six bits, least first, "a-zA-Z0-9+/") is the signature of
/// the MD5 `md5` (32 lower-case hexadecimal digits).
bool is_sealed(std::string_view md5, std::string_view seal, const PublicKey& key = official_key);

}  // namespace antidotary::signatures::clamav
