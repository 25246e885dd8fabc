// AllowBook: the list of allowances in the state folder (allow.json), read and rewritten whole.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "files/root.h"
#include "scan/allow.h"

namespace antidotary::cli {

/// Empty where there is no list yet. Errors: malformed (naming the file), io.
Result<std::vector<scan::Allowance>> read_allowances(const files::Root& state);
/// Replaces the list at once and whole. Errors: io.
Status write_allowances(const files::Root& state, const std::vector<scan::Allowance>& list);

}  // namespace antidotary::cli
