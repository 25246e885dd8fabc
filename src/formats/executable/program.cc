#include "formats/executable/program.h"

#include <algorithm>

#include "core/reader.h"

namespace antidotary::executable {
namespace {

constexpr std::size_t section_bytes = 40;

ProgramSection read_section(Bytes file, std::size_t at) {
  ProgramSection out;
  const std::string_view name = as_text(file.subspan(at, 8));
  out.name = std::string(name.substr(0, name.find('\0')));
  out.virtual_size = load_u32_le(file, at + 8);
  out.address = load_u32_le(file, at + 12);
  const std::uint32_t size = load_u32_le(file, at + 16);
  // The loader reads whole sectors.
  const std::size_t offset = load_u32_le(file, at + 20) & ~std::size_t{0x1ff};
  out.offset = std::min(offset, file.size());
  out.size = std::min<std::size_t>(size, file.size() - out.offset);
  out.flags = load_u32_le(file, at + 36);
  if (out.virtual_size == 0) out.virtual_size = size;
  return out;
}

void read_directories(Bytes file, std::size_t at, std::uint32_t count, std::size_t end,
                      Program& out) {
  for (std::size_t i = 0; i < std::min<std::size_t>(count, out.directories.size()); ++i) {
    if (at + 8 > end) return;
    out.directories[i] = {load_u32_le(file, at), load_u32_le(file, at + 4)};
    at += 8;
  }
}

}  // namespace

const ProgramSection* Program::section_at(std::uint32_t address) const {
  for (const ProgramSection& section : sections) {
    if (address < section.address) continue;
    const std::uint64_t size = std::max<std::uint64_t>(section.virtual_size, section.size);
    if (address - section.address < size) return &section;
  }
  return nullptr;
}

std::optional<std::size_t> Program::offset_of(std::uint32_t address) const {
  if (const ProgramSection* const section = section_at(address)) {
    const std::uint32_t inside = address - section->address;
    if (inside >= section->size) return std::nullopt;
    return section->offset + inside;
  }
  if (address < headers_bytes) return address;
  return std::nullopt;
}

Result<Program> read_program(Bytes file) {
  if (file.size() < 64 || as_text(file.first(2)) != "MZ") {
    return fail(ErrorKind::not_this_format, "no program for Windows");
  }
  const std::size_t pe_at = load_u32_le(file, 0x3c);
  if (pe_at > file.size() || file.size() - pe_at < 24) {
    return fail(ErrorKind::not_this_format, "a program for DOS");
  }
  if (load_u32_le(file, pe_at) != 0x4550) {
    return fail(ErrorKind::not_this_format, "a program for DOS");
  }
  Program out;
  out.machine = load_u16_le(file, pe_at + 4);
  const std::size_t count = load_u16_le(file, pe_at + 6);
  const std::size_t optional_bytes = load_u16_le(file, pe_at + 20);
  out.library = (load_u16_le(file, pe_at + 22) & 0x2000) != 0;
  const std::size_t at = out.optional_at = pe_at + 24;
  if (optional_bytes > file.size() - at || optional_bytes < 2) {
    return fail_at(at, ErrorKind::truncated, "the optional header is cut");
  }
  const std::uint16_t magic = load_u16_le(file, at);
  out.wide = magic == 0x20b;
  if (!out.wide && magic != 0x10b) return fail_at(at, ErrorKind::malformed, "no PE32 or PE32+");
  if (optional_bytes < (out.wide ? 112u : 96u)) {
    return fail_at(at, ErrorKind::truncated, "the optional header is cut");
  }
  out.entry = load_u32_le(file, at + 16);
  out.base = out.wide ? load_u64_le(file, at + 24) : load_u32_le(file, at + 28);
  out.section_alignment = std::max(1u, load_u32_le(file, at + 32));
  out.image_bytes = load_u32_le(file, at + 56);
  out.headers_bytes =
      static_cast<std::uint32_t>(std::min<std::size_t>(load_u32_le(file, at + 60), file.size()));
  out.table_at = at + optional_bytes;
  if (count == 0 || count > program_sections_max) {
    return fail_at(pe_at + 6, ErrorKind::malformed, "{} sections", count);
  }
  if (count * section_bytes > file.size() - out.table_at) {
    return fail_at(out.table_at, ErrorKind::truncated, "the section table is cut");
  }
  const std::size_t table = out.wide ? 112 : 96;
  read_directories(file, at + table, load_u32_le(file, at + table - 4), out.table_at, out);
  out.end = out.table_at + count * section_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    out.sections.push_back(read_section(file, out.table_at + i * section_bytes));
    const ProgramSection& section = out.sections.back();
    if (section.size > 0) out.end = std::max(out.end, section.offset + section.size);
  }
  return out;
}

}  // namespace antidotary::executable
