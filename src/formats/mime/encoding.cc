#include "formats/mime/encoding.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "formats/mime/base64.h"
#include "formats/mime/quoted_printable.h"

namespace antidotary::mime {
namespace {

using namespace std::string_view_literals;

// The RFC allows 75; programs write a long file name as one word. Bounds the search for "?=".
constexpr std::size_t word_chars_max = 4096;

struct Word {
  std::string_view charset;
  std::string bytes;
  std::size_t end;  ///< Past its "?=".
};

// RFC 2047, 2: "=?charset?Q|B?text?=", of which `at` is the first character.
bool read_word(std::string_view value, std::size_t at, Word& word) {
  value = value.substr(0, at + std::min(value.size() - at, word_chars_max));
  const std::size_t charset_end = value.find('?', at + 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= value.size()) return false;
  if (value[charset_end + 2] != '?') return false;
  const char kind = value[charset_end + 1];
  const std::size_t text_at = charset_end + 3;
  const std::size_t text_end = value.find("?=", text_at);
  if (text_end == std::string_view::npos) return false;
  word.charset = value.substr(at + 2, charset_end - at - 2);
  word.charset = word.charset.substr(0, word.charset.find('*'));  // RFC 2231, 5: "charset*en"
  const std::string_view text = value.substr(text_at, text_end - text_at);
  word.end = text_end + 2;
  word.bytes.clear();
  if (kind == 'B' || kind == 'b') {
    word.bytes = to_string(decode_base64(text, text.size()).bytes);
    return true;
  }
  if (kind != 'Q' && kind != 'q') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = text[i] == '=' ? hex_pair(text, i + 1) : -1;
    word.bytes += byte >= 0 ? static_cast<char>(byte) : text[i] == '_' ? ' ' : text[i];
    if (byte >= 0) i += 2;
  }
  return true;
}

}  // namespace

Encoding encoding_of(std::string_view field_value) {
  const std::string_view before_comment = field_value.substr(0, field_value.find_first_of("(;"));
  const std::string name = ascii_lower(trim(before_comment));
  if (name == "base64") return Encoding::base64;
  if (name == "quoted-printable") return Encoding::quoted_printable;
  if (name.empty() || name == "7bit" || name == "8bit" || name == "binary") {
    return Encoding::identity;
  }
  static constexpr std::array uu_names = {"x-uuencode"sv, "x-uue"sv, "uue"sv, "uuencode"sv};
  if (std::find(uu_names.begin(), uu_names.end(), name) != uu_names.end()) {
    return Encoding::uuencode;
  }
  return Encoding::unknown;
}

Decoded decode(Encoding encoding, Bytes text, std::size_t bytes_max) {
  if (encoding == Encoding::base64) {
    Base64Decoded decoded = decode_base64(as_text(text), bytes_max);
    return {std::move(decoded.bytes), decoded.odd.junk, decoded.cut};
  }
  if (encoding == Encoding::quoted_printable) {
    QuotedDecoded decoded = decode_quoted_printable(as_text(text), bytes_max);
    return {std::move(decoded.bytes), decoded.odd.bad_escapes, decoded.cut};
  }
  const Bytes kept = text.first(std::min(text.size(), bytes_max));
  return {to_buffer(kept), 0, kept.size() < text.size()};
}

std::uint64_t decoded_bytes(Encoding encoding, Bytes text) {
  if (encoding == Encoding::base64) return base64_bytes(as_text(text));
  if (encoding != Encoding::quoted_printable) return text.size();
  return decode_quoted_printable(as_text(text), text.size()).bytes.size();
}

std::string to_utf8(std::string_view charset, std::string_view text) {
  const std::string name = ascii_lower(trim(charset));
  if (name == "iso-8859-1" || name == "latin1") return utf8_from_windows1252(text);
  if (name == "windows-1252" || name == "cp1252") return utf8_from_windows1252(text);
  if (name == "utf-16le") return utf8_from_utf16_le(as_bytes(text));
  if (name == "utf-16be" || name == "utf-16") {
    const bool little = name == "utf-16" && text.starts_with("\xff\xfe");
    Buffer swapped = to_buffer(as_bytes(text));
    for (std::size_t i = 1; !little && i < swapped.size(); i += 2) {
      std::swap(swapped[i - 1], swapped[i]);
    }
    return utf8_from_utf16_le(swapped);
  }
  return is_utf8(text) ? std::string(text) : utf8_from_windows1252(text);
}

std::string decode_words(std::string_view value) {
  std::string out;
  std::string_view charset;
  std::string pending;  // bytes of neighbouring words: a character may be cut between two
  const auto flush = [&] {
    if (!pending.empty()) out += to_utf8(charset, pending);
    pending.clear();
  };
  bool after_word = false;
  for (std::size_t at = 0; at < value.size();) {
    Word word;
    if (value.substr(at, 2) == "=?" && read_word(value, at, word)) {
      if (!equal_ascii_ignoring_case(word.charset, charset)) flush();
      charset = word.charset;
      pending += word.bytes;
      at = word.end;
      after_word = true;
      continue;
    }
    std::size_t next = value.find("=?", at + 1);
    if (next == std::string_view::npos) next = value.size();
    const std::string_view plain = value.substr(at, next - at);
    const bool gap = after_word && next < value.size() && trim(plain).empty();
    Word following;
    if (!gap || !read_word(value, next, following)) {
      flush();
      out += to_utf8("", plain);
    }
    after_word = false;
    at = next;
  }
  flush();
  return out;
}

std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = text[i] == '%' ? hex_pair(text, i + 1) : -1;
    out += byte >= 0 ? static_cast<char>(byte) : text[i];
    if (byte >= 0) i += 2;
  }
  return out;
}

}  // namespace antidotary::mime
