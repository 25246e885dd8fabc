// Universal programs of macOS: a slice for each processor.
//
// Spec: Apple, <mach-o/fat.h>: fat_header, fat_arch, fat_arch_64; all numbers big-endian.
#include <fmt/core.h>

#include <array>

#include "core/reader.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::uint32_t slices_max = 64;

std::string processor(std::uint32_t type) {
  switch (type) {
    case 7:
      return "i386";
    case 0x01000007:
      return "x86_64";
    case 12:
      return "arm";
    case 0x0100000c:
      return "arm64";
    case 18:
      return "ppc";
    case 0x01000012:
      return "ppc64";
    default:
      return fmt::format("processor {:#x}", type);
  }
}

struct Slice {
  std::uint32_t type = 0;
  std::uint64_t offset = 0, size = 0;
};

Result<Slice> read_slice(Reader& reader, bool wide) {
  const auto word = [&]() -> Result<std::uint64_t> {
    const std::uint64_t high = wide ? ANTIDOTARY_TRY(reader.u32_be()) : 0;
    return high << 32 | ANTIDOTARY_TRY(reader.u32_be());
  };
  Slice out;
  out.type = ANTIDOTARY_TRY(reader.u32_be());
  ANTIDOTARY_CHECK(reader.skip(4));
  out.offset = ANTIDOTARY_TRY(word());
  out.size = ANTIDOTARY_TRY(word());
  ANTIDOTARY_CHECK(reader.skip(wide ? 8 : 4));
  return out;
}

Status open(Bytes bytes, Budget& budget, const Visitor& visitor) {
  Reader reader(bytes);
  const bool wide = ANTIDOTARY_TRY(reader.u32_be()) == 0xcafebabf;
  const std::uint32_t count = ANTIDOTARY_TRY(reader.u32_be());
  if (count > slices_max) {
    return fail_at(4, ErrorKind::refused, "{} slices, more than {}", count, slices_max);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const Slice slice = ANTIDOTARY_TRY(read_slice(reader, wide));
    ANTIDOTARY_CHECK(budget.new_object());
    if (visitor.wanted && !visitor.wanted(i)) continue;
    const std::string name = fmt::format("slice {} ({})", i + 1, processor(slice.type));
    if (slice.offset > bytes.size() || slice.size > bytes.size() - slice.offset) {
      visitor.missed(
          {name, Error{ErrorKind::truncated, "the slice reaches past the end", slice.offset}});
      continue;
    }
    visitor.child({name, bytes.subspan(static_cast<std::size_t>(slice.offset),
                                       static_cast<std::size_t>(slice.size))});
  }
  return {};
}

void open_universal(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = open(bytes, budget, visitor);
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> universal_openers() {
  static constexpr std::array rows = {Opener{Format::macho_universal, &open_universal}};
  return rows;
}

}  // namespace antidotary::unpack
