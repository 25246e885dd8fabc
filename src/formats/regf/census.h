// Census: every cell of a hive counted before one of them is changed.
//
// An editor that trusts a list it follows would, in a damaged hive, free a cell that another key
// still uses. So the whole hive is walked first: bins must be cut into cells end to end, every
// cell that a key or value names must be in use and be named once, and nothing may be anomalous.
// This costs one walk (about a second for the largest hives) and makes each edit a local matter.
//
// It does not check what an edit never touches: security descriptors and class names.
#pragma once

#include <cstdint>
#include <vector>

#include "core/budget.h"
#include "core/result.h"
#include "formats/regf/hive.h"

namespace antidotary::regf {

struct FreeCell {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;  ///< Bytes, with the size field.
};

class Census {
 public:
  /// Errors: refused, with what is dirty or damaged; budget_spent.
  static Result<Census> take(const Hive& hive, Budget& budget);

  /// True where a cell in use begins at `offset`.
  bool is_live(std::uint32_t offset) const;
  /// The smallest free cell of at least `size` bytes (with its size field), or null.
  const FreeCell* free_cell_for(std::uint32_t size) const;

 private:
  Status count_cells(const Hive& hive, Budget& budget);
  Status claim_all(const Hive& hive);
  Status claim_key(const Hive& hive, const Key& key);
  Status claim(std::uint32_t offset);

  std::vector<bool> live_;     ///< By offset / 8.
  std::vector<bool> claimed_;  ///< Likewise: already named by something.
  std::vector<FreeCell> free_;
};

}  // namespace antidotary::regf
