// Include: what file an `include` of a YARA text means, and its text. Relative to the file that
// says it; beneath the folder of the file that a user named, links not followed, or one of the
// files that were read with it. Nothing else, however it is written.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace antidotary::signatures::yara {

inline constexpr std::size_t include_bytes_max = 64 << 20;

/// `path` without ".", empty names and, but for the start, "..".
std::string normal_path(std::string_view path);

/// The path, in normal form, that `written` means in file `from`.
/// Errors: refused (absolute), bad_input (empty, a control character).
Result<std::string> resolve_include(std::string_view from, std::string_view written);

/// Text of the included file at `path` (as resolved); `root` is the file that a user named.
/// Errors: refused (outside the root's folder, or a link), not_found, permission, io.
using ReadInclude =
    std::function<Result<std::string>(const std::string& root, const std::string& path)>;

/// The file system's.
Result<std::string> read_beneath(const std::string& root, const std::string& path);

}  // namespace antidotary::signatures::yara
