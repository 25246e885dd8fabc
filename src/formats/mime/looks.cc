#include "formats/mime/looks.h"

#include <algorithm>
#include <cstring>

#include "core/text.h"
#include "formats/mime/base64_blocks.h"
#include "formats/mime/quoted_printable.h"

namespace antidotary::mime {
namespace {

constexpr std::size_t base64_chars_min = 64;
// A run of shorter lines is a list of words unless it has more lines than this.
constexpr std::size_t long_line_min = 60;
constexpr std::size_t short_lines_min = 4;

bool is_base64(char c) { return base64_digit(c) != base64_no_digit; }

/// As std::string_view::find, which stops at each first letter that common words share.
std::size_t find_fast(std::string_view text, std::string_view word, std::size_t from) {
  if (from >= text.size()) return text.npos;
  const void* const found =
      ::memmem(text.data() + from, text.size() - from, word.data(), word.size());
  if (found == nullptr) return text.npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// Lines of base64 that follow each other.
struct Run {
  std::size_t chars = 0;
  std::size_t lines = 0;
  std::size_t longest = 0;
  bool small = false;
  bool large = false;

  void add(std::string_view line) {
    chars += line.size();
    ++lines;
    longest = std::max(longest, line.size());
    for (const char c : line) {
      small = small || (c >= 'a' && c <= 'z');
      large = large || (c >= 'A' && c <= 'Z');
    }
  }
  bool enough() const {
    return chars >= base64_chars_min && small && large &&
           (longest >= long_line_min || lines >= short_lines_min);
  }
};

}  // namespace

std::optional<std::string_view> next_base64_run(std::string_view text, std::size_t& at) {
  Run run;
  std::size_t begin = at;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && is_base64(text[end])) ++end;
    const std::string_view digits = text.substr(at, end - at);
    while (end < text.size() && (text[end] == '=' || text[end] == '\r')) ++end;
    const bool whole = end == text.size() || text[end] == '\n';
    if (whole && !digits.empty()) {
      run.add(digits);
    } else if (!whole) {
      if (run.enough()) return text.substr(begin, at - begin);
      run = {};
      end = std::min(text.find('\n', end), text.size());
      begin = std::min(end + 1, text.size());
    }
    at = std::min(end + 1, text.size());
  }
  if (run.enough()) return text.substr(begin);
  return std::nullopt;
}

bool looks_quoted(std::string_view text) {
  std::size_t escapes = 0;
  std::size_t soft = 0;
  std::size_t others = 0;
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const std::string_view next = text.substr(at + 1, 2);
    if (next.starts_with('\n') || next == "\r\n") {
      // A row of equals signs underlines a heading.
      soft += at > 0 && text[at - 1] != '=';
    } else if (hex_pair(next, 0) >= 0 && next[0] < 'a' && next[1] < 'a') {
      ++escapes;
    } else {
      ++others;
    }
  }
  // Addresses on the web have "=42" too, among more that are none.
  return (escapes >= 3 || soft >= 2) && escapes + soft > others;
}

bool could_be_base64(std::string_view text) {
  std::size_t blanks = 0, digits = 0, white = 0;
  for (const char c : text) {
    blanks += c == ' ' || c == '\t';
    white += c == '\r' || c == '\n';
    digits += is_base64(c) || c == '=';
  }
  return blanks * 12 < text.size() && digits * 4 >= (text.size() - white - blanks) * 3;
}

bool looks_coded(std::string_view text) {
  const auto begins_line = [text](std::size_t at) {
    return at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
  };
  constexpr std::string_view begin = "begin", binhex = "(This file must be converted";
  for (std::size_t at = find_fast(text, begin, 0); at != text.npos;
       at = find_fast(text, begin, at + 1)) {
    const std::string_view rest = text.substr(at + begin.size(), 16);
    if (at >= 2 && text.substr(at - 2, 2) == "=y" && begins_line(at - 2) && rest.starts_with(' ')) {
      return true;
    }
    if (!begins_line(at)) continue;
    const std::string_view digits = trim(rest);
    const bool mode = rest.size() >= 5 && (rest[0] == ' ' || rest[0] == '\t') &&
                      digits.size() >= 2 && digits[0] >= '0' && digits[0] <= '7' &&
                      digits[1] >= '0' && digits[1] <= '7';
    if (mode || rest.starts_with("-base64")) return true;
  }
  for (std::size_t at = find_fast(text, binhex, 0); at != text.npos;
       at = find_fast(text, binhex, at + 1)) {
    if (begins_line(at)) return true;
  }
  return false;
}

}  // namespace antidotary::mime
