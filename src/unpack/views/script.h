// The view of scripts: what clamscan holds rules of targets 3 and 7 against beside HTML's own.
//
// Each script is one line: its tokens with no more white space than parts words, declared names
// numbered in order (n000), strings in double quotes, calls of constants opened, all letters small.
// docs/formats/clamav-views.md has what was measured.
#pragma once

#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace antidotary::unpack {

/// Linear in the scripts' size, but for a factor of log(names). Never fails.
Buffer script_view(const std::vector<std::string_view>& scripts);

}  // namespace antidotary::unpack
