#include "unpack/documents/references.h"

#include <algorithm>

#include "core/text.h"
#include "unpack/views/entities.h"

namespace antidotary::unpack {
namespace {

constexpr std::size_t name_bytes_max = 32;

int digit_of(char c, unsigned base) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return base == 16 && low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// Appends what the "&#" at the start of `text` stands for; answers its size, or 0: it is none.
std::size_t append_number(std::string_view text, std::string& out) {
  constexpr char32_t too_large = 0x110000;
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const unsigned base = hex ? 16 : 10;
  const std::size_t first = hex ? 3 : 2;
  std::size_t at = first;
  char32_t point = 0;
  for (; at < text.size(); ++at) {
    const int digit = digit_of(text[at], base);
    if (digit < 0) break;
    point = std::min<char32_t>(point * base + static_cast<char32_t>(digit), too_large);
  }
  if (at == first) return 0;
  append_utf8(out, point);
  return at < text.size() && text[at] == ';' ? at + 1 : at;
}

/// The same for a name, which ends with ';'.
std::size_t append_named(std::string_view text, std::string& out) {
  const std::size_t end = text.substr(0, name_bytes_max).find(';');
  if (end == text.npos) return 0;
  const auto point = named_entity(text.substr(1, end - 1));
  if (!point) return 0;
  append_utf8(out, *point);
  return end + 1;
}

}  // namespace

std::string without_references(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('&'), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    std::size_t size =
        text.substr(1, 1) == "#" ? append_number(text, out) : append_named(text, out);
    if (size == 0) {
      out += '&';
      size = 1;
    }
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace antidotary::unpack
