// Verdict: a report in the words of the fronts. Pure.
#pragma once

#include <string>
#include <vector>

#include "scan/report.h"

namespace antidotary::gate {

/// What a report accuses, each once: first the names of signatures, which those who move over know,
/// then entries as "win32/mimail.a".
std::vector<std::string> names_of(const scan::Report& report);
/// The gravest gap: failed, limited, opaque; null where all was read.
const scan::Unread* worst_gap(const scan::Report& report);
/// "a.zip > b.exe: encrypted", for logs and headers.
std::string gap_words(const scan::Unread& gap);

}  // namespace antidotary::gate
