// The hexadecimal body of a signature: `6162{4-8}(63|64)*65`.
#include <algorithm>
#include <optional>

#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using match::Choice;
using match::Edge;
using match::Part;
using match::Pattern;
using match::Position;

constexpr std::uint64_t small_gap_max = 128;  ///< {n} below this is n wildcards.
constexpr std::uint64_t bracket_gap_max = 32;

int nibble(char one) {
  if (one >= '0' && one <= '9') return one - '0';
  if (one >= 'a' && one <= 'f') return one - 'a' + 10;
  if (one >= 'A' && one <= 'F') return one - 'A' + 10;
  return -1;
}

std::optional<Position> position_of(char high, char low) {
  Position out{0, 0};
  if (high != '?') {
    if (nibble(high) < 0) return std::nullopt;
    out.value = static_cast<std::uint8_t>(nibble(high) << 4);
    out.mask = 0xf0;
  }
  if (low != '?') {
    if (nibble(low) < 0) return std::nullopt;
    out.value = static_cast<std::uint8_t>(out.value | nibble(low));
    out.mask = static_cast<std::uint8_t>(out.mask | 0x0f);
  }
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Pattern> parse() {
    out_.parts.emplace_back();
    while (at_ < text_.size()) {
      switch (text_[at_]) {
        case '*':
          ++at_;
          ANTIDOTARY_CHECK(gap(0, match::unbounded));
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
    ANTIDOTARY_CHECK(check_parts());
    return std::move(out_);
  }

 private:
  tl::unexpected<Error> wrong(std::string_view what) const {
    return fail_at(at_, ErrorKind::bad_input, "column {} of the hexadecimal body: {}", at_ + 1,
                   what);
  }

  Status byte() {
    if (at_ + 1 >= text_.size()) return wrong("half a byte");
    const auto position = position_of(text_[at_], text_[at_ + 1]);
    if (!position) return wrong("not two hexadecimal digits or '?'");
    out_.parts.back().units.push_back(*position);
    at_ += 2;
    return {};
  }

  Status gap(std::uint64_t least, std::uint64_t most) {
    if (out_.parts.back().units.empty()) return wrong("a gap with nothing before it");
    if (least > most) return wrong("a gap that is shorter at most than at least");
    out_.parts.push_back({least, most, {}});
    return {};
  }

  // {n} {n-m} {n-} {-m}
  Status braces() {
    const std::size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) return wrong("a '{' without its '}'");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    const std::size_t dash = inside.find('-');
    std::uint64_t least = 0;
    std::uint64_t most = match::unbounded;
    if (dash == std::string_view::npos) {
      least = most = ANTIDOTARY_TRY(number(inside, "a gap"));
    } else {
      if (inside.size() == 1) return wrong("a gap without a number");
      if (dash > 0) least = ANTIDOTARY_TRY(number(inside.substr(0, dash), "a gap"));
      if (dash + 1 < inside.size()) most = ANTIDOTARY_TRY(number(inside.substr(dash + 1), "a gap"));
    }
    at_ = end + 1;
    if (least == most && least < small_gap_max) {
      auto& units = out_.parts.back().units;
      units.insert(units.end(), static_cast<std::size_t>(least), Position{0, 0});
      return {};
    }
    return gap(least, most);
  }

  // [x-y]: a short jump next to a single byte.
  Status brackets() {
    const std::size_t end = text_.find(']', at_);
    if (end == std::string_view::npos) return wrong("a '[' without its ']'");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    const std::size_t dash = inside.find('-');
    if (dash == std::string_view::npos) return wrong("'[x-y]' without its '-'");
    const std::uint64_t least = ANTIDOTARY_TRY(number(inside.substr(0, dash), "a jump"));
    const std::uint64_t most = ANTIDOTARY_TRY(number(inside.substr(dash + 1), "a jump"));
    if (most > bracket_gap_max) return wrong("a jump of over 32 bytes");
    at_ = end + 1;
    bracketed_ = true;
    return gap(least, most);
  }

  Status parentheses() {
    const bool negated = text_[at_] == '!';
    const std::size_t open = at_ + (negated ? 1 : 0);
    if (open >= text_.size() || text_[open] != '(') return wrong("a '!' that negates nothing");
    const std::size_t end = text_.find(')', open);
    if (end == std::string_view::npos) return wrong("a '(' without its ')'");
    const std::string_view inside = text_.substr(open + 1, end - open - 1);
    if (inside == "B" || inside == "L" || inside == "W") {
      at_ = end + 1;
      return boundary(inside[0], negated);
    }
    Choice choice;
    choice.negated = negated;
    for (const std::string_view one : split(inside, '|')) {
      ANTIDOTARY_CHECK(alternative(one, choice));
    }
    at_ = end + 1;
    out_.parts.back().units.push_back(std::move(choice));
    return {};
  }

  Status alternative(std::string_view text, Choice& choice) const {
    if (text.empty() || text.size() % 2 != 0) return wrong("an alternative of half bytes");
    auto& string = choice.strings.emplace_back();
    for (std::size_t i = 0; i < text.size(); i += 2) {
      const auto position = position_of(text[i], text[i + 1]);
      if (!position) return wrong("an alternative that is not hexadecimal");
      string.push_back(*position);
    }
    if (choice.negated && string.size() != choice.strings[0].size()) {
      return wrong("negated alternatives of several lengths");
    }
    return {};
  }

  // At an end of the body a boundary takes no byte; between bytes it takes one of them.
  Status boundary(char letter, bool negated) {
    const Edge::Kind kind = letter == 'B'   ? Edge::Kind::word
                            : letter == 'L' ? Edge::Kind::line
                                            : Edge::Kind::non_alnum;
    const bool first = out_.parts.size() == 1 && out_.parts[0].units.empty();
    const bool last = at_ == text_.size();
    if (!first && !last) return wrong("a boundary between bytes, which is not supported");
    out_.parts.back().units.push_back(Edge{kind, negated, !first});
    return {};
  }

  /// Each stretch between gaps needs two exact bytes in a row, by which it is found.
  Status check_parts() const {
    for (const Part& part : out_.parts) {
      std::size_t run = 0;
      std::size_t best = 0;
      for (const match::Unit& unit : part.units) {
        const auto* position = std::get_if<Position>(&unit);
        run = position != nullptr && position->mask == 0xff ? run + 1 : 0;
        best = std::max(best, run);
      }
      const std::size_t least = bracketed_ ? 1 : 2;
      if (best < least) {
        return fail(ErrorKind::bad_input,
                    "a stretch of the body has no two bytes in a row without wildcards");
      }
    }
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool bracketed_ = false;
  Pattern out_;
};

/// A NUL after each byte. Gaps are of characters, two bytes each.
Pattern widened(const Pattern& pattern) {
  const Position nul{0, 0xff};
  Pattern out;
  out.nocase = pattern.nocase;
  for (const Part& part : pattern.parts) {
    Part& wide = out.parts.emplace_back(Part{part.gap_min, part.gap_max, {}});
    for (const match::Unit& unit : part.units) {
      if (std::holds_alternative<Position>(unit)) {
        wide.units.push_back(unit);
        wide.units.push_back(nul);
      } else if (const auto* choice = std::get_if<Choice>(&unit)) {
        Choice widened_choice{choice->negated, {}};
        for (const auto& string : choice->strings) {
          auto& to = widened_choice.strings.emplace_back();
          for (const Position& one : string) {
            to.push_back(one);
            to.push_back(nul);
          }
        }
        wide.units.push_back(std::move(widened_choice));
      } else {
        wide.units.push_back(unit);
      }
    }
  }
  return out;
}

}  // namespace

Result<std::vector<Pattern>> parse_body(std::string_view hex, std::string_view modifiers) {
  const auto has = [modifiers](char letter) {
    return modifiers.find(letter) != std::string_view::npos;
  };
  if (const std::size_t at = modifiers.find_first_not_of("iwfa"); at != std::string_view::npos) {
    return fail(ErrorKind::bad_input, "an unknown modifier '{}'; i, w, f and a are known",
                modifiers[at]);
  }
  Pattern pattern = ANTIDOTARY_TRY(Parser(hex).parse());
  pattern.nocase = has('i');
  if (has('f')) {
    auto& first = pattern.parts.front().units;
    first.insert(first.begin(), Edge{Edge::Kind::non_alnum, false, false});
    pattern.parts.back().units.push_back(Edge{Edge::Kind::non_alnum, false, true});
  }
  std::vector<Pattern> out;
  if (has('w')) out.push_back(widened(pattern));
  if (!has('w') || has('a')) out.push_back(std::move(pattern));
  return out;
}

}  // namespace antidotary::signatures::clamav
