// FileVersion: the four numbers by which Windows' own files are told apart (6.0.2800.1106).
//
// Reads the fixed part of a program's version information and nothing else of the program; the
// keys of its text part are pe.h's.
//
// Spec: Microsoft, "VS_FIXEDFILEINFO structure" (learn.microsoft.com/windows/win32/api/verrsrc).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::executable {

/// Compared in order, as OVAL's version datatype does.
using FileVersion = std::array<std::uint16_t, 4>;

/// "6.0.2800.1106".
std::string text_of(const FileVersion& version);
/// Reads "6.0.2715.400"; numbers that are left out are 0. nullopt where it is none.
std::optional<FileVersion> version_from(std::string_view text);

/// The version that `file` states; nullopt where it states none. Pays a step for 64 bytes.
/// Errors: budget_spent.
Result<std::optional<FileVersion>> read_file_version(Bytes file, Budget& budget);

}  // namespace antidotary::executable
