// Method: each property of a line (width, indent, escapes) is checked on text made to break it.
#include "publish/sheet.h"

#include <gmock/gmock.h>

#include "core/text.h"

namespace antidotary::publish {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Lines, BreakAtBlanks) {
  EXPECT_THAT(lines_of("one two three", 7), ElementsAre("one two", "three"));
}

TEST(Lines, CutAWordThatFitsNowhereBehindAMark) {
  EXPECT_THAT(lines_of("C:\\WINDOWS\\system32\\x.dll", 14),
              ElementsAre("C:\\WINDOWS\\", "system32\\x.dll"));
  EXPECT_THAT(lines_of("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
}

TEST(Lines, CountWideAndCombiningCharacters) {
  EXPECT_EQ(width_of("\u65e5\u672c"), 4u);
  EXPECT_EQ(width_of("e\u0301"), 1u);
  EXPECT_THAT(lines_of("\u65e5\u672c\u8a9e", 4), ElementsAre("\u65e5\u672c", "\u8a9e"));
}

TEST(Wrap, KeepsParagraphsAndIndents) {
  EXPECT_EQ(wrap("aaaa bbbb cccc dddd eeee ffff\n\nsecond", 26, 2),
            "  aaaa bbbb cccc dddd eeee\n  ffff\n\n  second\n");
}

TEST(Wrap, SurvivesAnAbsurdWidth) {
  for (const std::string_view line : split(wrap("some words that are long", 0, 5), '\n')) {
    EXPECT_LE(line.size(), 25u);
  }
}

TEST(Words, EscapeWhatAStrangerChose) {
  Sheet sheet(Paper{80, true});
  sheet.paragraph(Words("evil\x1b[2J\x02\xe2\x80\xae.exe\nnext", Tone::bold));
  const std::string text = sheet.take();
  EXPECT_THAT(text, Not(HasSubstr("\x1b[2J")));
  EXPECT_THAT(text, HasSubstr("\\x1b[2J"));
  EXPECT_THAT(text, HasSubstr("\\x02"));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_EQ(split(text, '\n').size(), 2u);
}

TEST(Sheet, UsesNoEscapesWithoutColour) {
  Sheet sheet(Paper{80, false});
  sheet.title("T");
  sheet.heading("h");
  sheet.item(Words("1.", Tone::red), Words("x", Tone::bold));
  EXPECT_EQ(sheet.take(), "T\n=\n\nH\n  1. x\n");
}

TEST(Sheet, EndsEveryToneOnItsLine) {
  Sheet sheet(Paper{40, true});
  sheet.paragraph(
      Words("bold words that go on for more than one line of forty columns", Tone::bold));
  for (const std::string_view line : split(sheet.take(), '\n')) {
    EXPECT_TRUE(line.empty() || line.ends_with("\x1b[0m")) << line;
  }
}

TEST(Sheet, AlignsRowsAndHangsTheirText) {
  Sheet sheet(Paper{40, false});
  sheet.rows({{"Key", "one two three four five six seven eight"}, {"Value", "x"}});
  EXPECT_EQ(sheet.take(),
            "  Key    one two three four five six\n         seven eight\n  Value  x\n");
}

TEST(Sheet, ReadsMarkdown) {
  Sheet sheet(Paper{60, false});
  sheet.markdown("A **bold** `%windir%` and [a page](https://x.org).\ngoes on\n\n- one\n- two\n");
  EXPECT_EQ(sheet.take(),
            "  A bold %windir% and a page (https://x.org). goes on\n\n    - one\n    - two\n");
}

TEST(Sheet, TakesUnfinishedMarkdownAsItStands) {
  Sheet sheet(Paper{60, false});
  sheet.markdown("a ** b ` c [d](e");
  EXPECT_EQ(sheet.take(), "  a ** b ` c [d](e\n");
}

}  // namespace
}  // namespace antidotary::publish
