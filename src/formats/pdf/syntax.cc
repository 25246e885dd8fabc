#include "formats/pdf/syntax.h"

#include <algorithm>

#include "core/text.h"

namespace antidotary::pdf {
namespace {

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t end_of_word(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_white(text[at]) && !is_delimiter(text[at])) ++at;
  return at;
}

// 7.3.4.2: parentheses that balance stand for themselves.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i + 1;
    } else if (text[i] == 'e' && text.substr(i, 6) == "endobj") {
      // It is not closed, and must neither swallow what stands behind nor be read again and again.
      return i;
    }
  }
  return text.size();
}

std::size_t end_of_hex(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_of("<>()[]/{}", at + 1);
  if (end == std::string_view::npos) return text.size();
  return text[end] == '>' ? end + 1 : end;
}

// The end of "12 0 R" at `at`, or 0.
std::size_t end_of_reference(std::string_view text, std::size_t at) {
  for (int part = 0; part < 2; ++part) {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at]) && at - begin < 10) ++at;
    if (at == begin) return 0;
    const std::size_t white = at;
    while (at < text.size() && is_white(text[at]) && at - white < 16) ++at;
    if (at == white) return 0;
  }
  const bool ends = at + 1 >= text.size() || is_white(text[at + 1]) || is_delimiter(text[at + 1]);
  return at < text.size() && text[at] == 'R' && ends ? at + 1 : 0;
}

// The end of what is no dictionary and no array.
std::size_t end_of_atom(std::string_view text, std::size_t at) {
  if (text[at] == '(') return end_of_literal(text, at);
  if (text[at] == '<') return end_of_hex(text, at);
  if (text[at] == '/') return end_of_word(text, at + 1);
  if (const std::size_t end = end_of_reference(text, at)) return end;
  return std::max(at + 1, end_of_word(text, at));
}

bool ends_objects(std::string_view word) {
  return word == "endobj" || word == "stream" || word == "endstream" || word == "obj";
}

}  // namespace

