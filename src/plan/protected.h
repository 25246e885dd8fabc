// Protected files: what Windows cannot do without, and where it stands.
//
// A threat may overwrite one of them; taking it away would leave a computer that does not start.
// They are never removed: the person is told to repair them from Windows' own media. A file of the
// same name in another place is not protected, because that is where worms put theirs.
#pragma once

#include <string_view>

#include "host/computer.h"

namespace antidotary::plan {

/// `path` is exact, below the tree's root; so is `windows_directory`.
bool is_protected(std::string_view path, host::WindowsKind kind,
                  std::string_view windows_directory);

}  // namespace antidotary::plan
