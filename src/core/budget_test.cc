// Budget: each limit is reached exactly, stays on record, and nesting cannot multiply it.
#include "core/budget.h"

#include <gtest/gtest.h>

namespace antidotary {
namespace {

TEST(Budget, PaysExactlyItsSteps) {
  Limits limits;
  limits.steps_max = 3;
  Budget budget(limits);
  EXPECT_TRUE(budget.step(3).has_value());
  const auto spent = budget.step();
  ASSERT_FALSE(spent.has_value());
  EXPECT_EQ(spent.error().kind, ErrorKind::budget_spent);
  EXPECT_EQ(spent.error().what, "the limit steps_max of 3 was reached");
  EXPECT_EQ(budget.spent(), Limit::steps);
}

TEST(Budget, PaysExactlyItsBytesWithoutOverflow) {
  Limits limits;
  limits.bytes_max = 10;
  Budget budget(limits);
  EXPECT_TRUE(budget.bring_out(10).has_value());
  EXPECT_FALSE(budget.bring_out(~std::uint64_t{0}).has_value());
  EXPECT_EQ(budget.spent(), Limit::bytes);
}

TEST(Budget, HoldsTheRatioOfTheWholeOnceItsFloorIsPassed) {
  Limits limits;
  limits.ratio_max = 10;
  limits.ratio_floor_bytes = 1000;
  Budget budget(limits);
  budget.set_source(150);
  EXPECT_TRUE(budget.bring_out(1000).has_value());
  EXPECT_TRUE(budget.bring_out(499).has_value());
  const auto spent = budget.bring_out(1);
  ASSERT_FALSE(spent.has_value());
  EXPECT_EQ(spent.error().kind, ErrorKind::budget_spent);
  EXPECT_EQ(spent.error().what, "the limit ratio_max of 10 was reached");
  EXPECT_EQ(budget.spent(), Limit::ratio);
}

TEST(Budget, AsksForNoRatioWhereNoneIsSetOrTheSourceIsNotKnown) {
  Limits limits;
  limits.ratio_floor_bytes = 0;
  Budget unknown(limits);
  EXPECT_TRUE(unknown.bring_out(1000).has_value());
  limits.ratio_max = 0;
  Budget any(limits);
  any.set_source(1);
  EXPECT_TRUE(any.bring_out(1'000'000).has_value());
}

TEST(Budget, CountsObjects) {
  Limits limits;
  limits.objects_max = 2;
  Budget budget(limits);
  EXPECT_TRUE(budget.new_object().has_value());
  EXPECT_TRUE(budget.new_object().has_value());
  EXPECT_FALSE(budget.new_object().has_value());
}

TEST(Budget, GivesALevelBackWhenItsGuardGoes) {
  Limits limits;
  limits.depth_max = 1;
  Budget budget(limits);
  {
    const auto level = budget.enter();
    ASSERT_TRUE(level.has_value());
    EXPECT_FALSE(budget.enter().has_value());
  }
  EXPECT_TRUE(budget.enter().has_value());
}

TEST(Budget, StopsAtItsTimeByTheClockThatIsHandedIn) {
  std::uint64_t now_ms = 1000;
  Limits limits;
  limits.time_ms_max = 50;
  Budget budget(limits, [&now_ms] { return now_ms; });
  EXPECT_TRUE(budget.step(1u << 16).has_value());
  now_ms += 51;
  EXPECT_FALSE(budget.step(1u << 17).has_value());
  EXPECT_EQ(budget.spent(), Limit::time);
}

TEST(Budget, TellsTheTimeThatIsLeft) {
  std::uint64_t now_ms = 1000;
  Limits limits;
  limits.time_ms_max = 50;
  const Budget timed(limits, [&now_ms] { return now_ms; });
  EXPECT_EQ(timed.time_left_ms(), 50u);
  now_ms += 20;
  EXPECT_EQ(timed.time_left_ms(), 30u);
  now_ms += 500;
  EXPECT_EQ(timed.time_left_ms(), 0u);
  EXPECT_EQ(Budget(limits).time_left_ms(), 50u);
}

TEST(Budget, KeepsTheFirstLimitOnRecord) {
  Limits limits;
  limits.objects_max = 0;
  limits.depth_max = 0;
  Budget budget(limits);
  EXPECT_FALSE(budget.new_object().has_value());
  EXPECT_FALSE(budget.enter().has_value());
  EXPECT_EQ(budget.spent(), Limit::objects);
}

}  // namespace
}  // namespace antidotary
