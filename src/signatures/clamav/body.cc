// The hexadecimal body of a signature: `6162{4-8}(63|64)*65`.
#include "signatures/clamav/body.h"

#include <algorithm>
#include <optional>

#include "signatures/clamav/alternatives.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using match::Choice;
using match::Edge;
using match::Part;
using match::Pattern;
using match::Position;

constexpr std::uint64_t short_gap_max = 127;  ///< {n} up to this is n wildcards.
constexpr std::uint64_t gap_max = 0xfffffffe;
constexpr std::uint64_t bracket_gap_max = 32;
constexpr std::size_t run_min = 2;  ///< Exact bytes in a row, by which a stretch is found.

// What a boundary between bytes takes: one byte, the end of a line two. Asked of clamscan byte by
// byte (docs/formats/clamav-counting.md).
constexpr std::string_view word_bytes = "\n\r \"'-./<=>@_";

Choice choice_of(bool negated, const std::vector<std::uint8_t>& bytes) {
  Choice out{negated, {}};
  for (const std::uint8_t byte : bytes) out.strings.push_back({Position{byte, 0xff}});
  return out;
}

std::vector<std::uint8_t> alnum_bytes() {
  std::vector<std::uint8_t> out;
  for (int byte = 0; byte < 256; ++byte) {
    const int low = byte | 0x20;
    if ((byte >= '0' && byte <= '9') || (low >= 'a' && low <= 'z' && byte < 128)) {
      out.push_back(static_cast<std::uint8_t>(byte));
    }
  }
  return out;
}

class Parser {
 public:
  Parser(std::string_view text, bool wide, bool nocase) : text_(text), wide_(wide) {
    out_.nocase = nocase;
  }

  Result<Pattern> parse() {
    out_.parts.emplace_back();
    while (at_ < text_.size()) {
      switch (text_[at_]) {
        case '*':
          ANTIDOTARY_CHECK(end_stretch());
          ++at_;
          out_.parts.push_back({0, match::unbounded, {}});
          break;
        case '{':
          ANTIDOTARY_CHECK(braces());
          break;
        case '[':
          ANTIDOTARY_CHECK(brackets());
          break;
        case '!':
        case '(':
          ANTIDOTARY_CHECK(parentheses());
          break;
        default:
          ANTIDOTARY_CHECK(byte());
      }
    }
    ANTIDOTARY_CHECK(end_stretch());
    return std::move(out_);
  }

 private:
  tl::unexpected<Error> wrong(std::string_view what) const { return wrong_at(at_, what); }
  static tl::unexpected<Error> wrong_at(std::size_t at, std::string_view what) {
    return fail_at(at, ErrorKind::bad_input, "column {} of the body: {}", at + 1, what);
  }
  std::vector<match::Unit>& units() { return out_.parts.back().units; }

  Status byte() {
    if (at_ + 1 >= text_.size()) return wrong("half a byte");
    const auto position = position_of(text_[at_], text_[at_ + 1]);
    if (!position) return wrong("not two hexadecimal digits or '?'");
    put(*position);
    at_ += 2;
    return {};
  }

  void put(Position position) {
    units().push_back(position);
    if (wide_) units().push_back(Position{0, 0xff});
    ++tokens_;
  }

  /// The text between the bracket at `at_` and its partner; moves behind that.
  Result<std::string_view> inside(char partner) {
    const std::size_t end = text_.find(partner, at_);
    if (end == std::string_view::npos) return wrong("a bracket that is never closed");
    const std::string_view out = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return out;
  }

  // {n} {n-m} {n-} {-m}: in bytes, in a wide body as well.
  Status braces() {
    const std::size_t begin = at_;
    const std::string_view range = ANTIDOTARY_TRY(inside('}'));
    const std::size_t dash = range.find('-');
    if (dash == std::string_view::npos && !range.empty()) {
      const std::uint64_t bytes = ANTIDOTARY_TRY(number(range, "a gap of the body"));
      if (bytes > gap_max) return wrong_at(begin, "a gap of over 4294967294 bytes");
      if (bytes <= short_gap_max) {
        units().insert(units().end(), static_cast<std::size_t>(bytes), Position{0, 0});
        tokens_ += static_cast<std::size_t>(bytes);
        return {};
      }
      return gap(begin, bytes, bytes);
    }
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    if (!range.empty() && dash > 0) {
      least = ANTIDOTARY_TRY(number(range.substr(0, dash), "a gap of the body"));
    }
    if (!range.empty() && dash + 1 < range.size()) {
      most = ANTIDOTARY_TRY(number(range.substr(dash + 1), "a gap of the body"));
    }
    if (least > gap_max || most > gap_max) {
      return wrong_at(begin, "a gap of over 4294967294 bytes");
    }
    // A largest of 0 is none, as clamscan has it.
    return gap(begin, least, most == 0 ? match::unbounded : most);
  }

