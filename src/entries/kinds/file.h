// [[file]]: a file that the threat writes.
#pragma once

#include <string>
#include <vector>

#include "entries/change.h"

namespace antidotary::entries {

struct FileChange : Change {
  std::string directory;  ///< With variables: `%windir%`, `%system%`, `%windir%\wins`, `c:\`.
  std::string name;       ///< A name, or a pattern with `*` and `?`.
  std::string role;       ///< "worm body".
  std::vector<std::uint64_t> sizes;  ///< Bytes; any of these. Empty: not known.
  std::vector<std::string> md5;      ///< Lower-case hexadecimal.
  std::vector<std::string> sha1;
  std::vector<std::string> sha256;
  std::string genuine_twin;  ///< Directory where a genuine Windows file of this name lives.

  std::string_view kind() const override { return "file"; }
  std::string summary() const override;
};

}  // namespace antidotary::entries
