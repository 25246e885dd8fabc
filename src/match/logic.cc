#include "match/logic.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "core/reader.h"

namespace antidotary::match {
namespace {

constexpr std::size_t depth_max = 64;
constexpr std::size_t nodes_max = 4096;

Status put(const Expr& expr, std::size_t depth, std::size_t& nodes, Buffer& out) {
  if (depth > depth_max) return fail(ErrorKind::bad_input, "an expression of over 64 levels");
  if (++nodes > nodes_max) return fail(ErrorKind::bad_input, "an expression of over 4096 parts");
  if (expr.op == Expr::Op::sub && expr.index >= subs_max) {
    return fail(ErrorKind::bad_input, "subsignature {} of at most {}", expr.index, subs_max);
  }
  out.push_back(static_cast<std::byte>(expr.op));
  out.push_back(static_cast<std::byte>(expr.count));
  out.push_back(static_cast<std::byte>(expr.distinct ? 1 : 0));
  append_u32_le(
      out, expr.op == Expr::Op::sub ? expr.index : static_cast<std::uint32_t>(expr.kids.size()));
  if (expr.count != Expr::Count::none) append_u32_le(out, expr.count_value);
  if (expr.distinct) append_u32_le(out, *expr.distinct);
  for (const Expr& kid : expr.kids) ANTIDOTARY_CHECK(put(kid, depth + 1, nodes, out));
  return {};
}

Status get(Reader& reader, std::size_t depth, std::size_t& nodes, Expr& out) {
  const std::uint8_t op = ANTIDOTARY_TRY(reader.u8());
  const std::uint8_t count = ANTIDOTARY_TRY(reader.u8());
  const std::uint8_t distinct = ANTIDOTARY_TRY(reader.u8());
  const std::uint32_t number = ANTIDOTARY_TRY(reader.u32_le());
  if (op > 2 || count > 3 || distinct > 1 || depth > depth_max || ++nodes > nodes_max) {
    return fail(ErrorKind::malformed, "an expression that cannot be");
  }
  out.op = static_cast<Expr::Op>(op);
  out.count = static_cast<Expr::Count>(count);
  if (out.count != Expr::Count::none) out.count_value = ANTIDOTARY_TRY(reader.u32_le());
  if (distinct == 1) out.distinct = ANTIDOTARY_TRY(reader.u32_le());
  if (out.op == Expr::Op::sub) {
    if (number >= subs_max) return fail(ErrorKind::malformed, "a subsignature that cannot be");
    out.index = number;
    return {};
  }
  if (number > nodes_max) return fail(ErrorKind::malformed, "an expression that cannot be");
  for (std::uint32_t i = 0; i < number; ++i) {
    ANTIDOTARY_CHECK(get(reader, depth + 1, nodes, out.kids.emplace_back()));
  }
  return {};
}

/// Hits below a node: their number, and which subsignatures (bit i: number i).
struct Below {
  std::uint64_t hits = 0;
  std::uint64_t which = 0;
  bool holds = false;
};

Below look(const Expr& expr, std::span<const std::uint32_t> hits, bool& sound) {
  Below out;
  if (expr.op == Expr::Op::sub) {
    if (expr.index >= hits.size()) {
      sound = false;
      return out;
    }
    out.hits = hits[expr.index];
    out.which = out.hits > 0 ? 1ull << expr.index : 0;
    out.holds = out.hits > 0;
  } else {
    out.holds = expr.op == Expr::Op::all;
    for (const Expr& kid : expr.kids) {
      const Below below = look(kid, hits, sound);
      // A branch that does not hold adds nothing to its parent's count.
      if (below.holds) {
        out.hits += below.hits;
        out.which |= below.which;
      }
      out.holds = expr.op == Expr::Op::all ? out.holds && below.holds : out.holds || below.holds;
    }
  }
  const auto distinct = static_cast<std::uint32_t>(__builtin_popcountll(out.which));
  switch (expr.count) {
    case Expr::Count::none:
      break;
    case Expr::Count::equal:
      out.holds = out.hits == expr.count_value;
      break;
    case Expr::Count::more:
      out.holds = out.hits > expr.count_value;
      break;
    case Expr::Count::fewer:
      out.holds = out.hits < expr.count_value;
      break;
  }
  if (expr.count != Expr::Count::none && expr.distinct) {
    out.holds = out.holds && distinct >= *expr.distinct;
  }
  return out;
}

/// A set of subsignatures with its cost; nullopt: the node may hold without any hit.
struct Cover {
  std::vector<std::uint32_t> subs;
  double cost = 0;
};

std::optional<Cover> cover_of(const Expr& expr, std::span<const double> costs) {
  const bool may_be_empty =
      (expr.count == Expr::Count::equal && expr.count_value == 0) ||
      (expr.count == Expr::Count::fewer && (!expr.distinct || *expr.distinct == 0));
  if (may_be_empty) return std::nullopt;
  if (expr.op == Expr::Op::sub) {
    if (expr.index >= costs.size()) return std::nullopt;
    if (costs[expr.index] == std::numeric_limits<double>::infinity()) return std::nullopt;
    return Cover{{expr.index}, costs[expr.index]};
  }
  // With a count any hit below may be what it counts: the whole group is needed.
  const bool best_kid = expr.op == Expr::Op::all && expr.count == Expr::Count::none;
  std::optional<Cover> out;
  if (!best_kid) out.emplace();
  for (const Expr& kid : expr.kids) {
    auto below = cover_of(kid, costs);
    if (best_kid) {
      if (below && (!out || below->cost < out->cost)) out = std::move(below);
      continue;
    }
    if (!below) return std::nullopt;
    out->subs.insert(out->subs.end(), below->subs.begin(), below->subs.end());
    out->cost += below->cost;
  }
  return out;
}

void mark_counted(const Expr& expr, bool inside, std::vector<bool>& out) {
  const bool here = inside || expr.count != Expr::Count::none;
  if (expr.op == Expr::Op::sub && expr.index < out.size() && here) out[expr.index] = true;
  for (const Expr& kid : expr.kids) mark_counted(kid, here, out);
}

}  // namespace

Result<Buffer> encode(const Expr& expr) {
  Buffer out;
  std::size_t nodes = 0;
  ANTIDOTARY_CHECK(put(expr, 0, nodes, out));
  return out;
}

Result<Expr> decode(Bytes code) {
  Reader reader(code);
  Expr out;
  std::size_t nodes = 0;
  ANTIDOTARY_CHECK(get(reader, 0, nodes, out));
  if (!reader.at_end()) return fail(ErrorKind::malformed, "an expression with a rest");
  return out;
}

Result<bool> evaluate(const Expr& expr, std::span<const std::uint32_t> hits) {
  bool sound = true;
  const bool holds = look(expr, hits, sound).holds;
  if (!sound) return fail(ErrorKind::malformed, "an expression over subsignatures that are not");
  return holds;
}

std::optional<std::vector<std::uint32_t>> cover(const Expr& expr, std::span<const double> costs) {
  auto found = cover_of(expr, costs);
  if (!found || found->subs.empty()) return std::nullopt;
  std::sort(found->subs.begin(), found->subs.end());
  found->subs.erase(std::unique(found->subs.begin(), found->subs.end()), found->subs.end());
  return std::move(found->subs);
}

std::vector<bool> counted(const Expr& expr, std::size_t subs) {
  std::vector<bool> out(subs, false);
  mark_counted(expr, false, out);
  return out;
}

std::string describe(const Expr& expr) {
  std::string out;
  if (expr.op == Expr::Op::sub) {
    out = std::to_string(expr.index);
  } else {
    for (const Expr& kid : expr.kids) {
      if (!out.empty()) out += expr.op == Expr::Op::all ? " and " : " or ";
      out += describe(kid);
    }
    out = "(" + out + ")";
  }
  switch (expr.count) {
    case Expr::Count::none:
      return out;
    case Expr::Count::equal:
      out += fmt::format(" exactly {} times", expr.count_value);
      break;
    case Expr::Count::more:
      out += fmt::format(" more than {} times", expr.count_value);
      break;
    case Expr::Count::fewer:
      out += fmt::format(" fewer than {} times", expr.count_value);
      break;
  }
  if (expr.distinct) out += fmt::format(", {} different ones at least", *expr.distinct);
  return out;
}

}  // namespace antidotary::match