  Status gap(std::size_t begin, std::uint64_t least, std::uint64_t most) {
    if (least > most) return wrong_at(begin, "a gap that is shorter at most than at least");
    ANTIDOTARY_CHECK(end_stretch());
    out_.parts.push_back({least, most, {}});
    return {};
  }

  // [x-y]: a short gap between a single byte and the rest of its stretch.
  Status brackets() {
    const std::size_t begin = at_;
    const std::string_view range = ANTIDOTARY_TRY(inside(']'));
    const std::size_t dash = range.find('-');
    const std::uint64_t least = ANTIDOTARY_TRY(number(range.substr(0, dash), "a gap of the body"));
    std::uint64_t most = least;
    if (dash != std::string_view::npos && dash + 1 < range.size()) {
      most = ANTIDOTARY_TRY(number(range.substr(dash + 1), "a gap of the body"));
    }
    if (most > bracket_gap_max) return wrong_at(begin, "'[x-y]' of over 32 bytes");
    if (least > most) return wrong_at(begin, "a gap that is shorter at most than at least");
    ANTIDOTARY_CHECK(end_piece(begin));
    out_.parts.push_back({least, most, {}});
    return {};
  }

  Status parentheses() {
    const std::size_t begin = at_;
    const bool negated = text_[at_] == '!';
    if (negated) ++at_;
    if (at_ + 2 < text_.size() && text_[at_] == '(' && text_[at_ + 2] == ')') {
      const char letter = text_[at_ + 1];
      if (letter == 'B' || letter == 'L' || letter == 'W') {
        at_ += 3;
        return boundary(begin, letter, negated);
      }
    }
    if (at_ >= text_.size() || text_[at_] != '(') return wrong("a '!' that negates nothing");
    Choice choice{negated, ANTIDOTARY_TRY(parse_alternatives(text_, at_))};
    if (negated) ANTIDOTARY_CHECK(check_negated(begin, choice));
    if (wide_) {
      for (auto& string : choice.strings) widen(string);
    }
    units().push_back(std::move(choice));
    tokens_ += 2;  // never the single byte beside '[x-y]'
    return {};
  }

  Status check_negated(std::size_t begin, const Choice& choice) const {
    if (wide_ || out_.nocase) return wrong_at(begin, "'!(...)' in a wide or nocase body");
    for (const auto& string : choice.strings) {
      const auto exact = [](const Position& one) { return one.mask == 0xff; };
      if (string.size() != choice.strings[0].size() ||
          !std::all_of(string.begin(), string.end(), exact)) {
        return wrong_at(begin, "'!(...)' takes strings of one length, without wildcards");
      }
    }
    return {};
  }

  static void widen(std::vector<Position>& string) {
    std::vector<Position> out;
    for (const Position& one : string) {
      out.push_back(one);
      out.push_back(Position{0, 0xff});
    }
    string = std::move(out);
  }

  /// Whether a gap or the body's end follows.
  bool part_ends() const {
    return at_ == text_.size() || text_[at_] == '*' || text_[at_] == '[' ||
           (text_[at_] == '{' && !is_wildcards(text_.substr(at_)));
  }
  static bool is_wildcards(std::string_view brace) {
    const std::string_view range = brace.substr(1, brace.find('}') - 1);
    const auto bytes = number(range, "");
    return bytes && *bytes <= short_gap_max;
  }