bool is_white(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

bool is_delimiter(char c) {
  return std::string_view("()<>[]{}/%").find(c) != std::string_view::npos;
}

std::size_t skip_white(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '%') {
      while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
    } else if (is_white(text[at])) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::size_t end_of_value(std::string_view text, std::size_t at) {
  // Which bracket is open does not matter: readers do not compare them either.
  std::size_t depth = 0;
  at = skip_white(text, at);
  while (at < text.size()) {
    if (text.substr(at, 2) == "<<") {
      ++depth;
      at += 2;
    } else if (text[at] == '[') {
      ++depth;
      ++at;
    } else if (text.substr(at, 2) == ">>" || text[at] == ']') {
      if (depth == 0) return at;
      at += text[at] == ']' ? 1 : 2;
      if (--depth == 0) return at;
    } else {
      const std::size_t end = end_of_atom(text, at);
      if (depth > 0 && ends_objects(text.substr(at, end - at))) return at;
      at = end;
      if (depth == 0) return at;
    }
    at = skip_white(text, at);
  }
  return at;
}

std::vector<Pair> pairs_of(std::string_view value) {
  std::vector<Pair> out;
  std::size_t at = skip_white(value, 0);
  if (value.substr(std::min(at, value.size()), 2) != "<<") return out;
  at = skip_white(value, at + 2);
  while (at < value.size() && value.substr(at, 2) != ">>") {
    const std::size_t name_end = end_of_atom(value, at);
    auto name = name_of(value.substr(at, name_end - at));
    at = skip_white(value, name_end);
    if (!name) continue;
    const std::size_t end = end_of_value(value, at);
    out.push_back({std::move(*name), value.substr(at, end - at)});
    if (end == at) break;
    at = skip_white(value, end);
  }
  return out;
}

std::vector<std::string_view> items_of(std::string_view value) {
  std::size_t at = skip_white(value, 0);
  if (at >= value.size() || value[at] != '[') return {value};
  std::vector<std::string_view> out;
  at = skip_white(value, at + 1);
  while (at < value.size() && value[at] != ']') {
    const std::size_t end = end_of_value(value, at);
    if (end == at) break;
    out.push_back(value.substr(at, end - at));
    at = skip_white(value, end);
  }
  return out;
}

std::optional<std::string_view> value_in(const std::vector<Pair>& pairs, std::string_view name) {
  for (const Pair& pair : pairs) {
    if (pair.name == name) return pair.value;
  }
  return std::nullopt;
}

std::optional<Reference> reference_of(std::string_view value) {
  if (end_of_reference(value, 0) == 0) return std::nullopt;
  const auto number = integer_of(value);
  const auto generation = integer_of(value.substr(end_of_word(value, 0)));
  if (!number || !generation || *number > 0xffffffff || *generation > 0xffffffff) {
    return std::nullopt;
  }
  return Reference{static_cast<std::uint32_t>(*number), static_cast<std::uint32_t>(*generation)};
}

std::optional<std::int64_t> integer_of(std::string_view value) {
  std::size_t at = skip_white(value, 0);
  const bool negative = at < value.size() && value[at] == '-';
  if (at < value.size() && (value[at] == '-' || value[at] == '+')) ++at;
  std::int64_t out = 0;
  const std::size_t begin = at;
  for (; at < value.size() && is_digit(value[at]); ++at) {
    if (at - begin > 15) return std::nullopt;
    out = out * 10 + (value[at] - '0');
  }
  if (at == begin) return std::nullopt;
  return negative ? -out : out;
}

std::optional<std::string> name_of(std::string_view value) {
  if (value.empty() || value[0] != '/') return std::nullopt;
  std::string out;
  for (std::size_t i = 1; i < value.size(); ++i) {
    if (value[i] == '#' && i + 2 < value.size()) {
      const int high = hex_of(value[i + 1]);
      const int low = hex_of(value[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high << 4 | low);
        i += 2;
        continue;
      }
    }
    out += value[i];
  }
  return out;
}

namespace {

std::string hex_string(std::string_view value) {
  std::string out;
  int half = -1;
  for (const char c : value) {
    const int digit = hex_of(c);
    if (digit < 0) continue;
    if (half >= 0) out += static_cast<char>(half << 4 | digit);
    half = half >= 0 ? -1 : digit;
  }
  if (half >= 0) out += static_cast<char>(half << 4);
  return out;
}

// 7.3.4.2, table 3. `at` stands on the backslash; returns the last character of the escape.
std::size_t append_escape(std::string_view value, std::size_t at, std::string& out) {
  if (++at >= value.size()) return at;
  const char c = value[at];
  static constexpr std::string_view from = "nrtbf";
  static constexpr std::string_view to = "\n\r\t\b\f";
  if (const std::size_t found = from.find(c); found != std::string_view::npos) {
    out += to[found];
  } else if (c >= '0' && c <= '7') {
    unsigned code = 0;
    std::size_t end = at;
    while (end < value.size() && end < at + 3 && value[end] >= '0' && value[end] <= '7') {
      code = code * 8 + static_cast<unsigned>(value[end++] - '0');
    }
    out += static_cast<char>(code & 0xffu);
    return end - 1;
  } else if (c == '\r') {
    return at + 1 < value.size() && value[at + 1] == '\n' ? at + 1 : at;
  } else if (c != '\n') {
    out += c;
  }
  return at;
}

}  // namespace

std::optional<std::string> string_of(std::string_view value) {
  value = value.substr(std::min(skip_white(value, 0), value.size()));
  if (value.starts_with('<') && !value.starts_with("<<")) return hex_string(value);
  if (!value.starts_with('(')) return std::nullopt;
  std::string out;
  const std::size_t end = value.ends_with(')') ? value.size() - 1 : value.size();
  for (std::size_t i = 1; i < end; ++i) {
    if (value[i] == '\\') {
      i = append_escape(value.substr(0, end), i, out);
    } else {
      out += value[i];
    }
  }
  return out;
}

std::string text_of(std::string_view string) {
  if (string.starts_with("\xfe\xff")) {
    std::string swapped;
    for (std::size_t i = 2; i + 1 < string.size(); i += 2) {
      swapped += string[i + 1];
      swapped += string[i];
    }
    return utf8_from_utf16_le(as_bytes(std::string_view(swapped)));
  }
  if (string.starts_with("\xff\xfe")) return utf8_from_utf16_le(as_bytes(string.substr(2)));
  if (string.starts_with("\xef\xbb\xbf")) string.remove_prefix(3);
  return is_utf8(string) ? std::string(string) : utf8_from_latin1(string);
}

}  // namespace antidotary::pdf
