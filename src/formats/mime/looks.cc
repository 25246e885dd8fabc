#include "formats/mime/looks.h"

#include <algorithm>

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

bool looks_base64(std::string_view text) {
  Run run;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_base64(text[end])) ++end;
    const std::string_view digits = text.substr(at, end - at);
    while (end < text.size() && (text[end] == '=' || text[end] == '\r')) ++end;
    const bool whole = end == text.size() || text[end] == '\n';
    if (whole && !digits.empty()) {
      run.add(digits);
      if (run.enough()) return true;
    } else if (!whole) {
      run = {};
      end = text.find('\n', end);
      if (end == std::string_view::npos) break;
    }
    at = end + 1;
  }
  return false;
}

bool looks_quoted(std::string_view text) {
  std::size_t escapes = 0;
  std::size_t soft = 0;
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const std::string_view next = text.substr(at + 1, 2);
    if (next.starts_with('\n') || next == "\r\n") {
      // A row of equals signs underlines a heading.
      soft += at > 0 && text[at - 1] != '=';
    } else if (hex_pair(next, 0) >= 0 && next[0] < 'a' && next[1] < 'a') {
      ++escapes;
    }
    if (escapes >= 3 || soft >= 2) return true;
  }
  return false;
}

bool looks_coded(std::string_view text) {
  for (const std::string_view mark : {std::string_view("begin"), std::string_view("=ybegin "),
                                      std::string_view("(This file must be converted")}) {
    for (std::size_t at = text.find(mark); at != std::string_view::npos;
         at = text.find(mark, at + 1)) {
      if (at != 0 && text[at - 1] != '\n' && text[at - 1] != '\r') continue;
      if (mark != "begin") return true;
      const std::string_view rest = text.substr(at + mark.size(), 16);
      const std::string_view digits = trim(rest);
      const bool mode = rest.size() >= 5 && (rest[0] == ' ' || rest[0] == '\t') &&
                        digits.size() >= 2 && digits[0] >= '0' && digits[0] <= '7' &&
                        digits[1] >= '0' && digits[1] <= '7';
      if (mode || rest.starts_with("-base64")) return true;
    }
  }
  return false;
}

}  // namespace antidotary::mime
