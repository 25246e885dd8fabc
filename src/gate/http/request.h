// HTTP/1.1 as bytes: heads of requests in, responses out. No sockets, no routes.
//
// RFC 9110 and 9112, of which a small part: Content-Length bodies, keep-alive, Expect. What could
// be read in two ways is refused: two lengths, Transfer-Encoding (411), folded fields, blanks
// before a colon, a bare line feed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::gate::http {

inline constexpr std::size_t head_bytes_max = 16 << 10;

struct Request {
  std::string method;
  std::string path;                           ///< Without its query.
  std::map<std::string, std::string> fields;  ///< Names in lower case.
  std::uint64_t body_bytes = 0;
  bool keep_alive = true;
  bool awaits_continue = false;

  std::string_view field(std::string_view name) const;
};

/// Takes the head of a request out of what came.
class HeadReader {
 public:
  void feed(Bytes bytes);
  /// The next head, taken; nothing where it is not there yet or was refused.
  std::optional<Request> next();
  /// The status that refuses what came: 400, 411, 413, 431, 501, 505; 0 while nothing is wrong.
  int refusal() const { return refusal_; }
  /// Takes up to `count` bytes of a body from what came.
  std::string take(std::uint64_t count);
  std::size_t held_bytes() const { return held_.size(); }

 private:
  std::optional<Request> parse(std::string_view head);

  std::string held_;
  int refusal_ = 0;
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
};

std::string wire_form(const Response& response, bool keep_alive, bool head_only = false);
/// {"error": "..."} with its status.
Response refused(int status, std::string_view sentence);

}  // namespace antidotary::gate::http
