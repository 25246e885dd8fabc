// The compiler of patterns into the code that program.cc runs.
#include <algorithm>

#include "core/reader.h"
#include "match/code.h"
#include "match/edges.h"
#include "match/program.h"

namespace antidotary::match {
namespace {

using code::Op;

/// How many bytes a stretch of units takes.
struct Extent {
  std::uint32_t min = 0;
  std::uint32_t max = 0;
};

Extent extent_of(const Unit& unit) {
  if (std::holds_alternative<Position>(unit)) return {1, 1};
  if (std::holds_alternative<Edge>(unit)) return {0, 0};
  const Choice& choice = std::get<Choice>(unit);
  Extent out{0xffffffff, 0};
  for (const auto& string : choice.strings) {
    const auto size = static_cast<std::uint32_t>(string.size());
    out.min = std::min(out.min, size);
    out.max = std::max(out.max, size);
  }
  return out;
}

Status check(const Choice& choice) {
  if (choice.strings.empty() || choice.strings.size() > code::choices_max) {
    return fail(ErrorKind::bad_input, "a choice of {} strings; 1 to {} are taken",
                choice.strings.size(), code::choices_max);
  }
  for (const auto& string : choice.strings) {
    if (string.empty() || string.size() > 0xffff) {
      return fail(ErrorKind::bad_input, "a choice of a string of {} bytes", string.size());
    }
    if (choice.negated && string.size() != choice.strings[0].size()) {
      return fail(ErrorKind::bad_input, "a negated choice of strings of several lengths");
    }
  }
  return {};
}

void put_u8(Buffer& out, std::size_t value) {
  out.push_back(static_cast<std::byte>(static_cast<std::uint8_t>(value)));
}

void put_string(Buffer& out, const std::vector<Position>& string, bool nocase) {
  append_u16_le(out, static_cast<std::uint16_t>(string.size()));
  for (const Position& one : string) {
    // A letter of either case is the letter without the bit that tells its case.
    const bool letter = nocase && one.mask == 0xff && is_alnum(one.value) && one.value > '9';
    put_u8(out, letter ? lower_byte(one.value) & 0xdf : one.value & one.mask);
    put_u8(out, letter ? 0xdf : one.mask);
  }
}

enum class Class : std::uint8_t { exact, masked, any, other };

Class class_of(const Unit& unit) {
  const auto* one = std::get_if<Position>(&unit);
  if (one == nullptr) return Class::other;
  return one->mask == 0xff ? Class::exact : one->mask == 0 ? Class::any : Class::masked;
}

void put_run(Buffer& out, const std::vector<Unit>& units, std::size_t begin, std::size_t end,
             bool nocase) {
  const Class kind = class_of(units[begin]);
  const auto count = static_cast<std::uint16_t>(end - begin);
  if (kind == Class::any) {
    put_u8(out, static_cast<std::size_t>(Op::any));
    append_u16_le(out, count);
  } else if (kind == Class::exact) {
    put_u8(out, static_cast<std::size_t>(nocase ? Op::exact_nocase : Op::exact));
    append_u16_le(out, count);
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint8_t value = std::get<Position>(units[i]).value;
      put_u8(out, nocase ? lower_byte(value) : value);
    }
  } else {
    put_u8(out, static_cast<std::size_t>(Op::masked));
    std::vector<Position> string;
    for (std::size_t i = begin; i < end; ++i) string.push_back(std::get<Position>(units[i]));
    put_string(out, string, false);
  }
}

Status put_units(Buffer& out, const std::vector<Unit>& units, bool nocase) {
  constexpr std::size_t run_max = 0xffff;
  for (std::size_t i = 0; i < units.size();) {
    if (class_of(units[i]) != Class::other) {
      std::size_t end = i;
      while (end < units.size() && end - i < run_max &&
             class_of(units[end]) == class_of(units[i])) {
        ++end;
      }
      put_run(out, units, i, end, nocase);
      i = end;
      continue;
    }
    if (const auto* edge = std::get_if<Edge>(&units[i])) {
      put_u8(out, static_cast<std::size_t>(Op::edge));
      put_u8(out, static_cast<std::size_t>(edge->kind));
      put_u8(out, edge->negated ? 1 : 0);
      put_u8(out, edge->after ? 1 : 0);
    } else {
      const Choice& choice = std::get<Choice>(units[i]);
      ANTIDOTARY_CHECK(check(choice));
      put_u8(out, static_cast<std::size_t>(Op::choice));
      put_u8(out, choice.negated ? 1 : 0);
      append_u16_le(out, static_cast<std::uint16_t>(choice.strings.size()));
      for (const auto& string : choice.strings) put_string(out, string, nocase);
    }
    ++i;
  }
  return {};
}

/// Where a part is to be sought: its longest exact run at a fixed distance from its begin.
struct Key {
  std::uint32_t distance = 0;
  std::uint8_t length = 0;
};

Key key_of(const Part& part) {
  Key best;
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < part.units.size();) {
    const Extent extent = extent_of(part.units[i]);
    if (extent.min != extent.max) return best;
    if (class_of(part.units[i]) != Class::exact) {
      at += extent.min;
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < part.units.size() && class_of(part.units[end]) == Class::exact) ++end;
    const auto length = static_cast<std::uint8_t>(std::min<std::size_t>(end - i, 64));
    if (length > best.length) best = {at, length};
    at += static_cast<std::uint32_t>(end - i);
    i = end;
  }
  return best;
}

