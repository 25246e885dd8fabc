// BuildRules: rules into programs, literals and postings.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "core/result.h"
#include "pack/file.h"
#include "pack/rule.h"
#include "signatures/corpus.h"
#include "signatures/ignored.h"

namespace antidotary::signatures {

/// The sections that rules become.
struct RuleSections {
  Buffer index;
  Buffer rules;
  Buffer programs;
  Buffer texts;
  Buffer macros;
  struct Set {
    Buffer literals;
    pack::Sha256 literals_inputs{};
    Buffer postings;
    Buffer always;
  };
  std::array<Set, pack::targets> sets;
};

/// Takes the corpus's rules but for those that are `ignored`; those that cannot be sought are
/// refused in `corpus`. Literals whose inputs are those of a section of `older` (or null) are
/// copied from it.
Result<RuleSections> build_rules(
    Corpus& corpus, const Ignored& ignored, const pack::File* older,
    const std::function<void(std::string_view, std::uint64_t, std::uint64_t)>& progress);

}  // namespace antidotary::signatures
