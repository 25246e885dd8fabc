#include "formats/executable/extent.h"

#include <algorithm>

#include "core/reader.h"

namespace antidotary::executable {
namespace {

constexpr std::size_t dos_bytes = 64, file_header_bytes = 24, section_bytes = 40;
constexpr std::size_t pe_at_max = 1u << 20;
constexpr std::uint16_t sections_max = 96;
constexpr std::size_t security_directory = 4;

std::uint64_t number(Bytes bytes, std::size_t at, std::size_t width, bool big) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t from = big ? at + i : at + width - 1 - i;
    out = out << 8 | std::to_integer<std::uint64_t>(bytes[from]);
  }
  return out;
}

// The certificates are the one directory whose address is an offset in the file.
std::uint64_t certificates_end(Bytes rest, std::size_t optional_at, std::size_t optional_bytes) {
  const bool wide = load_u16_le(rest, optional_at) == 0x20b;
  const std::size_t at = (wide ? 112 : 96) + 8 * security_directory;
  if (optional_bytes < at + 8) return 0;
  if (load_u32_le(rest, optional_at + at - 8 * security_directory - 4) <= security_directory) {
    return 0;
  }
  const std::uint64_t offset = load_u32_le(rest, optional_at + at);
  const std::uint64_t size = load_u32_le(rest, optional_at + at + 4);
  return size == 0 || offset > rest.size() || size > rest.size() - offset ? 0 : offset + size;
}

}  // namespace

std::optional<std::uint64_t> pe_extent(Bytes rest) {
  if (rest.size() < dos_bytes || as_text(rest.first(2)) != "MZ") return std::nullopt;
  const std::size_t pe_at = load_u32_le(rest, 0x3c);
  if (pe_at > pe_at_max || pe_at > rest.size()) return std::nullopt;
  if (rest.size() - pe_at < file_header_bytes + 2 || load_u32_le(rest, pe_at) != 0x4550) {
    return std::nullopt;
  }
  const std::uint16_t count = load_u16_le(rest, pe_at + 6);
  const std::size_t optional_bytes = load_u16_le(rest, pe_at + 20);
  const std::size_t optional_at = pe_at + file_header_bytes;
  const std::uint16_t magic = load_u16_le(rest, optional_at);
  if (count == 0 || count > sections_max || (magic != 0x10b && magic != 0x20b)) {
    return std::nullopt;
  }
  const std::size_t left = rest.size() - optional_at;
  if (optional_bytes > left || count * section_bytes > left - optional_bytes) return std::nullopt;
  const std::size_t table = optional_at + optional_bytes;
  std::uint64_t end = table + count * section_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t size = load_u32_le(rest, table + i * section_bytes + 16);
    // Loaders round the place down to a multiple of 512.
    const std::uint64_t offset = load_u32_le(rest, table + i * section_bytes + 20) & ~0x1ffu;
    if (size > 0) end = std::max(end, offset + size);
  }
  return std::max(end, certificates_end(rest, optional_at, optional_bytes));
}

std::optional<std::uint64_t> elf_extent(Bytes rest) {
  if (rest.size() < 52 || load_u32_le(rest, 0) != 0x464c457f) return std::nullopt;
  const auto octet = [&](std::size_t at) { return std::to_integer<unsigned>(rest[at]); };
  if (octet(4) < 1 || octet(4) > 2 || octet(5) < 1 || octet(5) > 2) {
    return std::nullopt;
  }
  const bool wide = octet(4) == 2, big = octet(5) == 2;
  const std::size_t header = wide ? 64 : 52, word = wide ? 8 : 4;
  if (rest.size() < header) return std::nullopt;
  const std::size_t sizes_at = wide ? 52 : 40;
  const auto half = [&](std::size_t i) { return number(rest, sizes_at + 2 * i, 2, big); };
  const std::uint64_t type = number(rest, 16, 2, big);
  if (type == 0 || type > 4 || number(rest, 20, 4, big) != 1 || half(0) != header) {
    return std::nullopt;
  }
  const std::uint64_t segments = number(rest, wide ? 32 : 28, word, big);
  const std::uint64_t sections = number(rest, wide ? 40 : 32, word, big);
  std::uint64_t end = header;
  const auto reach = [&](std::uint64_t offset, std::uint64_t size) {
    if (offset <= rest.size() && size <= rest.size() - offset) end = std::max(end, offset + size);
  };
  reach(sections, half(3) * half(4));
  const std::uint64_t row_bytes = wide ? 56 : 32;
  for (std::uint64_t i = 0; i < half(2) && half(1) == row_bytes; ++i) {
    const std::uint64_t at = segments + i * row_bytes;
    if (segments > rest.size() || at > rest.size() || rest.size() - at < row_bytes) break;
    const auto row = static_cast<std::size_t>(at);
    reach(number(rest, row + (wide ? 8 : 4), word, big),
          number(rest, row + (wide ? 32 : 16), word, big));
  }
  return end;
}

}  // namespace antidotary::executable
