#include "gate/release.h"

#include <algorithm>
#include <charconv>

#include "core/text.h"

namespace antidotary::gate {
namespace {

constexpr std::string_view version = "1";
constexpr std::size_t word_bytes_max = 100;
constexpr std::size_t words = 6;

std::string covered(const ReleaseMark& mark) {
  return fmt::format("{} {} {} {} {}", version, mark.id, mark.expires_unix_s, mark.nonce,
                     mark.body_sha256);
}

/// A letter, digit or hyphen each: it becomes a file's name.
bool is_word(std::string_view word) {
  return !word.empty() && word.size() <= word_bytes_max &&
         std::all_of(word.begin(), word.end(), [](char one) {
           return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') || one == '-';
         });
}

}  // namespace

std::size_t body_begins(Bytes message) {
  std::string_view rest = as_text(message);
  for (;;) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return message.size();
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.empty() || line == "\r") return message.size() - rest.size();
  }
}

std::string body_sha256(Bytes message) {
  std::string_view rest = as_text(message).substr(body_begins(message));
  const Bytes line_end = as_bytes(std::string_view("\n"));
  Digester digester(DigestKind::sha256);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    digester.update(as_bytes(rest.substr(0, end)));
    digester.update(line_end);
    rest.remove_prefix(end);
    rest.remove_prefix(rest.starts_with("\r\n") ? 2 : std::min<std::size_t>(rest.size(), 1));
  }
  return digester.finish_hex();
}

std::string write_mark(const ReleaseMark& mark, Bytes key) {
  const std::string text = covered(mark);
  return text + " " + hmac_sha256_hex(key, as_bytes(std::string_view(text)));
}

Result<ReleaseMark> read_mark(std::string_view value, Bytes key, std::uint64_t now_unix_s) {
  const auto parts = split(value, ' ');
  if (parts.size() != words || parts[0] != version ||
      !std::all_of(parts.begin(), parts.end(), is_word)) {
    return fail(ErrorKind::malformed, "it is no mark of a release");
  }
  ReleaseMark out;
  out.id = parts[1];
  const auto read =
      std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), out.expires_unix_s);
  if (read.ec != std::errc{} || read.ptr != parts[2].data() + parts[2].size()) {
    return fail(ErrorKind::malformed, "it is no mark of a release");
  }
  out.nonce = parts[3];
  out.body_sha256 = parts[4];
  const std::string text = covered(out);
  if (!equal_in_constant_time(parts[5], hmac_sha256_hex(key, as_bytes(std::string_view(text))))) {
    return fail(ErrorKind::refused, "its code does not fit");
  }
  if (out.expires_unix_s < now_unix_s || out.expires_unix_s > now_unix_s + release_s_max) {
    return fail(ErrorKind::refused, "its time is over");
  }
  return out;
}

}  // namespace antidotary::gate
