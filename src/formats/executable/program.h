// Program: a PE's headers as Windows' loader takes them: what stands where in memory and in the
// file. Layout (layout.h) is what rules in ClamAV's formats mean; this is what would run.
//
// Spec: Microsoft, "PE Format" (learn.microsoft.com/windows/win32/debug/pe-format).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::executable {

inline constexpr std::size_t program_sections_max = 96;

struct ProgramSection {
  std::string name;  ///< As it stands, up to the first NUL.
  std::uint32_t address = 0;
  std::uint32_t virtual_size = 0;
  // Invariant: offset + size <= size of the file.
  std::size_t offset = 0;
  std::size_t size = 0;
  std::uint32_t flags = 0;
  bool executable() const { return (flags & 0x20000000) != 0; }
  bool writable() const { return (flags & 0x80000000) != 0; }
};

struct ProgramDirectory {
  std::uint32_t address = 0;
  std::uint32_t size = 0;
};

struct Program {
  bool wide = false;  ///< PE32+
  bool library = false;
  std::uint16_t machine = 0;
  std::uint64_t base = 0;
  std::uint32_t entry = 0;  ///< Address less `base`, as all addresses here.
  std::uint32_t image_bytes = 0;
  std::uint32_t headers_bytes = 0;
  std::uint32_t section_alignment = 0;
  std::size_t optional_at = 0;  ///< Of the optional header, in the file.
  std::size_t table_at = 0;     ///< Of the section table, in the file.
  std::vector<ProgramSection> sections;
  std::array<ProgramDirectory, 16> directories{};
  /// Where the last section or the headers end in the file: what is behind is overlay.
  std::size_t end = 0;

  const ProgramSection* section_at(std::uint32_t address) const;
  /// Where in the file the byte at `address` stands.
  std::optional<std::size_t> offset_of(std::uint32_t address) const;
};

namespace directory {
inline constexpr std::size_t imports = 1, resources = 2, certificates = 4, relocations = 5;
}

/// Errors: not_this_format, truncated, malformed.
Result<Program> read_program(Bytes file);

}  // namespace antidotary::executable
