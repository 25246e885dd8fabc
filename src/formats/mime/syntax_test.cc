#include "formats/mime/syntax.h"

#include <gtest/gtest.h>

#include <string>

namespace antidotary::mime {
namespace {

TEST(HiddenField, BeginsALineOfAnother) {
  EXPECT_TRUE(hides_field(" a\r\n Content-Type: b/c"));
  EXPECT_TRUE(hides_field(" a\rcontent-type: b/c"));
  EXPECT_TRUE(hides_field(" a\r\n b\n\n\t\v content-"));
  EXPECT_FALSE(hides_field(" Content-Type: b/c"));
  EXPECT_FALSE(hides_field(" a\r\n a content-type: b/c"));
  EXPECT_FALSE(hides_field(" a\r\n \r\n"));
}

// To look again at all blanks from each of these lines on takes hours.
TEST(HiddenField, IsLookedForInTimeByTheLengthOfTheValue) {
  std::string value;
  for (int i = 0; i < 2'000'000; ++i) value += "\n ";
  EXPECT_FALSE(hides_field(value + "x"));
  EXPECT_TRUE(hides_field(value + "Content-Type: a/b"));
}

}  // namespace
}  // namespace antidotary::mime
