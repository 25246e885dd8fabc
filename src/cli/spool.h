// Spool: what comes on a descriptor that cannot be read twice (a pipe, standard input), made a file
// that can: in memory while it is small, then on the disk, without a name.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "files/fd.h"

namespace antidotary::cli {

struct SpoolLimits {
  std::uint64_t memory_bytes_max = 64
                                   << 20;  ///< Beyond it goes to the disk, where that is to be had.
  std::uint64_t bytes_max = std::uint64_t{4} << 30;
  std::string folder = "/var/tmp";  ///< Where the nameless file is made.
};

struct Spooled {
  files::Fd descriptor;
  std::uint64_t size_bytes = 0;
  bool on_disk = false;
};

/// Reads `descriptor` to its end. Errors: budget_spent (more than `bytes_max`), io.
Result<Spooled> spool(int descriptor, const SpoolLimits& limits = {});

}  // namespace antidotary::cli
