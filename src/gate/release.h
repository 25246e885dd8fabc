// Release: the mark by which a mail that a person let out of the quarantine passes its own filter
// once.
//
//   X-Antidotary-Release: 1 ID EXPIRES NONCE BODY-SHA256 MAC
//
// The MAC (HMAC-SHA-256, the local key) covers all that stands before it; the digest binds the mark
// to the message's body, the nonce makes it good for one use (who counts uses is serve's), the
// time ends it where it is never used. Whoever reads a mark can therefore do nothing with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/result.h"

namespace antidotary::gate {

inline constexpr std::string_view release_field = "X-Antidotary-Release";
inline constexpr std::uint64_t release_s_max = 3'600;

/// Where a message's body begins: behind its first empty line, or at its end where it has none. A
/// line ends with LF, with or without CR before it; a CR alone ends none among the fields, for a
/// mail server carries it within their values.
std::size_t body_begins(Bytes message);

/// The digest of a message's body with all its line ends (CR LF, LF, and CR alone) as LF, the last
/// line ended: mail servers make their own. The same as of what serve/held/smtp.h sends of it.
std::string body_sha256(Bytes message);

struct ReleaseMark {
  std::string id;
  std::uint64_t expires_unix_s = 0;
  std::string nonce;  ///< 32 hexadecimal digits.
  std::string body_sha256;
};

std::string write_mark(const ReleaseMark& mark, Bytes key);
/// Errors: malformed; refused (the MAC does not fit, or its time is over). The digest has still to
/// be compared, and the nonce to be used up.
Result<ReleaseMark> read_mark(std::string_view value, Bytes key, std::uint64_t now_unix_s);

}  // namespace antidotary::gate
