// WriteFile: a file that the user asked for (an export, a page, a template), whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace antidotary::cli {

/// Writes `text` beside `path`, under a name that nobody has, and renames it there: a reader finds
/// the old file or the new one, never half of it, with the mode that the old one had. It is not
/// synced. Through a symbolic link its target is replaced, not the link; a device or a
/// pipe, beside which nothing can be renamed, is written to as it is. Errors: io.
Status write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace antidotary::cli
