// SetupFiles: what InstallShield's setup programs carry behind themselves, found where such a
// program ends: none of it has a mark that could be looked for in any file.
//
// Internal to the room.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/bytes.h"

namespace antidotary::unpack {

/// A file as it stands in a list: name, path, version and size as NUL-terminated strings, its
/// bytes.
struct SetupFile {
  std::string name;  ///< UTF-8.
  Bytes bytes;       ///< A view.
  std::size_t end = 0;
};
/// The one at `at`; nullopt where none stands there.
std::optional<SetupFile> setup_file_at(Bytes bytes, std::size_t at);

/// Where the archive begins in `overlay`, what stands behind a program's last section; it reaches
/// to the end. Nullopt: there is none.
std::optional<std::size_t> setup_archive_at(Bytes overlay);

}  // namespace antidotary::unpack
