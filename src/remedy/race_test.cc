// Ten thousand removals against attackers who swap folders and files; `make soak` does 200,000.
#include <gtest/gtest.h>

#include "remedy/fake_race.h"

namespace antidotary::remedy {
namespace {

TEST(RaceTest, RemovalsTouchNothingOutsideAndNothingInnocent) {
  Race race;
  const RaceCount count = race.run(10'000);
  EXPECT_EQ(count.problem, "");
  EXPECT_GE(count.removed, 10'000u);
  EXPECT_EQ(count.touched, 0u);
  // The attackers were really there.
  EXPECT_GT(count.refused, 100u);
  EXPECT_GT(count.swapped, 0u);
  EXPECT_GT(count.restored, 0u);
}

}  // namespace
}  // namespace antidotary::remedy
