// Finder: a few to a few thousand byte strings, chosen at scan time, found in one pass.
//
// Where the rules that a first scan made candidates are few, their other patterns are sought by
// this, without compiling anything: memmem for one string, a table of hashed beginnings for more.
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
  /// ends the search. Errors: budget_spent (every byte looked at, every string compared with it
  /// and every hit is a step).
  using Hit = bool (*)(void* context, std::uint32_t index, std::uint64_t begin);
  Status find(Bytes object, Budget& budget, Hit hit, void* context) const;

 private:
  struct Search {
    Bytes object;
    Budget* budget;
    Hit hit;
    void* context;
    std::uint64_t unpaid;  ///< Comparisons and hits.
    bool stopped;
  };

  Status find_one(Bytes object, Budget& budget, Hit hit, void* context) const;
  /// The strings of `bucket` whose beginning has `length` bytes, at one place.
  Status compare(Search& search, std::uint32_t bucket, std::uint32_t length,
                 std::size_t begin) const;

  /// What is hashed of a string: its first bytes, four at most.
  struct Beginning {
    std::uint32_t mask = 0;    ///< Of those bytes in a little-endian word.
    std::uint32_t length = 0;  ///< In bytes.
  };

  std::vector<Sought> sought_;
  std::vector<Beginning> beginnings_;  ///< One a length that there is.
  std::uint32_t bucket_mask_ = 0;      ///< Buckets less one.
  std::vector<std::uint32_t> heads_;   ///< First of a bucket's chain.
  std::vector<std::uint32_t> next_;    ///< The next in the chain.
  std::vector<std::uint64_t> filter_;  ///< A bit a bucket: something is in it.
};

}  // namespace antidotary::match
