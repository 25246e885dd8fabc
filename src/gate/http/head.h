// The head of one HTTP/1 request as bytes: request line and header fields, bounded. No bodies, no
// sockets, no routes: for the front of the daemon (request.h) and for the preview of pages alike.
//
// It is strict where leniency has been used to smuggle: lines end with CR LF, names are tokens, a
// value holds no control character, no field is folded over lines, Host stands once.
//
// Spec: RFC 9112 (June 2022), sections 2 to 5; RFC 9110, 5.6.2 (token) and 7.2 (Host).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace antidotary::gate::http {

/// The longest head in bytes, its empty line included.
inline constexpr std::size_t head_bytes_max = 16 << 10;
inline constexpr std::size_t fields_max = 100;

struct Head {
  std::string method;  ///< As sent: "GET".
  std::string path;    ///< The target without its query: "/win32/mimail.html". Not decoded.
  std::string query;   ///< What follows '?', not decoded.
  std::string host;    ///< The Host field; empty where HTTP/1.0 gave none.
  std::vector<std::pair<std::string, std::string>> fields;  ///< Names in lower case, in order.

  bool is_1_0 = false;  ///< HTTP/1.0: nothing is kept alive, Host may be missing.

  /// The first value of a field, by its name in lower case; empty where there is none.
  std::string_view field(std::string_view name) const;
  /// How often a field stands there.
  std::size_t count(std::string_view name) const;
};

/// Where the head ends: bytes up to and with its empty line; 0 where that has not come yet.
std::size_t head_size(std::string_view text);

/// Reads a head as `head_size` measured it.
/// Errors: malformed, unsupported (not HTTP/1.0 or 1.1), budget_spent (too long, too many fields).
Result<Head> read_head(std::string_view head);
/// The status that answers an error of `read_head`: 400, 505, 431.
int status_of(ErrorKind kind);

/// Whether a Host field names this host by its loopback address, and `port` where that is given
/// (else whatever port). A page of the web can point a name of its own at 127.0.0.1, and read what
/// answers there; Host tells it.
bool names_this_host(std::string_view host, std::optional<std::uint16_t> port = std::nullopt);

}  // namespace antidotary::gate::http
