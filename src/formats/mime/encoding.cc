#include "formats/mime/encoding.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace antidotary::mime {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t not_in_alphabet = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = not_in_alphabet;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto base64_values = make_values();

// The RFC allows 75; programs write a long file name as one word. Bounds the search for "?=".
constexpr std::size_t word_chars_max = 4096;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// The byte of the two hexadecimal digits at `at`, or -1.
int hex_pair(std::string_view text, std::size_t at) {
  if (text.size() < 2 || at > text.size() - 2) return -1;
  const int high = hex_value(text[at]);
  const int low = hex_value(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

Decoded decode_base64(std::string_view text, std::size_t bytes_max) {
  Decoded out;
  out.bytes.reserve(std::min(bytes_max, text.size() / 4 * 3 + 3));
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t value = base64_values[static_cast<unsigned char>(c)];
    if (value == not_in_alphabet) {
      // Padding ends a quantum; what follows is read on, as mail programs do.
      if (c == '=') {
        count = 0;
        bits = 0;
      } else if (!is_blank(c)) {
        ++out.skipped;
      }
      continue;
    }
    bits = (bits << 6) | value;
    // A quantum's bytes are written as soon as they are whole, so that a cut one is not lost.
    if (++count == 1) continue;
    if (out.bytes.size() >= bytes_max) {
      out.cut = true;
      return out;
    }
    out.bytes.push_back(static_cast<std::byte>((bits >> (8 - 2 * count)) & 0xff));
    if (count == 4) {
      count = 0;
      bits = 0;
    }
  }
  return out;
}

// RFC 2045, 6.7: "=XX" is a byte, "=" at the end of a line joins two lines, blanks before a line's
// end were added on the way and are dropped.
Decoded decode_quoted_printable(std::string_view text, std::size_t bytes_max) {
  Decoded out;
  const auto put = [&out, bytes_max](std::string_view piece) {
    const std::size_t room = bytes_max - out.bytes.size();
    out.cut = out.cut || piece.size() > room;
    const Bytes bytes = as_bytes(piece.substr(0, room));
    out.bytes.insert(out.bytes.end(), bytes.begin(), bytes.end());
  };
  while (!text.empty() && !out.cut) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    std::string_view end = newline == std::string_view::npos ? "" : "\n";
    if (line.ends_with('\r') && !end.empty()) {
      line.remove_suffix(1);
      end = "\r\n";
    }
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    if (line.ends_with('=')) {
      line.remove_suffix(1);
      end = "";
    }
    while (!line.empty()) {
      const std::size_t sign = line.find('=');
      put(line.substr(0, sign));
      if (sign == std::string_view::npos) break;
      const int value = hex_pair(line, sign + 1);
      const char byte = value < 0 ? '=' : static_cast<char>(value);
      out.skipped += value < 0;
      put({&byte, 1});
      line.remove_prefix(sign + (value < 0 ? 1 : 3));
    }
    put(end);
  }
  return out;
}

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
  return Encoding::unknown;
}

Decoded decode(Encoding encoding, Bytes text, std::size_t bytes_max) {
  switch (encoding) {
    case Encoding::base64:
      return decode_base64(as_text(text), bytes_max);
    case Encoding::quoted_printable:
      return decode_quoted_printable(as_text(text), bytes_max);
    case Encoding::identity:
    case Encoding::unknown:
      break;
  }
  const Bytes kept = text.first(std::min(text.size(), bytes_max));
  return {to_buffer(kept), 0, kept.size() < text.size()};
}

std::uint64_t decoded_bytes(Encoding encoding, Bytes text) {
  if (encoding == Encoding::quoted_printable) {
    return decode_quoted_printable(as_text(text), text.size()).bytes.size();
  }
  if (encoding != Encoding::base64) return text.size();
  std::uint64_t bytes = 0;
  unsigned count = 0;
  for (const char c : as_text(text)) {
    if (c == '=') count = 0;
    if (base64_values[static_cast<unsigned char>(c)] == not_in_alphabet) continue;
    bytes += count > 0;
    count = (count + 1) % 4;
  }
  return bytes;
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

std::string to_base64_lines(Bytes bytes) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8) | (i < count ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= count ? alphabet[(bits >> (18 - 6 * i)) & 63] : '=';
    }
    column += 4;
    if (column == 76) {
      out += "\r\n";
      column = 0;
    }
  }
  if (column != 0) out += "\r\n";
  return out;
}

}  // namespace antidotary::mime
