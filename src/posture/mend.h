// Mend: the plan that gives failing settings the number that their check asks for.
//
// Only values that are there are changed, in place; what would have to be made anew is advice. A
// value in a dirty hive is listed and left, as in every plan.
#pragma once

#include <string>

#include "plan/plan.h"
#include "posture/posture.h"

namespace antidotary::posture {

/// `chosen` are the checks to mend, by id; empty: all that fail.
plan::Plan plan_to_mend(const entries::Encyclopedia& encyclopedia, const Posture& posture,
                        const std::vector<std::string>& chosen, std::string root);

}  // namespace antidotary::posture
