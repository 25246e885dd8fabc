// Pattern: a byte pattern as a model, before it is compiled. It knows bytes, not their meaning.
//
// A pattern is one or more parts; between two parts lies a gap of so many bytes. A part is a run
// of units, each of which takes its bytes at once: a masked byte, a choice of byte strings, or an
// edge between bytes (of a word, a line), which takes none.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/result.h"

namespace antidotary::match {

/// Matches a byte b where (b & mask) == value. Mask 0xff: exactly; 0xf0, 0x0f: a nibble; 0: any.
struct Position {
  std::uint8_t value = 0;
  std::uint8_t mask = 0xff;
  bool operator==(const Position&) const = default;
};

/// One of several byte strings. Negated: none of them (then all have one length, which is taken).
struct Choice {
  bool negated = false;
  std::vector<std::vector<Position>> strings;
  bool operator==(const Choice&) const = default;
};

/// A place at a pattern's begin or end; the object's ends count as edges of every kind. Which
/// bytes make an edge was asked of clamscan byte by byte (docs/formats/clamav-counting.md).
struct Edge {
  enum class Kind : std::uint8_t {
    word,       ///< (B): white space and some punctuation, not the same on both sides.
    line,       ///< (L): LF before; LF or CR LF after.
    non_alnum,  ///< (W): a byte that is not alphanumeric.
    /// The same of text of two bytes a letter: what is no alphanumeric byte with a NUL behind.
    wide_non_alnum,
  };
  Kind kind = Kind::word;
  bool negated = false;
  bool after = false;  ///< Looks at the byte after the place; else at the one before.
  bool operator==(const Edge&) const = default;
};

using Unit = std::variant<Position, Choice, Edge>;

inline constexpr std::uint64_t unbounded = std::numeric_limits<std::uint64_t>::max();

struct Part {
  /// Bytes between the end of the part before and the start of this one; of the first part: 0, 0.
  std::uint64_t gap_min = 0;
  std::uint64_t gap_max = 0;  ///< `unbounded` where nothing bounds it.
  std::vector<Unit> units;
  bool operator==(const Part&) const = default;
};

struct Pattern {
  bool nocase = false;  ///< ASCII letters of either case are equal, where the mask is 0xff.
  std::vector<Part> parts;
  bool operator==(const Pattern&) const = default;
};

/// A run of exact bytes inside a pattern by which it can be sought: the literal scanner finds the
/// bytes, the program verifies the rest around them.
struct Anchor {
  std::string bytes;  ///< 1 to `anchor_bytes_max`; lower case where the pattern is nocase.
  std::uint32_t part = 0;
  /// Distance in bytes from the part's first byte; the run lies before the part's first unit of
  /// varying length, or the program counts back from it.
  std::uint32_t unit = 0;  ///< Index of the run's first unit in the part.
  double surprise = 0;     ///< How rare: the expected -log2 of its frequency; higher is rarer.
};
inline constexpr std::size_t anchor_bytes_max = 8;

/// The best anchor of each run of the pattern, rarest first. Empty where no byte is exact.
std::vector<Anchor> anchors(const Pattern& pattern);

/// -log2 of how often `bytes` is expected at one place of ordinary files, by a fixed model of byte
/// pairs. Deterministic.
double surprise_of(std::string_view bytes, bool nocase);

/// The pattern for a person: "4d5a ?? {4-8} 'This program' *  50450000".
std::string describe(const Pattern& pattern);

}  // namespace antidotary::match
