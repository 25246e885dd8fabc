#include "core/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace antidotary {
namespace {

constexpr char32_t replacement = 0xfffd;

unsigned octet(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// Length of the well-formed sequence at `at`, or 0 (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const unsigned first = octet(text, at);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length > text.size() - at) return 0;
  const unsigned second = octet(text, at + 1);
  const unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((octet(text, at + i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

bool hides_on_terminal(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe0fff);
}

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

void append_utf8(std::string& out, char32_t c) {
  if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = replacement;
  const auto put = [&out](char32_t value) { out.push_back(static_cast<char>(value)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | (c >> 6));
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3f));
    put(0x80 | ((c >> 6) & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const std::size_t length = sequence_length(text, at);
  const unsigned first = octet(text, at);
  if (length <= 1) {
    ++at;
    return length == 1 ? first : replacement;
  }
  char32_t c = first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) c = (c << 6) | (octet(text, at + i) & 0x3f);
  at += length;
  return c;
}

std::string utf8_from_utf16_le(Bytes bytes) {
  std::string out;
  out.reserve(bytes.size() / 2);
  const auto unit = [&bytes](std::size_t at) {
    return std::to_integer<char32_t>(bytes[at]) | (std::to_integer<char32_t>(bytes[at + 1]) << 8);
  };
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const char32_t high = unit(at);
    if (high >= 0xd800 && high < 0xdc00 && at + 3 < bytes.size()) {
      const char32_t low = unit(at + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        append_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
        at += 2;
        continue;
      }
    }
    append_utf8(out, high);
  }
  return out;
}

Buffer utf16_le_from_utf8(std::string_view text) {
  Buffer out;
  out.reserve(text.size() * 2);
  const auto put = [&out](char32_t unit) {
    out.push_back(static_cast<std::byte>(unit & 0xff));
    out.push_back(static_cast<std::byte>(unit >> 8));
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c < 0x10000) {
      put(c);
    } else {
      put(0xd800 + ((c - 0x10000) >> 10));
      put(0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  return out;
}

std::string utf8_from_latin1(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) append_utf8(out, octet(bytes, at));
  return out;
}

std::string utf8_from_windows1252(std::string_view bytes) {
  static constexpr std::array<char32_t, 32> high = {
      0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
      0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
      0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const unsigned c = octet(bytes, at);
    append_utf8(out, c >= 0x80 && c < 0xa0 ? high[c - 0x80] : c);
  }
  return out;
}

char32_t upper_case(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  if (c >= 0xe0 && c <= 0xfe && c != 0xf7) return c - 32;
  if (c == 0xff) return 0x178;
  if (c < 0x100) return c;
  // Latin Extended-A and -B: pairs are (even upper, odd lower), but for two runs that are shifted.
  if ((c >= 0x100 && c <= 0x137 && c != 0x131) || (c >= 0x14a && c <= 0x177)) return c & ~1u;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e)) return c % 2 == 0 ? c - 1 : c;
  if (c >= 0x1de && c <= 0x21f && c != 0x1f0) return c & ~1u;
  // Greek
  if (c == 0x3ac) return 0x386;
  if (c >= 0x3ad && c <= 0x3af) return c - 37;
  if (c == 0x3c2) return c;
  if (c >= 0x3b1 && c <= 0x3cb) return c - 32;
  if (c == 0x3cc) return 0x38c;
  if (c == 0x3cd || c == 0x3ce) return c - 63;
  // Cyrillic and Armenian
  if (c >= 0x430 && c <= 0x44f) return c - 32;
  if (c >= 0x450 && c <= 0x45f) return c - 80;
  if ((c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) || (c >= 0x4d0 && c <= 0x52f)) {
    return c & ~1u;
  }
  if (c >= 0x561 && c <= 0x586) return c - 48;
  // Latin Extended Additional, full-width Latin
  if (c >= 0x1e00 && c <= 0x1eff && !(c >= 0x1e96 && c <= 0x1e9f)) return c & ~1u;
  if (c >= 0xff41 && c <= 0xff5a) return c - 32;
  return c;
}

std::string fold_case(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(utf8, at);
    if (c == replacement) {
      out.append(utf8.substr(start, at - start));
    } else {
      append_utf8(out, upper_case(c));
    }
  }
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a == b || fold_case(a) == fold_case(b);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return fold_case(text).starts_with(fold_case(prefix));
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

bool equal_ascii_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_ascii(x) == lower_ascii(y); });
}

namespace {

/// The same of plain ASCII, where a byte is a character and folding needs no copy.
bool matches_ascii_wildcard(std::string_view p, std::string_view t) {
  std::size_t at_p = 0, at_t = 0, star = p.npos, resume = 0;
  while (at_t < t.size()) {
    if (at_p < p.size() && p[at_p] == '*') {
      star = at_p++;
      resume = at_t;
    } else if (at_p < p.size() &&
               (p[at_p] == '?' || lower_ascii(p[at_p]) == lower_ascii(t[at_t]))) {
      ++at_p;
      ++at_t;
    } else if (star != p.npos) {
      at_p = star + 1;
      at_t = ++resume;
    } else {
      return false;
    }
  }
  return p.find_first_not_of('*', at_p) == p.npos;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

}  // namespace

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  if (is_ascii(pattern) && is_ascii(text)) return matches_ascii_wildcard(pattern, text);
  const std::string p = fold_case(pattern);
  const std::string t = fold_case(text);
  std::size_t at_p = 0;
  std::size_t at_t = 0;
  std::size_t star = std::string::npos;
  std::size_t resume = 0;
  // Greedy with one remembered star: the last star is the only one that may still have to give.
  while (at_t < t.size()) {
    if (at_p < p.size() && p[at_p] == '*') {
      star = at_p++;
      resume = at_t;
      continue;
    }
    std::size_t next_t = at_t;
    next_code_point(t, next_t);
    if (at_p < p.size() && p[at_p] == '?') {
      ++at_p;
      at_t = next_t;
    } else if (at_p < p.size() && p[at_p] == t[at_t]) {
      ++at_p;
      ++at_t;
    } else if (star != std::string::npos) {
      at_p = star + 1;
      next_t = resume;
      next_code_point(t, next_t);
      at_t = resume = next_t;
    } else {
      return false;
    }
  }
  while (at_p < p.size() && p[at_p] == '*') ++at_p;
  return at_p == p.size();
}

std::string collapse_white_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (!is_white(c)) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

std::string escape_for_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    const bool malformed = c == replacement && at - start == 1;
    if (malformed) {
      out += fmt::format("\\x{:02x}", octet(text, start));
    } else if (!hides_on_terminal(c)) {
      out.append(text.substr(start, at - start));
    } else if (c < 0x100) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c));
    }
  }
  return out;
}

}  // namespace antidotary
