// Literals: thousands of short byte strings sought at once, by Hyperscan.
//
// The compiled set is an image (bytes) that is kept in a pack and opened again in milliseconds by
// the same library version; any other version refuses it, and the set is compiled anew.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/bytes.h"
#include "core/page_advice.h"
#include "core/result.h"

namespace antidotary::match {

struct Literal {
  std::string bytes;  ///< 1 to 8 bytes; the set must not hold two equal ones of the same nocase.
  bool nocase = false;
  std::uint32_t id = 0;  ///< What a hit reports.
};

/// Library, version and processor features that images of this build are made for.
std::string literals_platform();

/// Deterministic. Several calls may run in several threads.
///
/// One set is scanned once. Sets cut into shards compile sooner and scan slower: 200,000 mixed
/// literals of 8 bytes (10 s to compile, 24 MB) go over a program at 114 MB/s and over text at
/// 123; in two shards, compiled by two threads in 5.7 s, at 81 and 66; in four at 61 and 39.
/// 20,000 literals (0.6 s, 2 MB) go at 611 and 551 MB/s: sets are better split by kind of object.
///
/// Errors: bad_input (a literal of no bytes or of over 8, over 8 million literals), internal (the
/// library refused).
Result<Buffer> compile_literals(std::span<const Literal> literals);

/// An opened set: immutable, shared by any number of scans.
class LiteralSet {
 public:
  /// `image` must outlive the set, which uses it where it lies if that is at a multiple of 64, and
  /// else copies most of it. `advice` is told of pieces of the image as they are checked.
  /// Errors: unsupported (made by another version or for other processor
  /// features), malformed, truncated.
  static Result<LiteralSet> open(Bytes image, const PageAdvice& advice = {});
  LiteralSet(LiteralSet&&) noexcept;
  LiteralSet& operator=(LiteralSet&&) noexcept;
  ~LiteralSet();

  /// Working memory of one scan at a time, made for any number of sets, which outlive it.
  class Scratch {
   public:
    Scratch();
    Scratch(Scratch&&) noexcept;
    ~Scratch();
    /// Must be called for each set before a scan; reads it whole the first time. Errors: internal.
    Status fit(const LiteralSet& set);

   private:
    friend class LiteralSet;
    struct State;
    std::unique_ptr<State> state_;
  };

  /// Called with the literal's id and where its first byte lies; false ends the scan.
  using Hit = bool (*)(void* context, std::uint32_t id, std::uint64_t begin);

  /// Finds all literals in `block`, in no particular order, whose first byte lies at `base` of the
  /// object. Literals that end at or before `skip` bytes of the block are not reported (an overlap
  /// already scanned). Errors: internal.
  Status scan(Bytes block, std::uint64_t base, std::size_t skip, Scratch& scratch, Hit hit,
              void* context) const;

 private:
  struct State;
  explicit LiteralSet(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::match
