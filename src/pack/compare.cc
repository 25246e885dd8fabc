#include "pack/compare.h"

#include <algorithm>
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

std::optional<std::uint64_t> raw(Bytes bytes, bool little_endian) {
  if (bytes.empty() || bytes.size() > 8) return std::nullopt;
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t at = little_endian ? bytes.size() - 1 - i : i;
    out = out << 8 | std::to_integer<std::uint64_t>(bytes[at]);
  }
  return out;
}

std::optional<std::uint64_t> digits(std::string_view text, int base, bool exact) {
  std::uint64_t out = 0;
  std::size_t count = 0;
  for (const char one : text) {
    const int digit = digit_of(one);
    if (digit >= base) break;
    out = out * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
    ++count;
  }
  if (count == 0 || (exact && count != text.size())) return std::nullopt;
  return out;
}

std::optional<std::uint64_t> number_at(const ByteCompare& compare, Bytes bytes) {
  if (compare.base == 'i') return raw(bytes, compare.little_endian);
  std::string_view text = as_text(bytes);
  const bool prefixed = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  int base = compare.base == 'h' ? 16 : 10;
  if (compare.base == 'a') base = prefixed ? 16 : 10;
  if (prefixed && base == 16) text.remove_prefix(2);
  auto out = digits(text, base, compare.exact && !prefixed);
  if (!out || base != 16 || !compare.little_endian) return out;
  // Hexadecimal digits of a little-endian number are pairs in reverse order.
  std::string turned;
  std::size_t count = 0;
  while (count < text.size() && digit_of(text[count]) < 16) ++count;
  if (count % 2 != 0) return out;
  for (std::size_t i = count; i >= 2; i -= 2) turned += text.substr(i - 2, 2);
  return digits(turned, 16, false);
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
  return std::all_of(compare.comparisons.begin(), compare.comparisons.end(), [&](const auto& one) {
    return one.op == '<'   ? *number < one.value
           : one.op == '>' ? *number > one.value
                           : *number == one.value;
  });
}

}  // namespace antidotary::pack
