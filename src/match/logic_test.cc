#include "match/logic.h"

#include <gmock/gmock.h>

#include <limits>
#include <random>

namespace antidotary::match {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using Count = Expr::Count;
using Op = Expr::Op;

Expr sub(std::uint32_t index, Count count = Count::none, std::uint32_t value = 0) {
  Expr out;
  out.index = index;
  out.count = count;
  out.count_value = value;
  return out;
}

Expr group(Op op, std::vector<Expr> kids, Count count = Count::none, std::uint32_t value = 0,
           std::optional<std::uint32_t> distinct = std::nullopt) {
  Expr out;
  out.op = op;
  out.kids = std::move(kids);
  out.count = count;
  out.count_value = value;
  out.distinct = distinct;
  return out;
}

bool holds(const Expr& expr, const std::vector<std::uint32_t>& hits) {
  const auto out = evaluate(expr, hits);
  EXPECT_TRUE(out);
  return out && *out;
}

TEST(Logic, OfASubsignatureCountsItsHits) {
  EXPECT_TRUE(holds(sub(0), {1}));
  EXPECT_FALSE(holds(sub(0), {0}));
  EXPECT_TRUE(holds(sub(0, Count::equal, 2), {2}));
  EXPECT_FALSE(holds(sub(0, Count::equal, 2), {3}));
  EXPECT_TRUE(holds(sub(0, Count::equal, 0), {0}));
  EXPECT_TRUE(holds(sub(0, Count::more, 2), {3}));
  EXPECT_FALSE(holds(sub(0, Count::more, 2), {2}));
  EXPECT_TRUE(holds(sub(0, Count::fewer, 2), {1}));
  EXPECT_FALSE(holds(sub(0, Count::fewer, 2), {2}));
}

TEST(Logic, OfAGroupIsOfItsKids) {
  EXPECT_TRUE(holds(group(Op::all, {sub(0), sub(1)}), {1, 1}));
  EXPECT_FALSE(holds(group(Op::all, {sub(0), sub(1)}), {1, 0}));
  EXPECT_TRUE(holds(group(Op::any, {sub(0), sub(1)}), {1, 0}));
  EXPECT_FALSE(holds(group(Op::any, {sub(0), sub(1)}), {0, 0}));
}

// Each of these was asked of clamscan 1.4.6.
TEST(Logic, CountsTheHitsOfTheKidsThatHold) {
  EXPECT_FALSE(holds(group(Op::all, {sub(2), sub(0)}, Count::more, 2), {3, 0, 0, 1}));
  EXPECT_TRUE(
      holds(group(Op::all, {sub(3), sub(0, Count::fewer, 3)}, Count::fewer, 3), {3, 1, 3, 1}));
  EXPECT_FALSE(holds(group(Op::any, {sub(1, Count::more, 1), sub(0)}, Count::more, 1), {1, 1}));
  EXPECT_TRUE(holds(group(Op::any, {sub(0, Count::fewer, 2), sub(0), sub(3)}, Count::equal, 2),
                    {2, 3, 0, 0}));
}

TEST(Logic, CountsDifferentOnesThatHold) {
  const Expr two = group(Op::any, {sub(0), sub(1), sub(2)}, Count::more, 1, 2);
  EXPECT_TRUE(holds(two, {1, 0, 1}));
  EXPECT_FALSE(holds(two, {5, 0, 0}));
  // One that holds without a hit is counted.
  EXPECT_TRUE(
      holds(group(Op::all, {sub(1, Count::fewer, 1), sub(2)}, Count::more, 1, 2), {2, 0, 2, 1}));
  // Those below a counted group are not.
  EXPECT_FALSE(
      holds(group(Op::any,
                  {group(Op::any, {sub(2, Count::equal, 1), sub(3)}), sub(2),
                   group(Op::any, {sub(3, Count::equal, 4), sub(1), sub(3)}, Count::more, 4)},
                  Count::more, 3, 2),
            {0, 3, 0, 3}));
}

TEST(Logic, OverMissingSubsignaturesIsMalformed) {
  const auto out = evaluate(group(Op::any, {sub(0), sub(2)}), std::vector<std::uint32_t>{1, 1});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, ErrorKind::malformed);
}

