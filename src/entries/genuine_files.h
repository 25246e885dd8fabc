// GenuineFiles: names of files that Windows itself has, and the folders where it has them.
//
// Worms borrow these names. An entry that states such a name must say how to tell its file from
// the genuine one; the linter asks this table. Not a list of what is protected on a disk.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace antidotary::entries {

struct GenuineFile {
  std::string_view name;                        ///< Lower case: "svchost.exe".
  std::array<std::string_view, 2> directories;  ///< As entries write them; unused ones are empty.
};

/// The row for `name` (without regard to ASCII case), or null.
const GenuineFile* find_genuine_file(std::string_view name);
/// A genuine file in `directory` whose name the pattern `name` matches, or null.
const GenuineFile* find_genuine_match(std::string_view directory, std::string_view name);

/// One spelling a directory: lower case, no backslash at the end, `%system%` for
/// `%windir%\system32` and `%windir%\system`.
std::string canonical_directory(std::string_view directory);

}  // namespace antidotary::entries
