#include "formats/mime/syntax.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"
#include "formats/mime/parameters.h"

namespace antidotary::mime {
namespace {

using namespace std::string_view_literals;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_token(char c) {
  return is_letter(c) || "!#$%&'*+-.^_`{|}~"sv.find(c) != std::string_view::npos;
}
// Unquoted values hold what the RFC wants quoted: "boundary=----=_Part:1/2".
bool is_loose(char c) { return is_token(c) || "=:/?@"sv.find(c) != std::string_view::npos; }
// RFC 2046, 5.1.1: bchars, without the blank.
bool is_boundary(char c) {
  return is_letter(c) || "'()+_,-./:=?"sv.find(c) != std::string_view::npos;
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
}

template <class Is>
std::string_view take(std::string_view& text, Is is) {
  const auto end = std::find_if_not(text.begin(), text.end(), is);
  const std::string_view out = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(out.size());
  return out;
}

bool odd_boundary(std::string_view value, bool quoted) {
  if (value.empty() || value.size() > 70 || value.back() == ' ' || value.front() == ' ')
    return true;
  return !std::all_of(value.begin(), value.end(), [quoted](char c) {
    return is_boundary(c) || (quoted && (c == ' ' || is_token(c))) || is_token(c);
  });
}

/// One "; name=value". Moves behind it.
std::optional<Anomaly> odd_parameter(std::string_view& text, bool& has_boundary) {
  if (!text.starts_with(';')) return Anomaly::type_odd;
  text.remove_prefix(1);
  skip_blanks(text);
  if (text.empty() || text[0] == ';') return std::nullopt;  // "text/plain;" is common
  const std::string name = ascii_lower(take(text, &is_token));
  const bool boundary = name.starts_with("boundary");
  if (!text.starts_with('=') || name.empty()) {
    // "; charset" without a value; what follows counts again.
    if (!name.empty() && !boundary && (text.empty() || text[0] == ';')) return std::nullopt;
    return Anomaly::type_odd;
  }
  text.remove_prefix(1);
  std::string_view value;
  const bool quoted = text.starts_with('"');
  if (quoted) {
    const std::size_t end = text.find_first_of("\"\\", 1);
    if (end == std::string_view::npos || text[end] == '\\') {
      // Quoted characters in a file's name change no structure as long as the string ends.
      std::size_t close = 1;
      while (close < text.size() && text[close] != '"') close += text[close] == '\\' ? 2 : 1;
      if (boundary || close >= text.size()) return Anomaly::type_odd;
      text.remove_prefix(close + 1);
      skip_blanks(text);
      return std::nullopt;
    }
    value = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else if (boundary) {
    value = take(text, &is_loose);
  } else {
    value = take(text, [](char c) { return c != ';' && c != '"' && c != '(' && c != '\\'; });
  }
  skip_blanks(text);
  if (!boundary) return std::nullopt;
  if (name != "boundary" || has_boundary || odd_boundary(value, quoted)) {
    return Anomaly::boundary_odd;
  }
  has_boundary = true;
  return std::nullopt;
}

bool is_plain_byte(char c) { return c == '\t' || (c >= ' ' && c < 0x7f); }

}  // namespace

std::optional<Anomaly> odd_type(std::string_view raw) {
  const std::string unfolded = unfold(raw);
  std::string_view text = unfolded;
  const std::string_view kind = take(text, &is_token);
  if (!text.starts_with('/')) return Anomaly::type_odd;
  text.remove_prefix(1);
  const std::string_view subtype = take(text, &is_token);
  if (kind.empty() || subtype.empty()) return Anomaly::type_odd;
  const std::string lower = ascii_lower(kind);
  const bool multipart = lower == "multipart";
  if (!multipart && lower.find("multi") != std::string::npos) return Anomaly::type_unknown;
  skip_blanks(text);
  bool has_boundary = false;
  while (!text.empty()) {
    if (const auto odd = odd_parameter(text, has_boundary)) return odd;
  }
  if (!std::all_of(kind.begin(), kind.end(), &is_plain_byte)) return Anomaly::field_odd_bytes;
  if (has_boundary && !multipart) return Anomaly::boundary_beside;
  return std::nullopt;
}

std::optional<Anomaly> odd_encoding(std::string_view raw) {
  static constexpr std::array known = {"7bit"sv, "8bit"sv, "binary"sv, "base64"sv,
                                       "quoted-printable"sv};
  const std::string name = ascii_lower(trim(unfold(raw)));
  if (std::find(known.begin(), known.end(), name) != known.end()) {
    // Folded before the word: some programs see an empty value.
    const bool folded =
        trim(raw).find('\n') != std::string_view::npos ||
        raw.substr(0, raw.find_first_not_of(" \t\r\n")).find('\n') != std::string_view::npos;
    if (folded) return Anomaly::encoding_odd;
    return std::nullopt;
  }
  const bool one_word = !name.empty() && std::all_of(name.begin(), name.end(), &is_token);
  return one_word ? Anomaly::encoding_unknown : Anomaly::encoding_odd;
}

bool hides_field(std::string_view value) {
  std::size_t at = value.find_first_of("\r\n");
  while (at != std::string_view::npos) {
    const std::size_t begin = value.find_first_not_of(" \t\r\n\v\f", at);
    if (begin == std::string_view::npos) return false;
    if (equal_ascii_ignoring_case(value.substr(begin, 8), "content-")) return true;
    at = value.find_first_of("\r\n", begin);
  }
  return false;
}

}  // namespace antidotary::mime
