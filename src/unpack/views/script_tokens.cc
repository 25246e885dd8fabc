#include "unpack/views/script_tokens.h"

#include <fmt/core.h>

#include <charconv>
#include <limits>
#include <optional>

#include "core/text.h"

namespace antidotary::unpack {
namespace {

using Kind = ScriptToken::Kind;

constexpr std::string_view signs = "!%&()*+,-./:;<=>?[]^{|}~";

bool is_blank(char one) { return one == ' ' || (one >= '\t' && one <= '\r'); }
bool is_digit(char one) { return one >= '0' && one <= '9'; }
bool begins_word(char one) {
  return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || one == '_' || one == '$';
}

std::optional<unsigned> hex_digit(char one) {
  if (is_digit(one)) return static_cast<unsigned>(one - '0');
  if (one >= 'a' && one <= 'f') return static_cast<unsigned>(one - 'a' + 10);
  if (one >= 'A' && one <= 'F') return static_cast<unsigned>(one - 'A' + 10);
  return std::nullopt;
}
/// Two digits; a wrong first one counts as 0, a wrong second makes 0xff.
unsigned hex_byte(std::string_view two) {
  const auto second = hex_digit(two[1]);
  return second ? hex_digit(two[0]).value_or(0) * 16 + *second : 0xff;
}
std::optional<unsigned> exact_number(std::string_view digits) {
  unsigned value = 0;
  for (const char one : digits) {
    const auto digit = hex_digit(one);
    if (!digit) return std::nullopt;
    value = value * 16 + *digit;
  }
  return value;
}

void put(std::string& out, unsigned byte) { out += static_cast<char>(byte == 0 ? 1 : byte); }

/// UTF-8 of 16 bits, halves of pairs included. Zero is shown as 1.
void put_utf8(std::string& out, unsigned value) {
  if (value < 0x80) return put(out, value);
  if (value < 0x800) {
    put(out, 0xc0 | (value >> 6));
  } else {
    put(out, 0xe0 | (value >> 12));
    put(out, 0x80 | ((value >> 6) & 0x3f));
  }
  put(out, 0x80 | (value & 0x3f));
}

/// What the escapes of a string stand for.
std::string plain_string(std::string_view text) {
  constexpr std::string_view letters = "tnvfrb0";
  constexpr std::string_view meant = "\t\n\v\f\r\b\x01";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const char letter = text[++at];
    const std::string_view digits = text.substr(at + 1, letter == 'u' ? 4 : 2);
    if (letter == 'x') {
      if (digits.size() < 2) {
        out += '\\';
      } else {
        put(out, hex_byte(digits));
      }
      at += digits.size();
    } else if (letter == 'u') {
      if (digits.size() < 4) {
        out += '\\';
        continue;
      }
      const bool wrong = !hex_digit(digits[3]);
      put_utf8(out,
               wrong ? 0xfffd : hex_byte(digits.substr(0, 2)) << 8 | hex_byte(digits.substr(2)));
      at += 4;
    } else {
      const std::size_t known = letters.find(letter);
      out += known == std::string_view::npos ? letter : meant[known];
    }
  }
  return out;
}

std::string plain_integer(std::string_view digits) {
  std::int64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec == std::errc::result_out_of_range) value = std::numeric_limits<std::int64_t>::max();
  return std::to_string(static_cast<std::int32_t>(static_cast<std::uint32_t>(value)));
}
std::string plain_real(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc::result_out_of_range) value = std::numeric_limits<double>::infinity();
  return fmt::format("{:g}", value);
}

class Reading {
 public:
  Reading(std::string_view text, ScriptTokens& out) : text_(text), out_(out) {}

  std::string run() && {
    while (at_ < text_.size()) {
      const char one = text_[at_];
      if (is_blank(one)) {
        ++at_;
      } else if (rest().starts_with("//")) {
        while (at_ < text_.size() && !is_blank(text_[at_])) ++at_;
      } else if (rest().starts_with("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (one == '"' || one == '\'') {
        string(one);
      } else if (begins_word(one) || one == '\\') {
        word();
      } else if (is_digit(one)) {
        number();
      } else {
        if (signs.find(one) != std::string_view::npos) out_.add(Kind::sign, text_.substr(at_, 1));
        ++at_;
      }
    }
    return std::move(tail_);
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }

  void word() {
    std::string name;
    while (at_ < text_.size()) {
      const char one = text_[at_];
      if (rest().starts_with("\\u")) {
        name += '\\';
        at_ += 2;
      } else if (one == '\\') {
        ++at_;
        break;
      } else if (begins_word(one) || is_digit(one)) {
        name += one;
        ++at_;
      } else {
        break;
      }
    }
    const bool member = !out_.all().empty() && out_.text(out_.all().back()) == ".";
    if (!name.empty() || !member) finish(Kind::word, std::move(name));
  }

  void number() {
    const std::size_t begin = at_;
    const auto digits = [&] {
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    };
    digits();
    if (!rest().starts_with('.')) {
      return finish(Kind::number, plain_integer(text_.substr(begin, at_ - begin)));
    }
    ++at_;
    digits();
    const std::string_view behind = rest();
    if (behind.starts_with('e') || behind.starts_with('E')) {
      ++at_;
      if (rest().starts_with('+') || rest().starts_with('-')) ++at_;
      digits();
    }
    finish(Kind::number, plain_real(text_.substr(begin, at_ - begin)));
  }

  /// A word that the script ends with may go on; it is no token.
  void finish(Kind kind, std::string text) {
    if (at_ < text_.size()) return out_.add(kind, text);
    tail_ = std::move(text);
  }

  void string(char quote) {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && (text_[at_] != quote || text_[at_ - 1] == '\\')) ++at_;
    const std::string text = plain_string(text_.substr(begin, at_ - begin));
    if (at_ < text_.size()) ++at_;
    std::vector<ScriptToken>& all = out_.all();
    const std::size_t count = all.size();
    if (count > 1 && all[count - 2].kind == Kind::string && out_.text(all[count - 1]) == "+" &&
        all[count - 1].kind == Kind::sign) {
      all.pop_back();
      return out_.extend(text);
    }
    out_.add(Kind::string, text);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  ScriptTokens& out_;
  std::string tail_;
};

}  // namespace

void ScriptTokens::add(Kind kind, std::string_view text) {
  all_.push_back(
      {kind, static_cast<std::uint32_t>(arena_.size()), static_cast<std::uint32_t>(text.size())});
  arena_ += text;
}

void ScriptTokens::extend(std::string_view text) {
  // The sign between the two stands behind the first in the arena: the second takes its place.
  ScriptToken& last = all_.back();
  arena_.resize(last.begin + last.size);
  arena_ += text;
  last.size += static_cast<std::uint32_t>(text.size());
}

std::string read_script(std::string_view script, ScriptTokens& out) {
  return Reading(script, out).run();
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool wide = text.substr(at, 2) == "%u";
    const std::string_view digits =
        text.substr(std::min(at + (wide ? 2 : 1), text.size()), wide ? 4 : 2);
    const auto value =
        text[at] == '%' && digits.size() == (wide ? 4u : 2u) ? exact_number(digits) : std::nullopt;
    if (!value) {
      out += text[at];
    } else {
      if (wide) {
        put_utf8(out, *value);
      } else {
        put(out, *value);
      }
      at += digits.size() + (wide ? 1 : 0);
    }
  }
  return out;
}

}  // namespace antidotary::unpack
