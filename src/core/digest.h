// Digests: MD5, SHA-1 and SHA-256 of bytes, and HMAC-SHA-256, all by OpenSSL's EVP.
//
// MD5 and SHA-1 are here because published indicators use them, never to protect anything.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary {

enum class DigestKind : std::uint8_t { md5, sha1, sha256 };
inline constexpr std::array digest_kinds = {DigestKind::md5, DigestKind::sha1, DigestKind::sha256};
/// As reports write them, in the order of the kinds.
inline constexpr std::array<std::string_view, 3> digest_names = {"md5", "sha1", "sha256"};

/// Lower-case hexadecimal digest of `bytes`.
std::string hex_digest(DigestKind kind, Bytes bytes);
inline std::string sha256_hex(Bytes bytes) { return hex_digest(DigestKind::sha256, bytes); }

/// A digest fed piece by piece.
class Digester {
 public:
  explicit Digester(DigestKind kind);
  ~Digester();
  Digester(Digester&&) noexcept;
  Digester& operator=(Digester&&) noexcept;

  void update(Bytes bytes);
  /// Lower-case hexadecimal; the digester may not be fed again.
  std::string finish_hex();
  /// The same as bytes: 16, 20 or 32.
  Buffer finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// HMAC-SHA-256 of `bytes` under `key`, lower-case hexadecimal.
std::string hmac_sha256_hex(Bytes key, Bytes bytes);
/// Compares in time that does not depend on where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

std::string to_hex(Bytes bytes);
/// Errors: malformed where `hex` is not pairs of hexadecimal digits.
Result<Buffer> from_hex(std::string_view hex);

}  // namespace antidotary
