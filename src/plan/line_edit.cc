#include "plan/line_edit.h"

#include <algorithm>

namespace antidotary::plan {
namespace {

constexpr std::byte blank{' '};
constexpr std::byte comma{','};

bool is_blank(std::byte byte) { return byte == blank || byte == std::byte{'\t'}; }

bool lies_within(const host::LineFact& fact) {
  const std::uint64_t size = fact.line.size();
  return fact.part_offset <= size && fact.part_size <= size - fact.part_offset;
}

// One of the two commas beside what was taken out.
void drop_comma(Buffer& line, std::size_t begin, std::size_t end) {
  std::size_t after = end;
  while (after < line.size() && is_blank(line[after])) ++after;
  if (after < line.size() && line[after] == comma) {
    line[after] = blank;
    return;
  }
  std::size_t before = begin;
  while (before > 0 && is_blank(line[before - 1])) --before;
  if (before > 0 && line[before - 1] == comma) line[before - 1] = blank;
}

}  // namespace

std::optional<ByteEdit> replace_part(const host::LineFact& fact, std::string_view text) {
  if (!lies_within(fact) || text.size() > fact.part_size) return std::nullopt;
  ByteEdit out = {fact.offset, fact.line, fact.line};
  const auto begin = out.after.begin() + static_cast<std::ptrdiff_t>(fact.part_offset);
  std::fill_n(begin, fact.part_size, blank);
  const Bytes bytes = as_bytes(text);
  std::copy(bytes.begin(), bytes.end(), begin);
  return out;
}

std::optional<ByteEdit> take_from_list(const host::LineFact& fact) {
  auto out = replace_part(fact, "");
  if (out) {
    drop_comma(out->after, static_cast<std::size_t>(fact.part_offset),
               static_cast<std::size_t>(fact.part_offset + fact.part_size));
  }
  return out;
}

}  // namespace antidotary::plan
