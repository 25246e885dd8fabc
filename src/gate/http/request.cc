#include "gate/http/request.h"

#include <algorithm>
#include <charconv>

#include "core/json.h"
#include "core/text.h"

namespace antidotary::gate::http {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t fields_max = 100;

/// RFC 9110, 5.6.2: token.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char one) {
    return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') ||
           marks.find(one) != std::string_view::npos;
  });
}

bool is_visible(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char one) { return one > 32 && one < 127; });
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char one) {
    const auto byte = static_cast<unsigned char>(one);
    return (byte < 32 && one != '\t') || byte == 127;
  });
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

std::string_view Request::field(std::string_view name) const {
  const auto found = fields.find(std::string(name));
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

void HeadReader::feed(Bytes bytes) { held_.append(as_text(bytes)); }

std::string HeadReader::take(std::uint64_t count) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, held_.size()));
  std::string out = held_.substr(0, wanted);
  held_.erase(0, wanted);
  return out;
}

std::optional<Request> HeadReader::next() {
  if (refusal_ != 0) return std::nullopt;
  const std::size_t end = std::string_view(held_).substr(0, head_bytes_max).find(head_end);
  if (end == std::string::npos) {
    if (held_.size() >= head_bytes_max) refusal_ = 431;
    return std::nullopt;
  }
  const std::string head = held_.substr(0, end);
  held_.erase(0, end + head_end.size());
  auto out = parse(head);
  if (!out && refusal_ == 0) refusal_ = 400;
  return out;
}

std::optional<Request> HeadReader::parse(std::string_view head) {
  const auto lines = split(head, '\n');
  if (lines.size() > fields_max) return refusal_ = 431, std::nullopt;
  Request out;
  bool length_seen = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view line = lines[i];
    if (i + 1 < lines.size()) {
      if (!line.ends_with('\r')) return std::nullopt;  // a bare line feed
      line.remove_suffix(1);
    }
    if (has_controls(line)) return std::nullopt;
    if (i == 0) {
      const auto words = split(line, ' ');
      if (words.size() != 3 || !is_token(words[0]) || !is_visible(words[1])) return std::nullopt;
      if (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0") return refusal_ = 505, std::nullopt;
      out.method = words[0];
      out.path = words[1].substr(0, words[1].find('?'));
      if (!out.path.starts_with('/')) return std::nullopt;
      out.keep_alive = words[2] == "HTTP/1.1";
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return std::nullopt;
    const std::string name = ascii_lower(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    if (name == "transfer-encoding") return refusal_ = 411, std::nullopt;
    if (name == "content-length") {
      const auto read = std::from_chars(value.data(), value.data() + value.size(), out.body_bytes);
      const bool whole = read.ec == std::errc{} && read.ptr == value.data() + value.size();
      if (length_seen || !whole) return std::nullopt;
      length_seen = true;
    }
    out.fields[name] = value;
  }
  const std::string connection = ascii_lower(out.field("connection"));
  if (connection == "close") out.keep_alive = false;
  const std::string_view expect = out.field("expect");
  out.awaits_continue = equal_ascii_ignoring_case(expect, "100-continue");
  if (!expect.empty() && !out.awaits_continue) return refusal_ = 501, std::nullopt;
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
