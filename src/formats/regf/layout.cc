// Sums and name forms of the hive format; see layout.h.
#include "formats/regf/layout.h"

#include "core/reader.h"
#include "core/text.h"

namespace antidotary::regf {
namespace {

char16_t upper_unit(char16_t unit) {
  // A unit whose upper case needs two units would change the length; Windows leaves it alone.
  const char32_t upper = upper_case(unit);
  return upper < 0x10000 ? static_cast<char16_t>(upper) : unit;
}

bool is_high(char16_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low(char16_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

}  // namespace

std::uint32_t base_checksum(Bytes base_block) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < base::checksum; at += 4) sum ^= load_u32_le(base_block, at);
  if (sum == 0xffffffff) return 0xfffffffe;
  return sum == 0 ? 1 : sum;
}

bool has_signature(Bytes cell, std::string_view letters) {
  return cell.size() >= 2 && as_text(cell.first(2)) == letters;
}

std::string utf8_of_name(Bytes raw, bool compressed) {
  if (!compressed) return utf8_from_utf16_le(raw);
  const std::string_view text = as_text(raw);
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return utf8_from_latin1(text);
  }
  return std::string(text);
}

FoldedName::FoldedName(std::string_view utf8) {
  const Buffer stored = utf16_le_from_utf8(utf8);
  units_.reserve(stored.size() / 2);
  for (std::size_t at = 0; at + 1 < stored.size(); at += 2) {
    units_.push_back(upper_unit(static_cast<char16_t>(load_u16_le(stored, at))));
  }
}

bool FoldedName::equals(Bytes raw, bool compressed) const {
  const std::size_t count = compressed ? raw.size() : raw.size() / 2;
  if (count != units_.size()) return false;
  const auto unit_at = [&](std::size_t i) {
    return compressed ? std::to_integer<char16_t>(raw[i])
                      : static_cast<char16_t>(load_u16_le(raw, 2 * i));
  };
  for (std::size_t i = 0; i < count; ++i) {
    char16_t unit = unit_at(i);
    if (is_high(unit) && i + 1 < count && is_low(unit_at(i + 1))) {
      if (unit != units_[i] || unit_at(i + 1) != units_[i + 1]) return false;
      ++i;
      continue;
    }
    if (is_high(unit) || is_low(unit)) unit = 0xfffd;
    if (upper_unit(unit) != units_[i]) return false;
  }
  return true;
}

std::uint32_t FoldedName::hash() const {
  std::uint32_t sum = 0;
  for (const char16_t unit : units_) sum = sum * 37 + unit;
  return sum;
}

}  // namespace antidotary::regf
