// Started: a weak file that a strong, exact value or line of the same variant starts is no longer
// weak. The name alone says nothing (winlogon.exe); the name, in that folder, started by the worm's
// own value, says whose it is.
#pragma once

#include <vector>

#include "host/computer.h"
#include "host/finding.h"

namespace antidotary::diagnosis {

/// Raises such findings of one entry to strong, and says so in their detail.
void raise_started(std::vector<host::Finding>& findings,
                   const std::vector<host::StartUp>& start_ups);

}  // namespace antidotary::diagnosis
