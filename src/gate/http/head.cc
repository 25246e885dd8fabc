#include "gate/http/head.h"

#include <algorithm>

#include "core/text.h"

namespace antidotary::gate::http {
namespace {

constexpr std::string_view line_end = "\r\n";

bool is_token_char(char c) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || marks.find(c) != marks.npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

// 5.5: a value is visible characters, blanks, tabs and bytes above ASCII.
bool is_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_visible(c) || c == ' ' || c == '\t' || (static_cast<unsigned char>(c) & 0x80) != 0;
  });
}

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// 3: method SP request-target SP HTTP-version. Of targets only the origin form (3.2.1) is taken.
Status read_request_line(std::string_view line, Head& head) {
  const std::vector<std::string_view> words = split(line, ' ');
  if (words.size() != 3 || !is_token(words[0])) {
    return fail(ErrorKind::malformed, "the request line is not 'METHOD TARGET VERSION'");
  }
  const std::string_view target = words[1];
  const bool origin = target.starts_with('/') && !target.starts_with("//") &&
                      std::all_of(target.begin(), target.end(), is_visible);
  if (!origin) return fail(ErrorKind::malformed, "the target is no path");
  head.is_1_0 = words[2] == "HTTP/1.0";
  if (!head.is_1_0 && words[2] != "HTTP/1.1") {
    return fail(ErrorKind::unsupported, "only HTTP/1.0 and HTTP/1.1 are spoken");
  }
  const std::size_t mark = target.find('?');
  head.method = words[0];
  head.path = target.substr(0, mark);
  if (mark != target.npos) head.query = target.substr(mark + 1);
  return {};
}

Status read_field(std::string_view line, Head& head) {
  const std::size_t colon = line.find(':');
  // 5.1: no white space between name and colon; 5.2: no folded line, which begins with a blank.
  if (colon == line.npos || !is_token(line.substr(0, colon))) {
    return fail(ErrorKind::malformed, "a header field is not 'name: value'");
  }
  const std::string_view value = without_blanks(line.substr(colon + 1));
  if (!is_value(value)) return fail(ErrorKind::malformed, "a header field has a control character");
  if (head.fields.size() >= fields_max) {
    return fail(ErrorKind::budget_spent, "there are more than {} header fields", fields_max);
  }
  head.fields.emplace_back(ascii_lower(line.substr(0, colon)), value);
  return {};
}

}  // namespace

std::string_view Head::field(std::string_view name) const {
  for (const auto& [known, value] : fields) {
    if (known == name) return value;
  }
  return {};
}

std::size_t Head::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [name](const auto& field) { return field.first == name; }));
}

int status_of(ErrorKind kind) {
  if (kind == ErrorKind::budget_spent) return 431;
  return kind == ErrorKind::unsupported ? 505 : 400;
}

bool names_this_host(std::string_view host, std::optional<std::uint16_t> port) {
  // 4.2.2 of RFC 9110, 3.2.2 of RFC 3986: a name or an address, then perhaps a port.
  constexpr std::string_view v6 = "[::1]";
  std::string_view rest = host;
  if (host.starts_with(v6)) {
    rest.remove_prefix(v6.size());
  } else {
    const std::string_view name = host.substr(0, host.find(':'));
    const bool address =
        name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!address && !equal_ascii_ignoring_case(name, "localhost")) return false;
    rest.remove_prefix(name.size());
  }
  if (!rest.empty() && rest[0] != ':') return false;
  const std::string_view digits = rest.substr(std::min<std::size_t>(rest.size(), 1));
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  constexpr std::string_view http_port = "80";
  return !port || (digits.empty() ? http_port : digits) == std::to_string(*port);
}

std::size_t head_size(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  return end == text.npos ? 0 : end + 4;
}

Result<Head> read_head(std::string_view head) {
  if (head.size() > head_bytes_max) {
    return fail(ErrorKind::budget_spent, "the head is longer than {} bytes", head_bytes_max);
  }
  if (head.size() < 4 || head_size(head) != head.size()) {
    return fail(ErrorKind::malformed, "the head does not end with an empty line");
  }
  head.remove_suffix(2);  // the empty line; each line still has its end
  Head out;
  bool first = true;
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find(line_end));
    head.remove_prefix(line.size() + line_end.size());
    if (first) {
      ANTIDOTARY_CHECK(read_request_line(line, out));
    } else {
      ANTIDOTARY_CHECK(read_field(line, out));
    }
    first = false;
  }
  const std::size_t hosts = out.count("host");
  // 3.2: a request without Host, or with several, is answered 400.
  if (hosts > 1 || (hosts == 0 && !out.is_1_0)) {
    return fail(ErrorKind::malformed, "the request has {} Host fields", hosts);
  }
  out.host = out.field("host");
  return out;
}

}  // namespace antidotary::gate::http
