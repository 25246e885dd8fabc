// Clamscan: the program under another name, for scripts that know that one.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"

namespace antidotary::cli {

/// Words are argv without the program's name; exit codes 0 clean, 1 found, 2 error.
Exit run_clamscan(const std::vector<std::string>& words);

}  // namespace antidotary::cli
