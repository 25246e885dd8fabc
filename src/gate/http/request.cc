#include "gate/http/request.h"

#include <algorithm>
#include <charconv>

#include "core/json.h"
#include "core/text.h"

namespace antidotary::gate::http {
namespace {

/// Whether "close" is one of the words of Connection (RFC 9110, 7.6.1).
bool says_close(std::string_view connection) {
  const auto words = split(connection, ',');
  return std::any_of(words.begin(), words.end(), [](std::string_view word) {
    return equal_ascii_ignoring_case(trim(word), "close");
  });
}

/// What comes behind the head. RFC 9112, 6: two lengths, and codings of a transfer, are what
/// requests are smuggled with. The status that refuses it, or 0.
int read_body_fields(Request& request) {
  if (request.count("transfer-encoding") > 0) return 411;
  const std::string_view length = request.field("content-length");
  if (request.count("content-length") > 0) {
    const auto read =
        std::from_chars(length.data(), length.data() + length.size(), request.body_bytes);
    const bool whole = read.ec == std::errc{} && read.ptr == length.data() + length.size();
    if (request.count("content-length") > 1 || !whole) return 400;
  }
  const std::string_view expect = request.field("expect");
  request.awaits_continue = equal_ascii_ignoring_case(expect, "100-continue");
  return expect.empty() || request.awaits_continue ? 0 : 501;
}

std::string_view words_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 421:
      return "Misdirected Request";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Error";
  }
}

}  // namespace

void HeadReader::feed(Bytes bytes) { held_.append(as_text(bytes)); }

std::string HeadReader::take(std::uint64_t count) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, held_.size()));
  std::string out = held_.substr(0, wanted);
  held_.erase(0, wanted);
  return out;
}

std::optional<Request> HeadReader::refuse(int status) {
  refusal_ = status;
  return std::nullopt;
}

std::optional<Request> HeadReader::next() {
  if (refusal_ != 0) return std::nullopt;
  const std::size_t size = head_size(std::string_view(held_).substr(0, head_bytes_max));
  if (size == 0) return held_.size() < head_bytes_max ? std::nullopt : refuse(431);
  auto head = read_head(std::string_view(held_).substr(0, size));
  held_.erase(0, size);
  if (!head) return refuse(status_of(head.error().kind));
  Request out{std::move(*head), 0, true, false};
  if (const int status = read_body_fields(out); status != 0) return refuse(status);
  out.keep_alive = !out.is_1_0 && !says_close(out.field("connection"));
  return out;
}

std::string wire_form(const Response& response, bool keep_alive, bool head_only) {
  std::string out = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n"
      "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n",
      response.status, words_of(response.status), response.type, response.body.size(),
      keep_alive ? "keep-alive" : "close");
  if (response.status == 401) out += "WWW-Authenticate: Bearer\r\n";
  out += "\r\n";
  if (!head_only) out += response.body;
  return out;
}

Response refused(int status, std::string_view sentence) {
  Json json;
  json.set("error", sentence);
  return {status, "application/json", json.dump() + "\n"};
}

}  // namespace antidotary::gate::http
