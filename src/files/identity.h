// Identity: which file this is and whether it is as it was, by the system's word alone: device,
// inode, size and both its times in nanoseconds. The change time cannot be set back by a file's
// owner; who does not trust it asks the content.
#pragma once

#include <fmt/core.h>

#include <string>

#include "files/root.h"

namespace antidotary::files {

/// Equal where nothing that the system tells of the file differs.
inline std::string identity_of(const Stat& stat) {
  return fmt::format("{}:{}:{}:{}:{}", stat.device, stat.inode, stat.size_bytes,
                     stat.modified_unix_ns, stat.changed_unix_ns);
}

}  // namespace antidotary::files
