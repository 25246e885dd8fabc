// HTTP/1.1 as bytes: requests with their bodies in, one after another, and responses out. No
// sockets, no routes.
//
// RFC 9110 and 9112, of which a small part: Content-Length bodies, keep-alive, Expect. Heads are
// read by head.h; what else could be read in two ways is refused: two lengths, Transfer-Encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "gate/http/head.h"

namespace antidotary::gate::http {

struct Request : Head {
  std::uint64_t body_bytes = 0;
  bool keep_alive = true;
  bool awaits_continue = false;
};

/// Takes the head of a request out of what came.
class HeadReader {
 public:
  void feed(Bytes bytes);
  /// The next head, taken; nothing where it is not there yet or was refused.
  std::optional<Request> next();
  /// The status that refuses what came: 400, 411, 431, 501, 505; 0 while nothing is wrong.
  int refusal() const { return refusal_; }
  /// Takes up to `count` bytes of a body from what came.
  std::string take(std::uint64_t count);
  std::size_t held_bytes() const { return held_.size(); }

 private:
  std::optional<Request> refuse(int status);

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
