// LookedAt: which stretches of the memory being scanned were looked at already.
//
// What is embedded may be met twice: inside an object that does not say where it ends, and behind
// its mark in what holds that. Both are the same bytes at the same place, and are looked at once.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/bytes.h"

namespace antidotary::scan {

/// Where `part` begins in `whole`, of which it is a view; nullopt where it is none.
std::optional<std::size_t> place_in(Bytes whole, Bytes part);

class LookedAt {
 public:
  /// Goes down to `object`. False, and nothing is entered, where just these bytes were looked at
  /// before, as a part of the same memory.
  bool enter(Bytes object);
  void leave();

 private:
  using Seen = std::set<std::pair<std::size_t, std::size_t>>;  ///< Place and size.
  struct Memory {
    Bytes bytes;
    Seen seen;
    std::size_t depth = 0;  ///< How many objects of this memory are entered.
  };
  std::vector<Memory> memories_;
};

}  // namespace antidotary::scan
