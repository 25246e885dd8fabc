// ImagePlan: the plans for every Windows on a disk image, as the one plan that a run carries out.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.h"

namespace antidotary::plan {

/// The plan for one Windows, and where it stands.
struct InstalledPlan {
  std::string volume;
  Plan plan;
  std::string left;  ///< Why nothing on this volume is carried out; empty where it is.
};

/// Steps one Windows after the other, numbered anew, each with its volume. What two Windows of one
/// volume share is one step. `image.volumes` holds all volumes of the image; those that no step
/// names are dropped.
Plan join(std::vector<InstalledPlan> plans, std::string root, ImageFact image);

}  // namespace antidotary::plan
