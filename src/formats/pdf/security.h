// PDF's standard security with the empty user password: what any reader opens without asking.
//
// It is no password search. RC4 is here because old files use it; AES and the digests are
// OpenSSL's.
//
// Spec: ISO 32000-1:2008, 7.6; ISO 32000-2:2020, 7.6.4 (revision 6); Adobe's Supplement to it,
// Extension Level 3 (revision 5).
#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "formats/pdf/syntax.h"

namespace antidotary::pdf {

class Security {
 public:
  /// From the encryption dictionary's values, references in it resolved, and the first string of
  /// the trailer's ID. Errors: encrypted (another password, or a public key), malformed,
  /// unsupported.
  static Result<Security> open(const std::vector<Pair>& encrypt, std::string_view file_id);

  /// The bytes in the clear. Malformed ciphertext gives as much as goes.
  Buffer decrypt_stream(Reference object, Bytes bytes) const;
  Buffer decrypt_string(Reference object, Bytes bytes) const;
  bool encrypts_metadata() const { return metadata_; }

 private:
  enum class Method : std::uint8_t { identity, rc4, aes };

  Buffer decrypt(Method method, Reference object, Bytes bytes) const;

  std::string key_;
  int revision_ = 0;
  Method streams_ = Method::rc4;
  Method strings_ = Method::rc4;
  bool metadata_ = true;
};

}  // namespace antidotary::pdf
