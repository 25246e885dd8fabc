// ByteEdit: one range of a file's bytes as it stands and as it is to stand. What computes edits
// (regf, plan), what checks them (worker) and what carries them out (remedy) share it.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace antidotary {

/// `before` and `after` have the same size: nothing behind the range moves.
struct ByteEdit {
  std::uint64_t offset = 0;  ///< In the file, in bytes.
  Buffer before;
  Buffer after;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("offset", self.offset);
    visit("before", self.before);
    visit("after", self.after);
  }
};

}  // namespace antidotary
