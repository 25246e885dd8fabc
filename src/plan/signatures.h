// Signatures: what a signature without an entry asks for: one step, the loose file's quarantine.
//
// A name in somebody's database says nothing of what a threat changed, so nothing else is taken
// back: never the registry, never a container for one of its members (DESIGN section 6). Files that
// Windows needs are left (protected.h), and so is what was not read.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/diagnosis.h"
#include "plan/plan.h"

namespace antidotary::plan {

/// A signature that hit in a loose file, or in what that holds.
struct FoundSignature {
  std::string name;
  std::vector<std::string> path;  ///< From the loose file down to the object that shows it.
  LooseFile file;
};

/// Adds one step a file that the plan has no step for yet; its reason names the first signature
/// and counts the others. Of an mbox it is one step a message. `found`: of one file together. Which
/// files Windows needs say `examination` and the whole path, as `plan.root` may itself lie in a
/// Windows.
void add_signatures(Plan& plan, const std::vector<FoundSignature>& found,
                    const diagnosis::Examination& examination);

}  // namespace antidotary::plan
