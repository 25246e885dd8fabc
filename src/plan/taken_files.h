// A plan that takes whole files away because a signature hit them: what clamscan's --remove and
// --move ask for. Windows' own files are listed and left, wherever a Windows stands in the tree.
#pragma once

#include <string>
#include <vector>

#include "host/computer.h"
#include "plan/plan.h"

namespace antidotary::plan {

struct TakenFile {
  host::FileFact fact;  ///< Path below `root`; `sha256` as it was when it was looked at.
  std::string name;     ///< The signature's.
};

/// A step a file, in order. `root` is the absolute path of the folder that holds them; which of
/// the files is Windows' own is asked of the whole path, as the folder may lie anywhere in it.
Plan make_plan(const std::vector<TakenFile>& files, std::string root);

}  // namespace antidotary::plan
