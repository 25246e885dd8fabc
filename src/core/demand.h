// Demand: what a fuzzer holds to be true. For *_fuzz.cc only.
#pragma once

#include <cstdlib>

namespace antidotary {

/// Ends the fuzzer's process, which keeps the input, where the property does not hold.
inline void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace antidotary
