// Method: the real encyclopedia's time line, read as a reader would: who stands on it, and where.
#include <gmock/gmock.h>

#include "entries/this_tree.h"
#include "publish/html/leaf.h"

namespace antidotary::publish {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(TimeLine, HoldsThreatsAndNoTestFiles) {
  const std::string svg = time_line(Place(entries::encyclopedia_of_this_tree(), "years.html"));
  EXPECT_THAT(svg, HasSubstr(">Sality</text>"));
  EXPECT_THAT(svg, HasSubstr(">2003</text>"));
  EXPECT_THAT(svg, Not(HasSubstr("Eicar")));
}

}  // namespace
}  // namespace antidotary::publish
