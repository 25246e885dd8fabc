#include "scan/alerts.h"

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "formats/executable/elf.h"
#include "formats/executable/pe.h"

namespace antidotary::scan {
namespace {

using formats::Format;

constexpr std::size_t sector_bytes = 512;
constexpr std::size_t partition_rows = 4;
constexpr std::size_t partition_row_bytes = 16;
constexpr std::size_t partition_table_at = 446;

/// A header that is cut makes no program; one that is whole and says what cannot be a broken one.
bool has_header(Format format, Bytes bytes) {
  constexpr std::size_t dos_bytes = 64;
  constexpr std::size_t coff_end = 24;
  constexpr std::size_t elf_class_at = 4;
  constexpr std::size_t elf32_bytes = 52;
  constexpr std::size_t elf64_bytes = 64;
  if (format == Format::elf) {
    const bool narrow = bytes.size() > elf_class_at && bytes[elf_class_at] == std::byte{1};
    return bytes.size() >= (narrow ? elf32_bytes : elf64_bytes);
  }
  if (bytes.size() < dos_bytes) return false;
  const std::uint32_t at = load_u32_le(bytes, 0x3c);
  if (at > bytes.size() || bytes.size() - at < coff_end) return false;
  return as_text(bytes.subspan(at, 4)) == std::string_view("PE\0\0", 4);
}

bool is_broken_program(Format format, Bytes bytes, Budget& budget) {
  if ((format != Format::pe && format != Format::elf) || !has_header(format, bytes)) return false;
  const auto layout = format == Format::pe ? executable::read_pe(bytes, budget)
                                           : executable::read_elf(bytes, budget);
  return !layout && layout.error().kind != ErrorKind::budget_spent;
}

/// Whether two rows of the partition table of a first sector claim one sector. The sectors of a
/// protective row (GPT) are everybody's.
bool partitions_overlap(Bytes bytes) {
  constexpr std::byte protective{0xee};
  if (bytes.size() < sector_bytes || load_u16_le(bytes, sector_bytes - 2) != 0xaa55) return false;
  struct Stretch {
    std::uint64_t first;
    std::uint64_t end;
  };
  std::array<Stretch, partition_rows> taken{};
  for (std::size_t i = 0; i < partition_rows; ++i) {
    const Bytes row = bytes.subspan(partition_table_at + i * partition_row_bytes);
    if (row[4] == std::byte{0}) continue;
    if (row[4] == protective) return false;
    taken[i].first = load_u32_le(row, 8);
    taken[i].end = taken[i].first + load_u32_le(row, 12);
    for (std::size_t k = 0; k < i; ++k) {
      if (taken[i].first < taken[k].end && taken[k].first < taken[i].end) return true;
    }
  }
  return false;
}

}  // namespace

bool asks(const Search& search, AlertKind kind) {
  return search.alerts.test(static_cast<std::size_t>(kind));
}

std::string_view encrypted_alert(Format format, const Search& search) {
  if (asks(search, AlertKind::encrypted_archive)) {
    if (format == Format::zip) return "Heuristics.Encrypted.Zip";
    if (format == Format::seven_zip) return "Heuristics.Encrypted.7Zip";
    if (format == Format::rar) return "Heuristics.Encrypted.RAR";
  }
  if (asks(search, AlertKind::encrypted_document)) {
    if (format == Format::pdf) return "Heuristics.Encrypted.PDF";
  }
  return "";
}

std::string_view odd_alert(std::string_view oddity, const Search& search) {
  if (oddity == "macros" && asks(search, AlertKind::macros)) {
    return "Heuristics.OLE2.ContainsMacros.VBA";
  }
  return "";
}

std::string_view limit_alert(Limit limit, const Search& search) {
  if (!asks(search, AlertKind::limits)) return "";
  switch (limit) {
    case Limit::objects:
      return "Heuristics.Limits.Exceeded.MaxFiles";
    case Limit::depth:
      return "Heuristics.Limits.Exceeded.MaxRecursion";
    case Limit::object_bytes:
      return "Heuristics.Limits.Exceeded.MaxFileSize";
    case Limit::steps:
    case Limit::time:
      return "Heuristics.Limits.Exceeded.MaxScanTime";
    case Limit::bytes:
    case Limit::ratio:
      return "Heuristics.Limits.Exceeded.MaxScanSize";
  }
  return "";
}

std::string_view shape_alert(Format format, Bytes bytes, Budget& budget, const Search& search) {
  if (asks(search, AlertKind::broken_program) && is_broken_program(format, bytes, budget)) {
    return "Heuristics.Broken.Executable";
  }
  const bool disk = format == Format::mbr;
  if (disk && asks(search, AlertKind::partitions) && partitions_overlap(bytes)) {
    return "Heuristics.MBRPartitionnIntersect";
  }
  return "";
}

}  // namespace antidotary::scan
