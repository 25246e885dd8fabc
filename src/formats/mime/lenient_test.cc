#include "formats/mime/lenient.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace antidotary::mime {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const Line line = line_at(text, at);
    out.emplace_back(text.substr(line.begin, line.end - line.begin));
    at = line.next;
  }
  return out;
}

TEST(LenientLines, EndAtLfAtCrAndAtBoth) {
  EXPECT_THAT(lines_of("a\nb\rc\r\nd"), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(lines_of("a\r\r\nb"), ElementsAre("a", "b")) << "one end that a bad program made";
  EXPECT_THAT(lines_of("a\r\rb"), ElementsAre("a", "", "b"));
  EXPECT_THAT(lines_of("\n\r"), ElementsAre("", ""));
  const Line none = line_at("ab", 2);
  EXPECT_EQ(none.end, 2u);
  EXPECT_EQ(none.next, 2u);
}

TEST(LenientWords, AreFoundInAnyCase) {
  EXPECT_TRUE(holds_ignoring_case("x\nContent-Type", "\ncontent-"));
  EXPECT_TRUE(holds_ignoring_case("BASE64", "base64"));
  EXPECT_FALSE(holds_ignoring_case("base6", "base64"));
  EXPECT_FALSE(holds_ignoring_case("*content-", "\ncontent-")) << "'*' is LF but for one bit";
}

}  // namespace
}  // namespace antidotary::mime
