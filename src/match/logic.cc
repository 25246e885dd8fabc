#include "match/logic.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
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
  if (expr.op == Expr::Op::sub && !expr.kids.empty()) {
    return fail(ErrorKind::bad_input, "a subsignature with parts of its own");
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

bool meets(const Expr& expr, std::uint64_t hits) {
  switch (expr.count) {
    case Expr::Count::none:
      return hits > 0;
    case Expr::Count::equal:
      return hits == expr.count_value;
    case Expr::Count::more:
      return hits > expr.count_value;
    case Expr::Count::fewer:
      return hits < expr.count_value;
  }
  return false;
}

/// What a node tells the one above it.
struct Below {
  bool holds = false;
  std::uint64_t hits = 0;
  std::uint64_t which = 0;  ///< Bit i: subsignature i holds.
};

Below look(const Expr& expr, std::span<const std::uint32_t> hits, bool& sound) {
  Below out;
  if (expr.op == Expr::Op::sub) {
    sound = sound && expr.index < std::min(hits.size(), subs_max);
    if (!sound) return out;
    out.hits = hits[expr.index];
    out.holds = meets(expr, out.hits);
    if (out.holds) out.which = 1ull << expr.index;
    return out;
  }
  out.holds = expr.op == Expr::Op::all;
  for (const Expr& kid : expr.kids) {
    const Below below = look(kid, hits, sound);
    if (below.holds) {
      out.hits += below.hits;
      out.which |= below.which;
    }
    out.holds = expr.op == Expr::Op::all ? out.holds && below.holds : out.holds || below.holds;
  }
  if (!out.holds) out = {};
  if (expr.count == Expr::Count::none) return out;
  const auto distinct = static_cast<std::uint32_t>(std::popcount(out.which));
  out.holds = meets(expr, out.hits) && distinct >= expr.distinct.value_or(0);
  out.which = 0;
  return out;
}

/// A set of subsignatures as bits, and the sum of their costs; infinity: there is no such set.
struct Set {
  std::uint64_t subs = 0;
  double cost = 0;
};
constexpr Set no_set{0, std::numeric_limits<double>::infinity()};

/// Of which at least one is hit where the node holds; and where it holds and has hits.
struct Covers {
  Set holds;
  Set has_hits;
};

class Coverer {
 public:
  explicit Coverer(std::span<const double> costs) : costs_(costs) {}

  Covers of(const Expr& expr) const {
    if (expr.op == Expr::Op::sub) return of_sub(expr);
    Set best_kid = no_set;
    Set all_kids;
    Set all_hits;
    for (const Expr& kid : expr.kids) {
      const Covers below = of(kid);
      best_kid = cheaper(best_kid, below.holds);
      all_kids = united(all_kids, below.holds);
      all_hits = united(all_hits, below.has_hits);
    }
    const Set plain = expr.op == Expr::Op::all ? best_kid : all_kids;
    const Set plain_hits = cheaper(plain, all_hits);
    if (expr.count == Expr::Count::none) return {plain, plain_hits};
    // A counted group has hits, or different ones, only where it would hold without its count.
    const Set by_distinct = expr.distinct ? of_distinct(expr) : no_set;
    const bool never = expr.count == Expr::Count::fewer && expr.count_value == 0;
    if (never) return {};
    if (!meets(expr, 0)) {
      const Set found = cheaper(plain_hits, by_distinct);
      return {found, found};
    }
    Covers out{by_distinct, Set{}};
    if (expr.distinct.value_or(0) > 0) out.holds = cheaper(out.holds, plain);
    const bool only_zero = expr.count == Expr::Count::equal || expr.count_value == 1;
    if (!only_zero) out.has_hits = cheaper(plain_hits, by_distinct);
    return out;
  }

 private:
  Set one(std::uint32_t index) const {
    if (index >= std::min(costs_.size(), subs_max)) return no_set;
    return {1ull << index, costs_[index]};
  }

  Set united(const Set& a, const Set& b) const {
    Set out{a.subs | b.subs, a.cost + b.cost};
    if ((a.subs & b.subs) == 0 || out.cost == no_set.cost) return out;
    out.cost = 0;
    for (std::uint64_t rest = out.subs; rest != 0; rest &= rest - 1) {
      out.cost += costs_[static_cast<std::size_t>(std::countr_zero(rest))];
    }
    return out;
  }

  static Set cheaper(const Set& a, const Set& b) { return b.cost < a.cost ? b : a; }

  Covers of_sub(const Expr& expr) const {
    const bool never = expr.count == Expr::Count::fewer && expr.count_value == 0;
    if (never) return {};
    if (!meets(expr, 0)) return {one(expr.index), one(expr.index)};
    const bool only_zero = expr.count == Expr::Count::equal || expr.count_value == 1;
    return {no_set, only_zero ? Set{} : one(expr.index)};
  }

  /// Bits of the subsignatures below a group, not through a counted one: those that hold only
  /// where they are hit, and those that hold without as well.
  static void collect(const Expr& group, std::uint64_t& by_hit, std::uint64_t& without) {
    for (const Expr& kid : group.kids) {
      if (kid.op != Expr::Op::sub) {
        if (kid.count == Expr::Count::none) collect(kid, by_hit, without);
      } else if (kid.index < subs_max) {
        (meets(kid, 0) ? without : by_hit) |= 1ull << kid.index;
      }
    }
  }

  /// Where so many different ones of a few must hold, the costliest may be left out: of the rest
  /// one at least is among them.
  Set of_distinct(const Expr& group) const {
    std::uint64_t by_hit = 0;
    std::uint64_t without = 0;
    collect(group, by_hit, without);
    by_hit &= ~without;
    const auto free = static_cast<std::uint32_t>(std::popcount(without));
    const std::uint32_t wanted = *group.distinct;
    if (wanted <= free) return no_set;
    std::vector<std::uint32_t> subs;
    for (std::uint64_t rest = by_hit; rest != 0; rest &= rest - 1) {
      subs.push_back(static_cast<std::uint32_t>(std::countr_zero(rest)));
    }
    if (wanted - free > subs.size()) return {};
    std::stable_sort(subs.begin(), subs.end(), [this](std::uint32_t a, std::uint32_t b) {
      return one(a).cost < one(b).cost;
    });
    subs.resize(subs.size() - (wanted - free) + 1);
    Set out;
    for (const std::uint32_t sub : subs) out = united(out, one(sub));
    return out;
  }

  std::span<const double> costs_;
};

/// True where a count tells more than whether there was a hit.
bool counts(const Expr& expr) {
  switch (expr.count) {
    case Expr::Count::none:
      return false;
    case Expr::Count::equal:
    case Expr::Count::more:
      return expr.count_value > 0;
    case Expr::Count::fewer:
      return expr.count_value > 1;
  }
  return true;
}

void mark_counted(const Expr& expr, bool inside, std::vector<bool>& out) {
  const bool here = inside || counts(expr);
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
  const Set found = Coverer(costs).of(expr).holds;
  if (found.cost == no_set.cost) return std::nullopt;
  std::vector<std::uint32_t> out;
  for (std::uint64_t rest = found.subs; rest != 0; rest &= rest - 1) {
    out.push_back(static_cast<std::uint32_t>(std::countr_zero(rest)));
  }
  return out;
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
