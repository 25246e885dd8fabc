// RuleSet: the rules of one target with the literals by which they are met. It says which rules an
// object may match; whether they do is the matcher's to find out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "match/literals.h"

namespace antidotary::pack {

/// What a literal is an anchor of: pattern `pattern` of subsignature `sub` of rule `rule`.
struct Posting {
  std::uint32_t rule = 0;
  std::uint16_t sub = 0;
  std::uint16_t pattern = 0;
  bool operator==(const Posting&) const = default;
};

/// The postings of one literal: a view that decodes as it is read and allocates nothing.
class Postings {
 public:
  class Iterator {
   public:
    Iterator(const Postings* postings, std::size_t at) : postings_(postings), at_(at) {}
    Posting operator*() const { return (*postings_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const Postings* postings_;
    std::size_t at_;
  };

  explicit Postings(Bytes records) : records_(records) {}
  std::size_t size() const { return records_.size() / record_bytes; }
  /// `index` must be below size().
  Posting operator[](std::size_t index) const;
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

  static constexpr std::size_t record_bytes = 8;

 private:
  Bytes records_;
};

class RuleSet {
 public:
  /// A target without rules.
  RuleSet() = default;
  /// Views of a pack's sections, which must outlive the set; empty where there are none.
  /// `postings`: count u32, index, records. `always`: u32 each.
  /// Errors: unsupported (literals of another library), malformed.
  /// `advice`: of match::LiteralSet::open.
  static Result<RuleSet> open(Bytes literals, Bytes postings, Bytes always,
                              const PageAdvice& advice = {});

  /// Null where no rule of the target is met by a literal.
  const match::LiteralSet* literals() const { return literals_ ? &*literals_ : nullptr; }
  /// Rule numbers, ascending, to be evaluated on each object of the target, because no literal
  /// implies them.
  const std::vector<std::uint32_t>& always() const { return always_; }
  /// Errors: malformed (no such literal, a damaged table).
  Result<Postings> postings(std::uint32_t literal) const;

 private:
  std::optional<match::LiteralSet> literals_;
  Bytes index_;     ///< u32 each, one more than literals: where a literal's records begin.
  Bytes postings_;  ///< Records of rule u32, subsignature u16, pattern u16.
  std::vector<std::uint32_t> always_;
};

}  // namespace antidotary::pack