  // At an end of a stretch a boundary takes no byte; between bytes it takes one of them.
  Status boundary(std::size_t begin, char letter, bool negated) {
    const bool first = units().empty();
    if (first || part_ends()) {
      if (letter == 'W' && wide_) {
        units().push_back(Edge{Edge::Kind::wide_non_alnum, negated, !first});
        return {};
      }
      const Edge::Kind kind = letter == 'B'   ? Edge::Kind::word
                              : letter == 'L' ? Edge::Kind::line
                                              : Edge::Kind::non_alnum;
      units().push_back(Edge{kind, negated, !first});
      return {};
    }
    if (wide_) return wrong_at(begin, "a boundary between the bytes of a wide body");
    tokens_ += 2;
    if (letter == 'L') {
      Choice line = choice_of(negated, {'\n'});
      if (!negated) line.strings.push_back({Position{'\r', 0xff}, Position{'\n', 0xff}});
      units().push_back(std::move(line));
    } else if (letter == 'W') {
      units().push_back(choice_of(!negated, alnum_bytes()));
    } else {
      units().push_back(choice_of(negated, {word_bytes.begin(), word_bytes.end()}));
    }
    return {};
  }

  std::size_t longest_run(const Part& part) const {
    std::size_t run = 0;
    std::size_t best = 0;
    for (const match::Unit& unit : part.units) {
      const auto* position = std::get_if<Position>(&unit);
      run = position != nullptr && position->mask == 0xff ? run + 1 : 0;
      best = std::max(best, run);
    }
    return best;
  }

  /// A piece is what lies between two gaps of any kind; a stretch is pieces joined by '[x-y]'.
  Status end_piece(std::size_t at) {
    if (units().empty()) return wrong_at(at, "a gap with nothing before it");
    pieces_.push_back({tokens_ == 1, longest_run(out_.parts.back()) >= run_min});
    tokens_ = 0;
    return {};
  }

  Status end_stretch() {
    if (units().empty()) {
      return wrong(at_ == text_.size() ? "nothing behind a gap, or nothing at all"
                                       : "a gap with nothing before it");
    }
    ANTIDOTARY_CHECK(end_piece(at_));
    const std::vector<Piece> pieces = std::exchange(pieces_, {});
    if (pieces.size() == 1) {
      if (pieces[0].has_run) return {};
      return wrong("no two exact bytes in a row in the stretch that ends here");
    }
    // One byte, or one on either side.
    const std::size_t core = pieces.size() == 3 || !pieces[1].single ? 1 : 0;
    bool fits = pieces.size() <= 3 && pieces[core].has_run;
    for (std::size_t i = 0; i < pieces.size(); ++i) fits = fits && (i == core || pieces[i].single);
    if (fits) return {};
    return wrong("'[x-y]' lies between a single byte and two exact bytes or more, once a side");
  }

  struct Piece {
    bool single = false;
    bool has_run = false;
  };

  std::string_view text_;
  bool wide_;
  std::size_t at_ = 0;
  std::size_t tokens_ = 0;  ///< Bytes of the piece, as written; more where it is not of bytes.
  std::vector<Piece> pieces_;
  Pattern out_;
};

Result<Pattern> parse_one(std::string_view hex, bool wide, bool nocase, bool full_word) {
  Pattern out = ANTIDOTARY_TRY(Parser(hex, wide, nocase).parse());
  if (full_word) {
    const auto kind = wide ? Edge::Kind::wide_non_alnum : Edge::Kind::non_alnum;
    auto& first = out.parts.front().units;
    first.insert(first.begin(), Edge{kind, false, false});
    out.parts.back().units.push_back(Edge{kind, false, true});
  }
  return out;
}

}  // namespace

bool is_plain(const Pattern& pattern) {
  return pattern.parts.size() == 1 &&
         std::all_of(pattern.parts[0].units.begin(), pattern.parts[0].units.end(),
                     [](const match::Unit& unit) {
                       const auto* one = std::get_if<Position>(&unit);
                       return one != nullptr && one->mask == 0xff;
                     });
}

Result<std::vector<Pattern>> parse_body(std::string_view hex, std::string_view modifiers) {
  const auto has = [modifiers](char letter) {
    return modifiers.find(letter) != std::string_view::npos;
  };
  if (const std::size_t at = modifiers.find_first_not_of("iwfa"); at != std::string_view::npos) {
    return fail(ErrorKind::bad_input, "an unknown modifier '{}'; i, w, f and a are known",
                modifiers.substr(at, 1));
  }
  std::vector<Pattern> out;
  if (has('w')) out.push_back(ANTIDOTARY_TRY(parse_one(hex, true, has('i'), has('f'))));
  if (!has('w') || has('a')) {
    out.push_back(ANTIDOTARY_TRY(parse_one(hex, false, has('i'), has('f'))));
  }
  return out;
}

}  // namespace antidotary::signatures::clamav
