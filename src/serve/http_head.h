// HttpHead: the head of one HTTP/1 request as bytes: request line and header fields, bounded.
//
// It reads no body and no second request: whoever uses it answers one request a connection and
// closes, so that nobody can hide a request in another. It is strict where leniency has been used
// to smuggle: lines end with CR LF, names are tokens, a value holds no control character, no field
// is folded over lines, Host stands once.
//
// Spec: RFC 9112 (June 2022), sections 2 to 5; RFC 9110, 5.6.2 (token) and 7.2 (Host).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace antidotary::serve::http {

/// The longest head in bytes, its empty line included.
inline constexpr std::size_t head_bytes_max = 16 << 10;
inline constexpr std::size_t fields_max = 100;

struct Head {
  std::string method;  ///< As sent: "GET".
  std::string path;    ///< The target without its query: "/win32/mimail.html". Not decoded.
  std::string query;   ///< What follows '?', not decoded.
  std::string host;    ///< The Host field; empty where HTTP/1.0 gave none.
  std::vector<std::pair<std::string, std::string>> fields;  ///< Names in lower case, in order.

  /// The first value of a field, by its name in lower case; empty where there is none.
  std::string_view field(std::string_view name) const;
};

/// Where the head ends: bytes up to and with its empty line; 0 where that has not come yet.
std::size_t head_size(std::string_view text);

/// Reads a head as `head_size` measured it.
/// Errors: malformed (the answer is 400); unsupported (not HTTP/1.0 or 1.1: 505); budget_spent
/// (too long, too many fields: 431).
Result<Head> read_head(std::string_view head);

}  // namespace antidotary::serve::http
