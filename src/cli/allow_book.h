// AllowBook: the list of allowances in the state folder (allow.json), read and rewritten whole.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"
#include "core/result.h"
#include "files/root.h"
#include "scan/allow.h"

namespace antidotary::cli {

/// Empty where there is no list yet. Errors: malformed (naming the file), io.
Result<std::vector<scan::Allowance>> read_allowances(const files::Root& state);
/// Replaces the list at once and whole. Errors: io.
Status write_allowances(const files::Root& state, const std::vector<scan::Allowance>& list);

/// What holds now. Where there is no state folder nothing is allowed; a list that cannot be read is
/// complained of and allows nothing.
scan::AllowList allowances_of(const Invocation& invocation);
/// A line each: "2 findings were silenced by the allowance of digest 01ab..".
std::vector<std::string> silenced_lines(const std::vector<scan::Silenced>& silenced);
/// They, on stderr.
void tell_silenced(const std::vector<scan::Silenced>& silenced);

}  // namespace antidotary::cli
