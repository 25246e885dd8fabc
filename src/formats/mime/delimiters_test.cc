#include "formats/mime/delimiters.h"

#include <gmock/gmock.h>

namespace antidotary::mime {
namespace {

using testing::ElementsAre;

// Megabytes of one line: to look for its end at each of its "--" takes hours.
TEST(Segments, TakeTimeByTheLengthOfALine) {
  std::string line;
  for (int i = 0; i < 2'000'000; ++i) line += "x--";
  bool cut = false;
  EXPECT_THAT(all_segments(line, &cut), ElementsAre(Segment{0, line.size()}));
  EXPECT_FALSE(cut);
}

TEST(BodyStarts, AreBehindEmptyLinesAndWhereTheFieldsEnd) {
  EXPECT_THAT(body_starts("A: b\r\n\r\nc"), ElementsAre(8u));
  EXPECT_THAT(body_starts("A: b\n \nc\n"), ElementsAre(7u));
  EXPECT_THAT(body_starts("A: b\nc d\n\ne"), ElementsAre(5u, 9u, 10u));
  EXPECT_THAT(body_starts("A: b\r\n\r\nc\r\n\r\nd"), ElementsAre(8u)) << "all agree here";
  EXPECT_THAT(body_starts("\xff: b\n\xff: c\n\nA: b\n\nc\n"), ElementsAre(0u, 5u, 11u, 17u))
      << "a reader that skips what is no field has its header behind the first empty line";
  EXPECT_THAT(body_starts("\nA: b\n\nc\n\nd"), ElementsAre(1u, 7u));
  EXPECT_THAT(body_starts("A: b\r\r\nC: d\r\r\n\r\r\ne"), ElementsAre(17u));
}

TEST(BodyStarts, AreFoundInTimeByTheLengthOfARunOfCarriageReturns) {
  const std::string run(8'000'000, '\r');
  EXPECT_EQ(body_starts("A: b" + run + "c" + run + "d").size(), 8u);
  const std::string part = "A: b" + run + "C: d\n\ne";
  EXPECT_EQ(body_starts(part).back(), part.size() - 1);
}

}  // namespace
}  // namespace antidotary::mime
