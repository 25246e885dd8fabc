// Candidates: rules that a literal or their nature made possible for one object, decided together.
//
// The patterns of all candidates are sought in one pass; the rest (comparisons, regular
// expressions, macros, images) is asked only where the patterns leave it open.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/budget.h"
#include "pack/gaps.h"
#include "pack/matcher.h"
#include "pack/regex_cache.h"

namespace antidotary::pack {

class Candidates {
 public:
  /// What cannot be decided is told to `gaps`. All must outlive this.
  Candidates(const Pack& pack, RegexCache& regexes, Gaps& gaps)
      : pack_(pack), regexes_(regexes), gaps_(gaps) {}

  /// Decides `rules` (numbers, without repetition) for the object; appends what holds.
  /// Errors: budget_spent.
  Status decide(std::span<const std::uint32_t> rules, const Subject& subject, Budget& budget,
                std::vector<Finding>& findings);

 private:
  const Pack& pack_;
  RegexCache& regexes_;
  Gaps& gaps_;
};

/// The finding of a rule, its evidence still to be added.
Finding finding_of(const Pack& pack, const Rule& rule);

}  // namespace antidotary::pack
