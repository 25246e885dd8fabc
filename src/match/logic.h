// Logic: an expression over numbered subsignatures with counts, as a model, as code and evaluated.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::match {

/// A tree. `sub`: subsignature `index` was hit. `all`, `any`: of the kids.
///
/// A count applies to any node. Of a sub it replaces "was hit": so many hits. Of a group it
/// replaces "all", "any": the group then holds where the number of its hits is so, and `distinct`,
/// if given, is reached. The hits of a group are those of the kids that hold, and none where it
/// would not hold without its count; `distinct` is how many different subsignatures hold below
/// it, not through another counted group (of a sub it means nothing). This is how clamscan 1.4.6
/// answers: no difference in 84,000 random expressions and files.
struct Expr {
  enum class Op : std::uint8_t { sub, all, any };
  enum class Count : std::uint8_t { none, equal, more, fewer };
  Op op = Op::sub;
  std::uint32_t index = 0;
  std::vector<Expr> kids;
  Count count = Count::none;
  std::uint32_t count_value = 0;
  std::optional<std::uint32_t> distinct;
  bool operator==(const Expr&) const = default;
};

inline constexpr std::size_t subs_max = 64;

/// Errors: bad_input (deeper than 64, over `subs_max`, over 4,096 nodes).
Result<Buffer> encode(const Expr& expr);
/// Errors: malformed.
Result<Expr> decode(Bytes code);

/// `hits[i]` is how often subsignature i was found. Errors: malformed.
Result<bool> evaluate(const Expr& expr, std::span<const std::uint32_t> hits);

/// A cheap set of subsignatures, ascending, of which at least one is hit wherever the expression
/// is true, by their costs (not negative; infinity: cannot be sought). The best where no
/// subsignature stands twice. Empty: it is never true. Nullopt: it may be true where none of those
/// that can be sought is hit.
std::optional<std::vector<std::uint32_t>> cover(const Expr& expr, std::span<const double> costs);

/// Subsignatures of which it matters how often they are hit, not only whether.
std::vector<bool> counted(const Expr& expr, std::size_t subs);

/// For a person: "(0 and (1 or 2)) more than 3 times".
std::string describe(const Expr& expr);

}  // namespace antidotary::match
