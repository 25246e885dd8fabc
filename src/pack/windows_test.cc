// Method: an object of 100 bytes with two sections; each kind of offset inside, at the edges and
// beyond them. A window says where a match may begin, both ends included.
#include "pack/windows.h"

#include <gmock/gmock.h>

#include <string>

namespace antidotary::pack {
namespace {

using Kind = Offset::Kind;
using match::Window;

class WindowsTest : public testing::Test {
 protected:
  WindowsTest() {
    subject.bytes = as_bytes(std::string_view(text));
    executable.entry_point = 40;
    executable.sections = {{10, 20}, {60, 30}};
    executable.version_strings = {70, 50, 90};
    subject.executable = &executable;
  }

  /// "lo-hi", or "nowhere".
  std::string window(const Offset& offset) const {
    const auto out = window_of(offset, subject);
    return out ? std::to_string(out->lo) + "-" + std::to_string(out->hi) : "nowhere";
  }

  const std::string text = std::string(100, 'a');
  Executable executable;
  Subject subject;
};

TEST_F(WindowsTest, AnyOffsetIsAnywhere) {
  EXPECT_EQ(window({}), "0-" + std::to_string(match::unbounded));
}

TEST_F(WindowsTest, StartIsOnePlaceWithoutSlack) {
  EXPECT_EQ(window({Kind::start, 0, 0, 0}), "0-0");
  EXPECT_EQ(window({Kind::start, 0, 12, 0}), "12-12");
}

TEST_F(WindowsTest, SlackReachesAtMostTheEndOfTheObject) {
  EXPECT_EQ(window({Kind::start, 0, 12, 5}), "12-17");
  EXPECT_EQ(window({Kind::start, 0, 12, match::unbounded}), "12-100");
}

TEST_F(WindowsTest, StartBehindTheObjectIsNowhere) {
  EXPECT_EQ(window({Kind::start, 0, 99, 0}), "99-99");
  EXPECT_EQ(window({Kind::start, 0, 100, 0}), "nowhere");
  EXPECT_EQ(window({Kind::start, 0, std::numeric_limits<std::int64_t>::max(), 0}), "nowhere");
}

TEST_F(WindowsTest, EndCountsBackFromTheLastByte) {
  EXPECT_EQ(window({Kind::end, 0, -1, 0}), "99-99");
  EXPECT_EQ(window({Kind::end, 0, -100, 3}), "0-3");
  EXPECT_EQ(window({Kind::end, 0, -101, 0}), "nowhere");
  EXPECT_EQ(window({Kind::end, 0, 0, 0}), "nowhere");
  EXPECT_EQ(window({Kind::end, 0, std::numeric_limits<std::int64_t>::min(), 0}), "nowhere");
}

TEST_F(WindowsTest, EntryPointGoesBothWays) {
  EXPECT_EQ(window({Kind::entry_point, 0, 4, 0}), "44-44");
  EXPECT_EQ(window({Kind::entry_point, 0, -40, 8}), "0-8");
  EXPECT_EQ(window({Kind::entry_point, 0, -41, 0}), "nowhere");
}

TEST_F(WindowsTest, SectionsCountFromNought) {
  EXPECT_EQ(window({Kind::section, 0, 0, 0}), "10-10");
  EXPECT_EQ(window({Kind::section, 1, 5, 2}), "65-67");
  EXPECT_EQ(window({Kind::section, 2, 0, 0}), "nowhere");
  EXPECT_EQ(window({Kind::section, 0xffffffff, 0, 0}), "nowhere");
}

TEST_F(WindowsTest, WholeSectionIsFromItsFirstByteToBehindItsLast) {
  EXPECT_EQ(window({Kind::section_end, 0, 0, 0}), "10-30");
  executable.sections[0].size = 0;
  EXPECT_EQ(window({Kind::section_end, 0, 0, 0}), "10-10");
}

TEST_F(WindowsTest, SectionBehindTheObjectIsNowhere) {
  executable.sections[1].offset = 100;
  EXPECT_EQ(window({Kind::section, 1, 0, 0}), "nowhere");
  EXPECT_EQ(window({Kind::section_end, 1, 0, 0}), "nowhere");
  executable.sections[1].offset = match::unbounded;
  EXPECT_EQ(window({Kind::section, 1, 5, 0}), "nowhere");
}

TEST_F(WindowsTest, SectionOfAnAbsurdSizeEndsNoEarlierThanTheObject) {
  executable.sections[0].size = match::unbounded;
  const auto out = window_of({Kind::section_end, 0, 0, 0}, subject);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->lo, 10u);
  EXPECT_GE(out->hi, 99u);
}

TEST_F(WindowsTest, LastSectionIsTheLast) {
  EXPECT_EQ(window({Kind::last_section, 0, 16, 0}), "76-76");
  executable.sections.clear();
  EXPECT_EQ(window({Kind::last_section, 0, 0, 0}), "nowhere");
}

TEST_F(WindowsTest, VersionInformationIsSeveralPlacesAndNothingBetweenThem) {
  const Offset offset{Kind::version_info, 0, 0, 0};
  EXPECT_EQ(window(offset), "50-90");
  EXPECT_TRUE(begins_rightly(offset, subject, 70));
  EXPECT_FALSE(begins_rightly(offset, subject, 71));
  executable.version_strings.clear();
  EXPECT_EQ(window(offset), "nowhere");
}

TEST_F(WindowsTest, EveryBeginIsRightForOffsetsOfOneWindow) {
  EXPECT_TRUE(begins_rightly({Kind::start, 0, 0, 0}, subject, 12345));
}

TEST_F(WindowsTest, LayoutOfWhatHasNoneIsNowhere) {
  subject.executable = nullptr;
  for (const Kind kind : {Kind::entry_point, Kind::section, Kind::section_end, Kind::last_section,
                          Kind::version_info, Kind::macro_group}) {
    EXPECT_EQ(window({kind, 0, 0, 0}), "nowhere") << static_cast<int>(kind);
  }
  EXPECT_FALSE(begins_rightly({Kind::version_info, 0, 0, 0}, subject, 50));
}

TEST_F(WindowsTest, EmptyObjectHasNoPlaceForAnOffset) {
  subject.bytes = {};
  EXPECT_EQ(window({Kind::start, 0, 0, 0}), "nowhere");
  EXPECT_EQ(window({Kind::end, 0, -1, 0}), "nowhere");
  EXPECT_EQ(window({Kind::entry_point, 0, 0, 0}), "nowhere");
}

}  // namespace
}  // namespace antidotary::pack
