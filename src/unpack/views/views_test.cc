// Views: the forms that rules for text and HTML are held against.
#include "unpack/views/views.h"

#include <gtest/gtest.h>

#include "unpack/views/text.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;

std::string text_of(std::string_view text) { return to_string(text_view(as_bytes(text))); }

TEST(TextView, MakesLettersSmallAndRunsOfWhiteSpaceOneBlank) {
  EXPECT_EQ(text_of("Hello  World\r\n\t[`{@Z\x0b\x0c"), "hello world [`{@z ");
  EXPECT_EQ(text_of("  lead\n\n"), " lead ");
}

TEST(TextView, LeavesOutWhatIsNotPrintableAscii) {
  EXPECT_EQ(text_of("a\x01"
                    "b\xc3\xa9"
                    "c\x7f"
                    "d"),
            "abc\x7f"
            "d");
  EXPECT_EQ(text_of("a \x01 b \xe9\n c"), "a b c");  // what is left out parts no blanks
  EXPECT_EQ(text_of("\xff\xfeH\0i\0 \0 \0!\0"sv), "hi !");
  EXPECT_EQ(text_of(""), "");
}

TEST(Views, GivesTextItsView) {
  Budget budget;
  const auto all = views("CL_TYPE_TEXT_UTF16LE", as_bytes("A\0 \0 \0b\0"sv), budget);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].target, ViewTarget::text);
  EXPECT_EQ(all[0].name, "text");
  EXPECT_EQ(to_string(all[0].bytes), "a b");
}

TEST(Views, GivesOtherTypesNone) {
  Budget budget;
  EXPECT_TRUE(views("CL_TYPE_MSEXE", as_bytes("MZ text"sv), budget).empty());
  EXPECT_TRUE(views("CL_TYPE_MAIL", as_bytes("From a"sv), budget).empty());
}

TEST(Views, LeavesOutTextThatIsTooLarge) {
  Budget budget;
  const Buffer large(text_bytes_max + 1, std::byte{'a'});
  EXPECT_TRUE(views("CL_TYPE_TEXT_ASCII", large, budget).empty());
  EXPECT_EQ(views("CL_TYPE_TEXT_ASCII", Bytes(large).first(text_bytes_max), budget).size(), 1u);
}

TEST(Views, StopsWhereThePurseIsEmpty) {
  Limits limits;
  limits.steps_max = 10;
  Budget budget(limits);
  EXPECT_TRUE(views("CL_TYPE_TEXT_ASCII", as_bytes("longer than ten"sv), budget).empty());
  EXPECT_EQ(budget.spent(), Limit::steps);
}

}  // namespace
}  // namespace antidotary::unpack
