#include "formats/mime/quoted_printable.h"

#include <algorithm>

namespace antidotary::mime {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// One line without its end, and that end.
struct Line {
  std::string_view text;
  std::string_view end;
};

Line take_line(std::string_view& text, bool lone_cr_ends) {
  std::size_t at = lone_cr_ends ? text.find_first_of("\r\n") : text.find('\n');
  if (at == std::string_view::npos) {
    const Line line{text, {}};
    text = {};
    return line;
  }
  std::size_t ends = at + 1;
  if (lone_cr_ends && text[at] == '\r' && ends < text.size() && text[ends] == '\n') ++ends;
  if (!lone_cr_ends && at > 0 && text[at - 1] == '\r') --at;
  const Line line{text.substr(0, at), text.substr(at, ends - at)};
  text.remove_prefix(ends);
  return line;
}

class QuotedReader {
 public:
  QuotedReader(const QuotedReading& reading, std::size_t bytes_max, QuotedDecoded& out)
      : reading_(reading), bytes_max_(bytes_max), out_(out) {}

  void read(std::string_view text) {
    out_.bytes.reserve(std::min(text.size(), bytes_max_));
    const char* const begin = text.data();
    while (!text.empty() && !out_.cut) {
      const Line line = take_line(text, reading_.lone_cr_ends);
      read_line(line, static_cast<std::size_t>(line.text.data() - begin));
    }
  }

 private:
  // "=XX" is a byte, "=" at the end of a line joins two lines, blanks before a line's end were
  // added on the way.
  void read_line(const Line& line, std::size_t offset) {
    std::string_view text = line.text;
    std::string_view end = line.end;
    std::size_t bare = text.size();
    while (bare > 0 && is_blank(text[bare - 1])) --bare;
    const bool soft = bare > 0 && text[bare - 1] == '=';
    if (bare < text.size()) out_.odd.trailing_blanks = true;
    if (soft && (bare == text.size() || !reading_.keeps_blanks)) {
      text = text.substr(0, bare - 1);
      end = {};
    } else if (!reading_.keeps_blanks) {
      text = text.substr(0, bare);
    }
    if (text.find('\r') != std::string_view::npos) out_.odd.bare_carriage_return = true;
    while (!text.empty()) {
      const std::size_t sign = text.find('=');
      put(text.substr(0, sign));
      if (sign == std::string_view::npos) break;
      text.remove_prefix(sign);
      escape(text, offset + static_cast<std::size_t>(text.data() - line.text.data()));
    }
    put(end);
  }

  void escape(std::string_view& text, std::size_t offset) {
    std::string_view digits = text.substr(1);
    while (reading_.blanks_inside && !digits.empty() && is_blank(digits.front())) {
      digits.remove_prefix(1);
    }
    const int value = hex_pair(digits, 0);
    const auto small = [](char c) { return c >= 'a'; };
    const bool has_small = value >= 0 && (small(digits[0]) || small(digits[1]));
    out_.odd.small_digits = out_.odd.small_digits || has_small;
    if (value >= 0 && (!has_small || reading_.small_digits)) {
      const char byte = static_cast<char>(value);
      put({&byte, 1});
      text = digits.substr(2);
      return;
    }
    if (value < 0) {
      ++out_.odd.bad_escapes;
      if (!out_.odd.offset) out_.odd.offset = offset;
    }
    if (reading_.dropped == 0) put(text.substr(0, 1));
    text.remove_prefix(std::min(text.size(), std::max<std::size_t>(1, reading_.dropped)));
  }

  void put(std::string_view piece) {
    const std::size_t room = bytes_max_ - out_.bytes.size();
    out_.cut = out_.cut || piece.size() > room;
    const Bytes bytes = as_bytes(piece.substr(0, room));
    out_.bytes.insert(out_.bytes.end(), bytes.begin(), bytes.end());
  }

  const QuotedReading& reading_;
  std::size_t bytes_max_;
  QuotedDecoded& out_;
};

}  // namespace

int hex_pair(std::string_view text, std::size_t at) {
  if (text.size() < 2 || at > text.size() - 2) return -1;
  const int high = hex_value(text[at]);
  const int low = hex_value(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

QuotedDecoded decode_quoted_printable(std::string_view text, std::size_t bytes_max) {
  QuotedDecoded out;
  QuotedReader(QuotedReading{}, bytes_max, out).read(text);
  return out;
}

std::vector<QuotedReading> quoted_readings(const QuotedOddities& odd) {
  std::vector<QuotedReading> out;
  const std::uint8_t most_dropped = odd.bad_escapes > 0 ? 3 : 0;
  for (std::uint8_t dropped = 0; dropped <= most_dropped; ++dropped) {
    for (unsigned flags = 0; flags < 16; ++flags) {
      QuotedReading one;
      one.dropped = dropped;
      one.small_digits = (flags & 1u) == 0;
      one.keeps_blanks = (flags & 2u) != 0;
      one.lone_cr_ends = (flags & 4u) != 0;
      one.blanks_inside = (flags & 8u) != 0;
      if (!one.small_digits && !odd.small_digits) continue;
      if (one.keeps_blanks && !odd.trailing_blanks) continue;
      if (one.lone_cr_ends && !odd.bare_carriage_return) continue;
      if (one.blanks_inside && odd.bad_escapes == 0) continue;
      if (one != QuotedReading{}) out.push_back(one);
    }
  }
  return out;
}

Buffer decode_quoted_printable(std::string_view text, const QuotedReading& reading,
                               std::size_t bytes_max) {
  QuotedDecoded out;
  QuotedReader(reading, bytes_max, out).read(text);
  return std::move(out.bytes);
}

}  // namespace antidotary::mime
