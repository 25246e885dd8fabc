#include "formats/executable/pe.h"

#include <algorithm>

#include "core/reader.h"
#include "formats/executable/pe_image.h"

namespace antidotary::executable {
namespace {

/// "MS-DOS Stub", "COFF File Header", "Optional Header": offsets from each one's start.
constexpr std::size_t signature_offset_at = 0x3c;
constexpr std::size_t file_header_bytes = 4 + 20;  // with the signature before it
namespace coff {
constexpr std::size_t section_count = 6, optional_bytes = 20;
}
namespace optional {
constexpr std::size_t entry_point = 16, section_alignment = 32, file_alignment = 36,
                      headers_bytes = 60, directories = 96;
constexpr std::size_t wide_shift = 16;  // what PE32+ has more before the directories
constexpr std::uint16_t wide_magic = 0x20b;
}  // namespace optional
/// "Section Table".
namespace row {
constexpr std::size_t virtual_size = 8, address = 12, raw_size = 16, raw_offset = 20, bytes = 40;
}
constexpr std::size_t directory_row_bytes = 8;
constexpr std::uint32_t usual_file_alignment = 512;
constexpr std::uint32_t sign_bit = 0x80000000;

struct Alignment {
  std::uint32_t file = 0;
  std::uint32_t section = 0;
};

// An alignment of 0 aligns nothing.
std::uint64_t down(std::uint64_t value, std::uint32_t step) {
  return step == 0 ? value : value - value % step;
}
std::uint64_t up(std::uint64_t value, std::uint32_t step) {
  return step == 0 || value % step == 0 ? value : value - value % step + step;
}

/// What clamscan falls back to where a section cannot stand where the file alignment says.
std::uint32_t file_alignment(Bytes table, std::uint32_t stated) {
  if (stated == 0) return 0;
  for (std::size_t at = 0; at < table.size(); at += row::bytes) {
    const std::uint32_t offset = load_u32_le(table, at + row::raw_offset);
    if (load_u32_le(table, at + row::raw_size) != 0 && offset % stated != 0 &&
        offset % usual_file_alignment == 0) {
      return usual_file_alignment;
    }
  }
  return stated;
}

/// Fills in the sections. Errors: malformed, budget_spent.
Status read_sections(Bytes table, const Alignment& alignment, Image& image, Budget& budget) {
  const std::uint64_t file_bytes = image.file.size();
  for (std::size_t at = 0; at < table.size(); at += row::bytes) {
    ANTIDOTARY_CHECK(budget.step());
    Section section;
    section.offset = down(load_u32_le(table, at + row::raw_offset), alignment.file);
    section.size = up(load_u32_le(table, at + row::raw_size), alignment.file);
    const std::uint32_t address = load_u32_le(table, at + row::address);
    const std::uint32_t memory = load_u32_le(table, at + row::virtual_size);
    const bool absent = section.size > 0 && section.offset >= file_bytes;
    if (absent) {
      section.size = 0;  // the row keeps its number
    } else if (address >= sign_bit || memory >= sign_bit) {
      return fail(ErrorKind::malformed, "a section lies in the upper half of the memory");
    } else if (section.size > 0) {
      section.size = std::min(section.size, file_bytes - section.offset);
    }
    image.addresses.push_back(down(address, alignment.section));
    image.sections.push_back(section);
  }
  return {};
}

struct Headers {
  Bytes optional;  ///< As far as SizeOfOptionalHeader says.
  Bytes sections;
  std::size_t directories_at = 0;  ///< In `optional`.
};

/// Errors: not_this_format, truncated, malformed.
Result<Headers> read_headers(Bytes file, bool& wide) {
  Reader reader(file);
  const Bytes letters = ANTIDOTARY_TRY(reader.take(2));
  if (as_text(letters) != "MZ") return fail(ErrorKind::not_this_format, "not a DOS program");
  ANTIDOTARY_CHECK(reader.seek(signature_offset_at));
  ANTIDOTARY_CHECK(reader.seek(ANTIDOTARY_TRY(reader.u32_le())));
  const Bytes header = ANTIDOTARY_TRY(reader.take(file_header_bytes));
  if (as_text(header.first(4)) != std::string_view("PE\0\0", 4)) {
    return fail(ErrorKind::not_this_format, "a DOS program without a PE header");
  }
  const std::size_t count = load_u16_le(header, coff::section_count);
  const std::size_t optional_bytes = load_u16_le(header, coff::optional_bytes);
  if (count == 0) return fail(ErrorKind::malformed, "no section");
  Headers out;
  out.optional = ANTIDOTARY_TRY(reader.take(optional_bytes));
  if (optional_bytes < optional::directories) {
    return fail(ErrorKind::malformed, "the optional header is too short");
  }
  wide = load_u16_le(out.optional, 0) == optional::wide_magic;
  out.directories_at = optional::directories + (wide ? optional::wide_shift : 0);
  if (optional_bytes < out.directories_at) {
    return fail(ErrorKind::malformed, "the optional header is too short");
  }
  out.sections = ANTIDOTARY_TRY(reader.take(count * row::bytes));
  return out;
}

/// Errors: malformed.
Status read_directories(const Headers& headers, Image& image) {
  const std::size_t count = std::min<std::size_t>(
      load_u32_le(headers.optional, headers.directories_at - 4), directories_max);
  if (headers.optional.size() < headers.directories_at + count * directory_row_bytes) {
    return fail(ErrorKind::malformed, "the optional header has no room for its directories");
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = headers.directories_at + i * directory_row_bytes;
    image.directories[i] = {load_u32_le(headers.optional, at),
                            load_u32_le(headers.optional, at + 4)};
  }
  return {};
}

}  // namespace

std::optional<std::size_t> Image::offset_of(std::uint64_t address) const {
  if (address < headers_bytes) {
    if (address >= file.size()) return std::nullopt;
    return static_cast<std::size_t>(address);
  }
  for (std::size_t i = sections.size(); i-- > 0;) {
    if (address < addresses[i] || address - addresses[i] >= sections[i].size) continue;
    return static_cast<std::size_t>(sections[i].offset + (address - addresses[i]));
  }
  return std::nullopt;
}

Bytes Image::bytes_at(std::uint64_t address) const {
  const auto offset = offset_of(address);
  return offset ? file.subspan(*offset) : Bytes();
}

Result<Layout> read_pe(Bytes file, Budget& budget) {
  Image image;
  image.file = file;
  const Headers headers = ANTIDOTARY_TRY(read_headers(file, image.wide));
  ANTIDOTARY_CHECK(read_directories(headers, image));
  const Alignment alignment = {
      file_alignment(headers.sections, load_u32_le(headers.optional, optional::file_alignment)),
      load_u32_le(headers.optional, optional::section_alignment)};
  image.headers_bytes =
      up(load_u32_le(headers.optional, optional::headers_bytes), alignment.section);
  ANTIDOTARY_CHECK(read_sections(headers.sections, alignment, image, budget));
  const auto entry = image.offset_of(load_u32_le(headers.optional, optional::entry_point));
  if (!entry) return fail(ErrorKind::malformed, "the entry point is nowhere in the file");
  Layout out;
  out.entry_point = *entry;
  out.version_strings = ANTIDOTARY_TRY(read_version_strings(image, budget));
  out.imports = ANTIDOTARY_TRY(read_imports(image, budget));
  out.sections = std::move(image.sections);
  return out;
}

}  // namespace antidotary::executable
