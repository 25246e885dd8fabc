#include "formats/lines/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace antidotary::lines {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> values(std::string_view text, std::string_view section,
                                std::string_view name) {
  std::vector<std::string> out;
  for (const Setting& setting : settings(text, section, name)) {
    out.emplace_back(setting.value.of(text));
  }
  return out;
}

std::vector<std::string> programs_of(std::string_view value) {
  std::vector<std::string> out;
  for (const Part& part : words(value, {0, value.size()})) out.emplace_back(part.of(value));
  return out;
}

TEST(Lines, EndAtLineFeedsCarriageReturnsOrBoth) {
  const std::string_view text = "a\r\n\nbc\n\rd";
  Cursor cursor(text);
  std::vector<Part> found;
  while (const auto line = cursor.next()) found.push_back(*line);
  EXPECT_THAT(found, ElementsAre(Part{0, 1}, Part{3, 0}, Part{4, 2}, Part{7, 0}, Part{8, 1}));
}

TEST(Lines, SettingsAreFoundInTheirSectionWhateverTheCase) {
  const std::string_view text =
      "run=outside\r\n[Other]\r\nrun=other\r\n [ WINDOWS ] \r\n;run=remark\r\n Run = a.exe \r\n"
      "runs=no\r\n[windows]\r\nRUN=b.exe";
  EXPECT_THAT(values(text, "windows", "run"), ElementsAre("a.exe", "b.exe"));
  EXPECT_THAT(values(text, "boot", "run"), IsEmpty());
}

TEST(Lines, ASettingWithoutAValueIsThere) {
  const std::string_view text = "[windows]\r\nrun=\r\nload";
  const auto found = settings(text, "windows", "run");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].value, (Part{15, 0}));
  EXPECT_EQ(found[0].line, (Part{11, 4}));
  EXPECT_THAT(settings(text, "windows", "load"), IsEmpty());
}

TEST(Lines, ProgramsArePartedByBlanksAndCommas) {
  EXPECT_THAT(programs_of("a.exe, c:\\b.exe\tc.exe"), ElementsAre("a.exe", "c:\\b.exe", "c.exe"));
  EXPECT_THAT(programs_of(" ,, "), IsEmpty());
  EXPECT_THAT(programs_of("\"C:\\a b\\c.exe\" -x"), ElementsAre("\"C:\\a b\\c.exe\"", "-x"));
  EXPECT_THAT(programs_of("a.exe \"open, b"), ElementsAre("a.exe", "\"open, b"));
}

TEST(Lines, KnowsUtf16WithItsMarkAndWithout) {
  EXPECT_FALSE(is_plain("\xff\xfe["));
  EXPECT_FALSE(is_plain("\xfe\xff["));
  EXPECT_FALSE(is_plain(std::string_view("[\0w\0", 4)));
  EXPECT_TRUE(is_plain("[windows]"));
}

}  // namespace
}  // namespace antidotary::lines
