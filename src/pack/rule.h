// Rule: one signature that looks at more than a digest, as a model. The compilers of signatures
// make it, the pack keeps it as bytes, the matcher evaluates it.
//
// An ndb line is a rule with one subsignature; an ldb line one with up to 64 and an expression.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/result.h"
#include "match/logic.h"
#include "match/pattern.h"

namespace antidotary::pack {

/// What kind of object a rule looks at; the numbers are those of the ClamAV signature format.
enum class Target : std::uint8_t {
  any = 0,
  pe = 1,
  ole2 = 2,
  html = 3,  ///< The normalised view.
  mail = 4,
  graphics = 5,
  elf = 6,
  text = 7,  ///< The normalised view.
  unused = 8,
  macho = 9,
  pdf = 10,
  flash = 11,
  java = 12,
  internal = 13,
  other = 14,
};
inline constexpr std::size_t targets = 15;

struct Range {
  std::uint64_t min = 0;
  std::uint64_t max = match::unbounded;
  bool holds(std::uint64_t value) const { return value >= min && value <= max; }
  bool operator==(const Range&) const = default;
};

/// Where a pattern may begin.
struct Offset {
  enum class Kind : std::uint8_t {
    any,
    start,         ///< `shift` bytes from the object's first byte.
    end,           ///< `shift` bytes (negative) from its end.
    entry_point,   ///< EP+n, EP-n
    section,       ///< Sx+n: from the start of section `number`.
    section_end,   ///< SEx: anywhere inside section `number`.
    last_section,  ///< SL+n
    version_info,  ///< VI: where a string of the PE's version information begins.
    macro_group,   ///< $n of an ndb: a member of macro group `number`.
  };
  Kind kind = Kind::any;
  std::uint32_t number = 0;
  std::int64_t shift = 0;
  std::uint64_t slack = 0;  ///< How many bytes later it may begin.
  bool operator==(const Offset&) const = default;
};

/// One or more patterns, any of which counts as a hit (ascii and wide are two).
struct Body {
  Offset offset;
  std::vector<match::Pattern> patterns;
};

struct RegexUse {
  match::Expr trigger;  ///< Over the rule's other subsignatures.
  Offset offset;
  std::string regex;
  std::string flags;  ///< Letters of "greismxAEU".
};

/// `trigger(>>offset#options#comparison,comparison)`.
struct ByteCompare {
  struct Comparison {
    char op = '=';  ///< '<', '>' or '='.
    std::uint64_t value = 0;
  };
  std::uint32_t trigger = 0;
  std::int64_t offset = 0;  ///< From where the trigger's last match begins.
  char base = 'i';          ///< h, d, a (automatic) or i (raw bytes).
  bool little_endian = true;
  bool exact = false;       ///< e: exactly `bytes` digits.
  std::uint32_t bytes = 0;  ///< 0: it never holds.
  std::vector<Comparison> comparisons;
};

/// A perceptual hash of an image, of which all 64 bits must agree but for `distance`.
struct FuzzyImage {
  std::uint64_t hash = 0;
  std::uint32_t distance = 0;
};

/// `${min-max}group$`: a member of the macro group between min and max bytes after the match of
/// the subsignature before.
struct MacroUse {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::uint32_t group = 0;
};

using Subsignature = std::variant<Body, RegexUse, ByteCompare, FuzzyImage, MacroUse>;

/// What must hold of the object beside the expression. Ranges are inclusive.
struct Conditions {
  Target target = Target::any;
  std::optional<Range> file_size;
  std::optional<Range> entry_point;  ///< File offset.
  std::optional<Range> sections;
  std::string container;  ///< "CL_TYPE_ZIP"; CL_TYPE_ANY: the root object only; empty: anything.
  std::vector<std::string> intermediates;  ///< Containers from the outermost, in exact order.
  std::string handler_type;  ///< On a match the object is looked at again as this type.
  std::string icon_group1;
  std::string icon_group2;
};

/// Where a signature was read.
struct Origin {
  std::uint32_t source = 0;  ///< Index into the pack's sources.
  std::uint32_t line = 0;    ///< 1-based; 0 where there are no lines.
};

struct Rule {
  std::string name;  ///< As written; ".UNOFFICIAL" is added when shown, by its source.
  Conditions conditions;
  match::Expr expr;
  std::vector<Subsignature> subs;
  Origin origin;
  std::string text;  ///< The line as it was, for `explain`.
};

}  // namespace antidotary::pack