TEST(Logic, KeepsToItsLimits) {
  Expr deep = sub(0);
  for (int i = 0; i < 64; ++i) deep = group(Op::all, {deep});
  EXPECT_TRUE(encode(deep));
  EXPECT_FALSE(encode(group(Op::all, {deep})));
  EXPECT_TRUE(encode(group(Op::any, std::vector<Expr>(4095, sub(1)))));
  EXPECT_FALSE(encode(group(Op::any, std::vector<Expr>(4096, sub(1)))));
  EXPECT_TRUE(encode(sub(63)));
  const auto over = encode(sub(64));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().kind, ErrorKind::bad_input);
}

/// Random expressions; with `apart` no subsignature stands twice.
class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}

  Expr make(std::uint32_t depth, bool apart, std::uint64_t& used) {
    if (depth == 0 || random_() % 3 == 0) {
      std::uint32_t index = static_cast<std::uint32_t>(random_() % 4);
      while (apart && (used >> index & 1) != 0 && used != 15) index = (index + 1) % 4;
      used |= 1ull << index;
      Expr out = sub(index);
      if (random_() % 2 == 0) put_count(out);
      return out;
    }
    Expr out = group(random_() % 2 == 0 ? Op::all : Op::any, {});
    const std::uint64_t kids = random_() % 4;
    for (std::uint64_t i = 0; i < kids && !(apart && used == 15); ++i) {
      out.kids.push_back(make(depth - 1, apart, used));
    }
    if (random_() % 2 == 0) put_count(out);
    if (out.count != Count::none && random_() % 2 == 0) {
      out.distinct = static_cast<std::uint32_t>(random_() % 5);
    }
    return out;
  }

 private:
  void put_count(Expr& out) {
    out.count = static_cast<Count>(1 + random_() % 3);
    out.count_value = static_cast<std::uint32_t>(random_() % 4);
  }
  std::mt19937 random_;
};

/// Calls `visit` with every vector of 0 to 4 hits of four subsignatures.
template <class Visit>
void all_vectors(Visit visit) {
  std::vector<std::uint32_t> hits(4);
  for (std::uint32_t i = 0; i < 625; ++i) {
    hits = {i % 5, i / 5 % 5, i / 25 % 5, i / 125};
    visit(hits);
  }
}

std::uint32_t mask_of(const std::vector<std::uint32_t>& numbers) {
  std::uint32_t out = 0;
  for (const std::uint32_t number : numbers) out |= 1u << number;
  return out;
}

/// The sets of subsignatures that are hit in some vector where the expression is true.
std::vector<std::uint32_t> true_masks(const Expr& expr) {
  std::vector<bool> seen(16);
  all_vectors([&](const std::vector<std::uint32_t>& hits) {
    std::uint32_t mask = 0;
    for (std::uint32_t i = 0; i < 4; ++i) mask |= hits[i] > 0 ? 1u << i : 0;
    if (!seen[mask]) seen[mask] = holds(expr, hits);
  });
  std::vector<std::uint32_t> out;
  for (std::uint32_t mask = 0; mask < 16; ++mask) {
    if (seen[mask]) out.push_back(mask);
  }
  return out;
}

TEST(Logic, SurvivesItsCode) {
  Maker maker(3);
  for (int round = 0; round < 2000; ++round) {
    std::uint64_t used = 0;
    const Expr expr = maker.make(4, false, used);
    const auto code = encode(expr);
    ASSERT_TRUE(code);
    const auto again = decode(*code);
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, expr);
    for (std::size_t i = 0; i < code->size(); ++i) EXPECT_FALSE(decode(Bytes(*code).first(i)));
  }
}

TEST(Cover, IsHitWhereverTheExpressionIsTrue) {
  Maker maker(4);
  const std::vector<double> costs = {1, 2.5, 4, 8};
  int found = 0;
  for (int round = 0; round < 3000; ++round) {
    std::uint64_t used = 0;
    const Expr expr = maker.make(1 + static_cast<std::uint32_t>(round) % 4, false, used);
    const auto subs = cover(expr, costs);
    if (!subs) continue;
    ++found;
    const std::uint32_t mask = mask_of(*subs);
    for (const std::uint32_t hit : true_masks(expr)) {
      ASSERT_NE(hit & mask, 0u) << describe(expr) << " with " << hit << " by " << mask;
    }
  }
  EXPECT_GT(found, 1000);
}