Extent extent_of(const std::vector<Unit>& units, std::size_t count) {
  Extent out;
  for (std::size_t i = 0; i < count; ++i) {
    const Extent one = extent_of(units[i]);
    out.min += one.min;
    out.max += one.max;
  }
  return out;
}

}  // namespace

Result<Buffer> compile(const Pattern& pattern, const Anchor& anchor) {
  const std::size_t count = pattern.parts.size();
  const bool sound = count > 0 && count <= code::parts_max && anchor.part < count &&
                     !anchor.bytes.empty() && anchor.bytes.size() <= anchor_bytes_max &&
                     anchor.unit < pattern.parts[anchor.part].units.size();
  if (!sound) return fail(ErrorKind::bad_input, "a pattern of {} parts without an anchor", count);
  Buffer units;
  Buffer parts;
  for (std::size_t i = 0; i < count; ++i) {
    const Part& part = pattern.parts[i];
    if (part.units.empty() || part.gap_min > part.gap_max) {
      return fail(ErrorKind::bad_input, "part {} of the pattern is empty, or its gap is", i + 1);
    }
    const std::size_t begin = units.size();
    ANTIDOTARY_CHECK(put_units(units, part.units, pattern.nocase));
    const Extent extent = extent_of(part.units, part.units.size());
    const Key key = key_of(part);
    const Extent before = i == anchor.part ? extent_of(part.units, anchor.unit) : Extent{};
    append_u64_le(parts, part.gap_min);
    append_u64_le(parts, part.gap_max);
    append_u32_le(parts, static_cast<std::uint32_t>(begin));
    append_u32_le(parts, static_cast<std::uint32_t>(units.size() - begin));
    append_u32_le(parts, extent.min);
    append_u32_le(parts, extent.max);
    append_u32_le(parts, key.distance);
    append_u32_le(parts, key.length);
    append_u32_le(parts, before.min);
    append_u32_le(parts, before.max);
    if (units.size() > code::code_bytes_max) {
      return fail(ErrorKind::bad_input, "a pattern of over {} bytes", code::code_bytes_max);
    }
  }
  Buffer out;
  put_u8(out, pattern.nocase ? code::flag_nocase : 0);
  put_u8(out, anchor.bytes.size());
  append_u16_le(out, static_cast<std::uint16_t>(anchor.part));
  append_u16_le(out, static_cast<std::uint16_t>(count));
  for (std::size_t i = 0; i < anchor_bytes_max; ++i) {
    const char byte = i < anchor.bytes.size() ? anchor.bytes[i] : '\0';
    put_u8(out, static_cast<unsigned char>(byte));
  }
  out.insert(out.end(), parts.begin(), parts.end());
  out.insert(out.end(), units.begin(), units.end());
  return out;
}

}  // namespace antidotary::match
