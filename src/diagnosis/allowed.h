// Allowed: findings of files that the user allows by their digest are no evidence; nor are the
// registry values that start such a file, which would else be taken back as traces of a threat.
#pragma once

#include <vector>

#include "host/computer.h"
#include "host/finding.h"
#include "scan/allow.h"

namespace antidotary::diagnosis {

/// Takes such findings of one entry out, and counts them in `silenced`. A file is read again where
/// MD5 or SHA-1 digests are allowed.
void leave_out_allowed(std::vector<host::Finding>& findings,
                       const std::vector<host::StartUp>& start_ups, const scan::AllowList& allow,
                       host::Computer& computer, std::vector<scan::Silenced>& silenced);

}  // namespace antidotary::diagnosis
