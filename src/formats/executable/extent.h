// Extent: how far a program reaches that stands somewhere inside another file.
//
// By its headers alone; what was appended behind its last part is nobody's.
#pragma once

#include <cstdint>
#include <optional>

#include "core/bytes.h"

namespace antidotary::executable {

/// Bytes from the MZ at the start of `rest` to the end of the last section, the headers and the
/// certificates; may lie behind the end of `rest` where the program is cut. Nullopt: no PE.
std::optional<std::uint64_t> pe_extent(Bytes rest);

/// The same of an ELF: its segments and its tables.
std::optional<std::uint64_t> elf_extent(Bytes rest);

}  // namespace antidotary::executable
