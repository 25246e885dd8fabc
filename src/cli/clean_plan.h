// CleanPlan: what `clean` does with a plan and says of a run, the same for folders and disk images.
#pragma once

#include "cli/desk.h"
#include "remedy/run.h"
#include "scan/allow.h"

namespace antidotary::cli {

/// A plan that `clean --out` wrote. Errors: bad_input, those of reading.
Result<plan::Plan> read_plan(const std::string& path);
/// Never over an existing file.
Status write_plan(const std::string& path, const plan::Plan& plan);
void tell_plan(const Invocation& invocation, const plan::Plan& plan);
/// A plan may be older than an allowance.
void leave_allowed(plan::Plan& plan, const scan::AllowList& allow);
/// `seen` is what the second look found.
void tell_verification(const Invocation& invocation, const remedy::Run& run, Exit seen);

}  // namespace antidotary::cli
