// clean on a disk image that nobody has mounted.
#pragma once

#include "cli/desk.h"

namespace antidotary::cli {

Exit clean_image(const Invocation& invocation, const entries::Encyclopedia& encyclopedia);

}  // namespace antidotary::cli
