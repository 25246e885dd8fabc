// FuzzyHash: 64 bits that say what a picture looks like, as `fuzzy_img#` rules ask for them.
//
// The published perceptual hash: brightness, scaled to 32 by 32 pixels, its cosine transform, and
// of the 64 slowest waves which are above their median. Where that leaves something open (the
// brightness' weights, the scaler, roundings) clamscan 1.4.6 was asked (docs/decisions/0194).
#pragma once

#include <cstdint>

#include "core/budget.h"
#include "core/result.h"
#include "unpack/pictures/grey.h"

namespace antidotary::unpack {

/// Errors: budget_spent.
Result<std::uint64_t> fuzzy_hash(const Grey& picture, Budget& budget);

}  // namespace antidotary::unpack
