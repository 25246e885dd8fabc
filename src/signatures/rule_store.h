// RuleStore: the rules of a corpus until they are built, as bytes: a rule as a model takes some
// forty bytes for each that its pattern matches, and a database has hundreds of thousands.
#pragma once

#include <cstddef>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "pack/rule.h"

namespace antidotary::signatures {

class RuleStore {
 public:
  /// Errors: bad_input (over the limits of pack/rule_code.h and pack/pattern_code.h).
  Status add(const pack::Rule& rule);
  std::size_t size() const { return places_.size(); }
  bool empty() const { return places_.empty(); }
  /// The rule as it was added. `index` below size(). Errors: internal.
  Result<pack::Rule> at(std::size_t index) const;

 private:
  /// Blocks are never moved, so that growing needs no second copy of all.
  static constexpr std::size_t block_bytes = 1 << 20;
  struct Place {
    std::uint32_t block = 0;
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;
  };
  std::vector<Buffer> blocks_;
  std::vector<Place> places_;
};

}  // namespace antidotary::signatures
