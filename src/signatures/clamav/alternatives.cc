#include "signatures/clamav/alternatives.h"

#include "signatures/clamav/lines.h"

namespace antidotary::signatures::clamav {
namespace {

using match::Position;
using Strings = std::vector<std::vector<Position>>;

constexpr std::uint64_t wildcards_max = 127;

int nibble(char one) {
  if (one >= '0' && one <= '9') return one - '0';
  if (one >= 'a' && one <= 'f') return one - 'a' + 10;
  if (one >= 'A' && one <= 'F') return one - 'A' + 10;
  return -1;
}

class Parser {
 public:
  Parser(std::string_view text, std::size_t& at) : text_(text), at_(at) {}

  // The recursion is bounded by alternatives_depth_max.
  Result<Strings> group(std::size_t depth) {
    if (depth > alternatives_depth_max) return wrong("alternatives nested too deeply");
    ++at_;
    Strings out;
    for (;;) {
      Strings one = ANTIDOTARY_TRY(sequence(depth));
      if (one.size() > alternatives_max - out.size()) return wrong("over 1024 alternatives");
      for (auto& string : one) out.push_back(std::move(string));
      if (at_ >= text_.size()) return wrong("a '(' without its ')'");
      if (text_[at_++] == ')') return out;
    }
  }

 private:
  tl::unexpected<Error> wrong(std::string_view what) const {
    return fail_at(at_, ErrorKind::bad_input, "column {} of the body: {}", at_ + 1, what);
  }

  Result<Strings> sequence(std::size_t depth) {
    Strings out(1);
    while (at_ < text_.size() && text_[at_] != '|' && text_[at_] != ')') {
      const char now = text_[at_];
      if (now == '(') {
        ANTIDOTARY_CHECK(append(out, ANTIDOTARY_TRY(group(depth + 1))));
      } else if (now == '{') {
        ANTIDOTARY_CHECK(wildcards(out));
      } else if (now == '!') {
        return wrong("'!' inside alternatives");
      } else if (now == '*' || now == '[') {
        return wrong("a gap of varying length inside alternatives");
      } else {
        const char low = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        const auto position = position_of(now, low);
        if (!position) return wrong("not two hexadecimal digits or '?'");
        ANTIDOTARY_CHECK(append(out, {{*position}}));
        at_ += 2;
      }
    }
    if (out[0].empty()) return wrong("an empty alternative");
    return out;
  }

  Status wildcards(Strings& out) {
    const std::size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) return wrong("a '{' without its '}'");
    const auto bytes = number(text_.substr(at_ + 1, end - at_ - 1), "a gap of the body");
    if (!bytes || *bytes > wildcards_max) {
      return wrong("a gap inside alternatives that is not '{n}' with n below 128");
    }
    ANTIDOTARY_CHECK(
        append(out, {std::vector<Position>(static_cast<std::size_t>(*bytes), Position{0, 0})}));
    at_ = end + 1;
    return {};
  }

  /// Each of `out` with each of `tails` behind it.
  Status append(Strings& out, const Strings& tails) const {
    if (out.size() * tails.size() > alternatives_max) return wrong("over 1024 alternatives");
    Strings product;
    for (const auto& head : out) {
      for (const auto& tail : tails) {
        auto& string = product.emplace_back(head);
        string.insert(string.end(), tail.begin(), tail.end());
        if (string.size() > alternative_bytes_max) {
          return wrong("an alternative of over 512 bytes");
        }
      }
    }
    out = std::move(product);
    return {};
  }

  std::string_view text_;
  std::size_t& at_;
};

}  // namespace

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

Result<Strings> parse_alternatives(std::string_view text, std::size_t& at) {
  return Parser(text, at).group(1);
}

}  // namespace antidotary::signatures::clamav
