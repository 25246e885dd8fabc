// QuarantineFiles: whole files taken away because a signature hit: --remove, --move, --copy. Each
// folder's files are one journaled run of remedy, which `undo` takes back.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/scan_run.h"
#include "cli/verb.h"

namespace antidotary::cli {

struct FileFate {
  bool remove = false;
  std::string move_to;  ///< A folder, or empty.
  std::string copy_to;

  bool only_copies() const { return !remove && move_to.empty(); }
  bool asked() const { return remove || !move_to.empty() || !copy_to.empty(); }
};

/// Before anything is scanned: whether files can be put where they shall go. Errors: bad_input.
Status check_fate(const FileFate& fate);

/// What became of each file, one line each, and whether it failed.
std::vector<std::pair<std::string, bool>> take_away(const Invocation& invocation,
                                                    const std::vector<Scanned>& files,
                                                    const FileFate& fate);

}  // namespace antidotary::cli
