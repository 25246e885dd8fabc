// StixPattern: a change's terms as a pattern of STIX 2.1 (part 9 of the standard).
#pragma once

#include <string>

#include "publish/exports/terms.h"

namespace antidotary::publish {

/// "[file:name = 'videodrv.exe' AND (...)]"; empty where the terms name nothing that a pattern can.
std::string stix_pattern(const Terms& terms);

}  // namespace antidotary::publish
