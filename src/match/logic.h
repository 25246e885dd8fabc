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

/// A tree. `sub`: subsignature `index` was hit. `all`, `any`: of the kids. A count applies to any
/// node: the number of hits of the subsignatures below it, and, where `distinct` is given, how
/// many different ones were hit at least.
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

/// The cheapest set of subsignatures of which at least one is hit wherever the expression is true,
/// by their costs (infinity: cannot be sought). Nullopt: it may be true where none is hit.
std::optional<std::vector<std::uint32_t>> cover(const Expr& expr, std::span<const double> costs);

/// Subsignatures whose count matters beyond zero or more than zero.
std::vector<bool> counted(const Expr& expr, std::size_t subs);

std::string describe(const Expr& expr);

}  // namespace antidotary::match
