// Program: a compiled pattern, as bytes of a mapped file, and the verifier that runs it.
//
// A literal scanner says where the anchor's bytes lie; the program says whether the whole pattern
// matches around them. The code is distrusted: every index is checked, every loop is paid for.
#pragma once

#include <functional>
#include <optional>

#include "core/budget.h"
#include "core/bytes.h"
#include "match/pattern.h"

namespace antidotary::match {

/// A stretch of the object: [begin, end), bytes from its start.
struct Span {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool operator==(const Span&) const = default;
};

/// Where a match may begin: lo <= begin <= hi.
struct Window {
  std::uint64_t lo = 0;
  std::uint64_t hi = unbounded;
};

/// Compiles `pattern` around `anchor` (one of anchors(pattern)).
/// Errors: bad_input (no parts, a negated choice of several lengths, over the limits of size).
Result<Buffer> compile(const Pattern& pattern, const Anchor& anchor);

class Program {
 public:
  /// A view of `code`, which must outlive it. Errors: malformed.
  /// Looks at the header alone: it is called for every hit.
  static Result<Program> open(Bytes code);

  /// The bytes to be sought, as compiled in.
  Bytes anchor() const;
  bool nocase() const;

  /// A match that has its anchor at `anchor_at` (bytes from the object's start) and begins in
  /// `window`, or nullopt. Where there are several: for the first place of the anchor's part that
  /// leads to any, the smallest begin, and the smallest end that follows from that place.
  /// Errors: budget_spent; refused (a part stands at over a million places, each of which would
  /// have to be followed); malformed (the code is damaged). A search that was cut is never nullopt.
  Result<std::optional<Span>> match_at(Bytes object, std::uint64_t anchor_at, const Window& window,
                                       Budget& budget) const;
  /// Appends where each such match ends. A pattern is counted as often as it has different ends
  /// (docs/formats/clamav-counting.md): the caller drops repetitions over all anchors. On an error
  /// those found until then are in `ends`.
  Status ends_at(Bytes object, std::uint64_t anchor_at, const Window& window, Budget& budget,
                 std::vector<std::uint64_t>& ends) const;

 private:
  explicit Program(Bytes code) : code_(code) {}
  /// With `all` the ends are gathered there, else the first match is yielded.
  Result<std::optional<Span>> run(Bytes object, std::uint64_t anchor_at, const Window& window,
                                  Budget& budget, std::vector<std::uint64_t>* all) const;
  Bytes code_;
};

/// The naive interpreter: every match of `pattern` in `object` as (begin, end), sorted, without
/// repetition. Exponential in the worst case; for tests and for the differential fuzzer.
std::vector<Span> match_naively(const Pattern& pattern, Bytes object);

}  // namespace antidotary::match
