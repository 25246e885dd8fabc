#include "pack/compare.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "core/text.h"

namespace antidotary::pack {
namespace {

constexpr std::uint32_t digits_max = 64;

int digit_of(char one) {
  if (one >= '0' && one <= '9') return one - '0';
  if (one >= 'a' && one <= 'f') return one - 'a' + 10;
  if (one >= 'A' && one <= 'F') return one - 'A' + 10;
  return 99;
}

/// What stands in the object. Only text can be negative.
struct Number {
  bool negative = false;
  std::uint64_t value = 0;
};

std::optional<Number> raw(Bytes bytes, bool little_endian) {
  if (bytes.empty() || bytes.size() > 8) return std::nullopt;
  Number out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t at = little_endian ? bytes.size() - 1 - i : i;
    out.value = out.value << 8 | std::to_integer<std::uint64_t>(bytes[at]);
  }
  return out;
}

bool has_prefix(std::string_view text) {
  return text.size() > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\n\v\f\r")));
}

/// As strtol reads it: no digits are 0, what does not fit in 63 bits is no number. Exact: nothing
/// but digits behind the sign and the prefix.
std::optional<Number> digits(std::string_view text, unsigned base, bool exact) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  Number out;
  if (!exact) skip_blanks(text);
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    out.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (base == 16 && has_prefix(text)) text.remove_prefix(2);
  std::size_t count = 0;
  for (const char one : text) {
    const auto digit = static_cast<unsigned>(digit_of(one));
    if (digit >= base) break;
    if (out.value > (most - digit) / base) return std::nullopt;
    out.value = out.value * base + digit;
    ++count;
  }
  if (exact && (count == 0 || count != text.size())) return std::nullopt;
  if (out.value == 0) out.negative = false;
  return out;
}

/// Hexadecimal digits of a little-endian number: pairs in reverse order, up to the first that is
/// none; an odd count is made even by a 0 before them.
std::optional<Number> turned_digits(std::string_view text, bool exact) {
  // Exact takes pairs alone, or one digit.
  if (exact && text.size() == 1) return digits(text, 16, true);
  const std::size_t size = text.size();
  skip_blanks(text);
  if (exact && (size % 2 != 0 || size != text.size() || has_prefix(text))) return std::nullopt;
  if (has_prefix(text)) text.remove_prefix(2);
  std::string even(text);
  if (even.size() % 2 != 0) even.insert(even.begin(), '0');
  std::string turned;
  for (std::size_t i = 0; i < even.size(); i += 2) {
    if (digit_of(even[i]) >= 16 || digit_of(even[i + 1]) >= 16) break;
    turned.insert(0, even, i, 2);
  }
  return digits(turned, 16, false);
}

/// Each rule here was asked of clamscan 1.4.6, number by number.
std::optional<Number> number_at(const ByteCompare& compare, Bytes bytes) {
  if (compare.base == 'i') return raw(bytes, compare.little_endian);
  std::string_view text = as_text(bytes);
  if (compare.base == 'a') {
    // Where a prefix and a digit have no room, nothing is looked for.
    std::string_view seen = text;
    skip_blanks(seen);
    if (seen.size() <= 2) return std::nullopt;
    if (!compare.exact) text = seen;
  }
  const bool hex = compare.base == 'h' || (compare.base == 'a' && has_prefix(text));
  if (hex && compare.little_endian) return turned_digits(text, compare.exact);
  if (hex) return digits(text, 16, compare.exact);
  // Automatic and little-endian: decimal digits have no order of bytes.
  if (compare.base == 'a' && compare.little_endian) return std::nullopt;
  return digits(text, 10, compare.exact);
}

bool holds(const ByteCompare::Comparison& comparison, const Number& number) {
  if (number.negative) return comparison.op == '<';
  return comparison.op == '<'   ? number.value < comparison.value
         : comparison.op == '>' ? number.value > comparison.value
                                : number.value == comparison.value;
}

}  // namespace

bool compare_bytes(const ByteCompare& compare, Bytes object, const match::Span& trigger,
                   match::Span& where) {
  const auto distance =
      static_cast<std::uint64_t>(compare.offset < 0 ? -(compare.offset + 1) : compare.offset);
  std::uint64_t begin = 0;
  if (compare.offset < 0) {
    if (distance + 1 > trigger.begin) return false;
    begin = trigger.begin - distance - 1;
  } else {
    if (distance > object.size() || trigger.begin > object.size() - distance) return false;
    begin = trigger.begin + distance;
  }
  if (begin >= object.size() || compare.bytes == 0 || compare.bytes > digits_max) return false;
  const std::uint64_t room = object.size() - begin;
  if (room < compare.bytes) return false;
  where = {begin, begin + compare.bytes};
  const auto number =
      number_at(compare, object.subspan(static_cast<std::size_t>(begin), compare.bytes));
  if (!number) return false;
  return std::all_of(compare.comparisons.begin(), compare.comparisons.end(),
                     [&](const auto& one) { return holds(one, *number); });
}

}  // namespace antidotary::pack
