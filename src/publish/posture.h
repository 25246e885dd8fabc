// Posture: the table of checks, and the page of one, for a person at a terminal.
#pragma once

#include <string>
#include <vector>

#include "posture/posture.h"
#include "publish/page.h"

namespace antidotary::publish {

/// The checks of `ids` (all where empty) as a table, failures first, each with its reason, risk and
/// how to mend it; then what could not be told.
std::string posture_text(const entries::Encyclopedia& encyclopedia, const posture::Posture& posture,
                         const std::vector<std::string>& ids, const Paper& paper);

/// The page of a check: what it is, what it stands against, how it is told, sources.
std::string page(const entries::Encyclopedia& encyclopedia, const entries::PostureCheck& check,
                 const Paper& paper);

}  // namespace antidotary::publish
