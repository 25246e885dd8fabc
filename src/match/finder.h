// Finder: a few to a few thousand byte strings, chosen at scan time, found in one pass.
//
// Where the rules that a first scan made candidates are few, their other patterns are sought by
// this, without compiling anything: memmem for one or two, a table of hashed q-grams for more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::match {

struct Sought {
  Bytes bytes;  ///< 1 to 8 bytes, lower case where nocase; must outlive the finder.
  bool nocase = false;
};

class Finder {
 public:
  explicit Finder(std::span<const Sought> sought);

  /// Called with the index into `sought` and where it begins, in ascending order of begin; false
  /// ends the search. Errors: budget_spent (every byte looked at and every hit is a step).
  using Hit = bool (*)(void* context, std::uint32_t index, std::uint64_t begin);
  Status find(Bytes object, Budget& budget, Hit hit, void* context) const;

 private:
  Status find_one(Bytes object, Budget& budget, Hit hit, void* context) const;

  std::vector<Sought> sought_;
  std::size_t gram_ = 1;               ///< Bytes that are hashed: the shortest's, 4 at most.
  std::uint32_t mask_ = 0;             ///< Buckets less one.
  std::vector<std::uint32_t> heads_;   ///< First of a bucket's chain.
  std::vector<std::uint32_t> next_;    ///< The next in the chain.
  std::vector<std::uint64_t> filter_;  ///< A bit a bucket: something is in it.
};

}  // namespace antidotary::match
