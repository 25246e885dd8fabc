// Order: which step comes before which, and what must wait because something before it is left.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "plan/plan.h"

namespace antidotary::plan {

/// A step that is not numbered yet, with the indices of the steps that must come before it.
struct Draft {
  Step step;
  int rank = 0;  ///< Where nothing else decides: registry (0) before files (1) before the rest.
  std::vector<std::size_t> after;
  /// Nothing breaks where this step is left and those after it are carried out: a value that
  /// starts a file which is gone starts nothing.
  bool harmless_if_left = false;
};

/// The steps in order: topological, then by rank, then as given. A cycle is broken at its step of
/// least rank, and the steps that then come too early are left. A step whose predecessor is left
/// is left as well, unless that one is harmless so.
std::vector<Step> in_order(std::vector<Draft> drafts);

}  // namespace antidotary::plan
