// Method: the published formula's corners, and each edge between two words.
#include "entries/ratings.h"

#include <gmock/gmock.h>

namespace antidotary::entries {
namespace {

Ratings inputs(std::uint32_t prevalence, std::uint32_t damage, std::uint32_t spread,
               std::uint32_t recovery) {
  Ratings out;
  out.prevalence.value = prevalence;
  out.damage.value = damage;
  out.spread.value = spread;
  out.recovery.value = recovery;
  return out;
}

TEST(Rating, FollowsThePublishedFormula) {
  EXPECT_EQ(rate(inputs(0, 0, 0, 0)).points, 0u);
  EXPECT_EQ(rate(inputs(1, 0, 0, 0)).points, 2u);
  EXPECT_EQ(rate(inputs(0, 1, 0, 0)).points, 3u);
  EXPECT_EQ(rate(inputs(0, 0, 1, 0)).points, 3u);
  EXPECT_EQ(rate(inputs(0, 0, 0, 1)).points, 2u);
  EXPECT_EQ(rate(inputs(3, 3, 3, 3)).points, 30u);
}

TEST(Rating, TurnsPointsIntoWordsAtTheStatedEdges) {
  EXPECT_EQ(rate(inputs(0, 3, 0, 0)).threat, Threat::low);     // 9
  EXPECT_EQ(rate(inputs(2, 2, 0, 0)).threat, Threat::medium);  // 10
  EXPECT_EQ(rate(inputs(1, 3, 2, 0)).threat, Threat::medium);  // 17
  EXPECT_EQ(rate(inputs(0, 3, 3, 0)).threat, Threat::high);    // 18
  EXPECT_EQ(rate(inputs(3, 3, 3, 0)).threat, Threat::high);    // 24
  EXPECT_EQ(rate(inputs(2, 3, 2, 3)).threat, Threat::severe);  // 25
}

TEST(Rating, NeverLeavesItsScale) {
  EXPECT_EQ(rate(inputs(4000000000u, 9, 9, 9)).points, 30u);
  EXPECT_EQ(input_word(0), "none");
  EXPECT_EQ(input_word(3), "high");
  EXPECT_EQ(input_word(99), "high");
}

}  // namespace
}  // namespace antidotary::entries
