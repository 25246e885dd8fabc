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

std::string body_sha256(Bytes message) {
  const std::string_view text = as_text(message);
  std::size_t at = text.find("\r\n\r\n");
  at = at == std::string_view::npos ? text.size() : at + 4;
  Digester digester(DigestKind::sha256);
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\r', at), text.size());
    digester.update(message.subspan(at, end - at));
    at = end + 1;
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