// With each subsignature once, the recursion finds what trying all sets finds, but for a few of
// these random expressions: it does not see where counts contradict each other.
TEST(Cover, IsTheCheapest) {
  Maker maker(5);
  const std::vector<double> costs = {1, 2.5, 4, 8};
  int worse = 0;
  constexpr int rounds = 3000;
  for (int round = 0; round < rounds; ++round) {
    std::uint64_t used = 0;
    const Expr expr = maker.make(1 + static_cast<std::uint32_t>(round) % 4, true, used);
    const auto masks = true_masks(expr);
    double best = std::numeric_limits<double>::infinity();
    for (std::uint32_t set = 0; set < 16; ++set) {
      bool sound = true;
      for (const std::uint32_t hit : masks) sound = sound && (hit & set) != 0;
      double cost = 0;
      for (std::uint32_t i = 0; i < 4; ++i) cost += (set >> i & 1) != 0 ? costs[i] : 0;
      if (sound) best = std::min(best, cost);
    }
    const auto subs = cover(expr, costs);
    double cost = subs ? 0 : std::numeric_limits<double>::infinity();
    if (subs) {
      for (const std::uint32_t number : *subs) cost += costs[number];
    }
    if (cost > best) ++worse;
  }
  EXPECT_LT(worse, rounds / 15);
}

TEST(Cover, TakesTheRarestOfAllAndAllOfAny) {
  const std::vector<double> costs = {3, 1, 2};
  EXPECT_THAT(cover(group(Op::all, {sub(0), sub(1), sub(2)}), costs), Optional(ElementsAre(1)));
  EXPECT_THAT(cover(group(Op::any, {sub(0), sub(1), sub(2)}), costs),
              Optional(ElementsAre(0, 1, 2)));
}

TEST(Cover, LeavesOutTheCostliestWhereSeveralMustHold) {
  const std::vector<double> costs = {3, 1, 2, 9};
  const Expr three = group(Op::any, {sub(0), sub(1), sub(2), sub(3)}, Count::more, 2, 3);
  EXPECT_THAT(cover(three, costs), Optional(ElementsAre(1, 2)));
}

TEST(Cover, IsNoneWhereNothingNeedBeHitOrCanBeSought) {
  const std::vector<double> costs = {1, std::numeric_limits<double>::infinity()};
  EXPECT_EQ(cover(sub(0, Count::equal, 0), costs), std::nullopt);
  EXPECT_EQ(cover(sub(0, Count::fewer, 3), costs), std::nullopt);
  EXPECT_EQ(cover(sub(1), costs), std::nullopt);
  EXPECT_EQ(cover(group(Op::any, {sub(0), sub(1)}), costs), std::nullopt);
  EXPECT_THAT(cover(group(Op::all, {sub(0), sub(1)}), costs), Optional(ElementsAre(0)));
  EXPECT_EQ(cover(sub(7), costs), std::nullopt);
}

TEST(Cover, IsEmptyWhereTheExpressionIsNeverTrue) {
  const std::vector<double> costs = {1, 2};
  EXPECT_THAT(cover(sub(0, Count::fewer, 0), costs), Optional(IsEmpty()));
  EXPECT_THAT(cover(group(Op::any, {sub(0), sub(1)}, Count::more, 1, 3), costs),
              Optional(IsEmpty()));
}

// Hits cut to one must not change the answer unless a subsignature is said to be counted.
TEST(Counted, NamesThoseWhoseNumberMatters) {
  Maker maker(6);
  for (int round = 0; round < 1000; ++round) {
    std::uint64_t used = 0;
    const Expr expr = maker.make(3, false, used);
    const std::vector<bool> matters = counted(expr, 4);
    all_vectors([&](const std::vector<std::uint32_t>& hits) {
      std::vector<std::uint32_t> cut = hits;
      for (std::size_t i = 0; i < 4; ++i) {
        if (!matters[i]) cut[i] = std::min(cut[i], 1u);
      }
      ASSERT_EQ(holds(expr, cut), holds(expr, hits)) << describe(expr);
    });
  }
  EXPECT_THAT(counted(group(Op::all, {sub(0), sub(1, Count::more, 2), sub(2, Count::more, 0)}), 3),
              ElementsAre(false, true, false));
}

TEST(Logic, IsDescribedForAPerson) {
  EXPECT_EQ(describe(group(Op::all, {sub(0), group(Op::any, {sub(1), sub(2)}, Count::more, 3, 2)})),
            "(0 and (1 or 2) more than 3 times, 2 different ones at least)");
  EXPECT_EQ(describe(sub(3, Count::equal, 1)), "3 exactly 1 times");
}

}  // namespace
}  // namespace antidotary::match
