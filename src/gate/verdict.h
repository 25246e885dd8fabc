// Verdict: a report in the words of the fronts. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scan/report.h"

namespace antidotary::gate {

/// What a report accuses, each once: first the names of signatures, which those who move over know,
/// then entries as "win32/mimail.a".
std::vector<std::string> names_of(const scan::Report& report);
/// The gravest gap: failed, limited, opaque; null where all was read.
const scan::Unread* worst_gap(const scan::Report& report);
/// What clamd calls such a gap where it alerts to them (AlertEncrypted, AlertExceedsMax). Clients
/// know the beginnings of these names: what was not read for whatever reason is "encrypted" or
/// "limits exceeded" to them.
std::string_view alert_name(scan::Gap gap);
/// "a.zip > b.exe: encrypted", for logs and headers.
std::string gap_words(const scan::Unread& gap);

}  // namespace antidotary::gate
