#include <gmock/gmock.h>

#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using pack::Offset;
using pack::Target;
using testing::HasSubstr;
using Kind = Offset::Kind;

Offset offset(std::string_view text, Target target = Target::pe) {
  const auto out = parse_offset(text, target);
  EXPECT_TRUE(out) << text << ": " << out.error().what;
  return out.value_or(Offset{});
}

TEST(ClamavOffset, IsReadInEveryForm) {
  EXPECT_EQ(offset("*"), Offset{});
  EXPECT_EQ(offset("12"), (Offset{Kind::start, 0, 12, 0}));
  EXPECT_EQ(offset("12,8"), (Offset{Kind::start, 0, 12, 8}));
  EXPECT_EQ(offset("EOF-8"), (Offset{Kind::end, 0, -8, 0}));
  EXPECT_EQ(offset("EOF-10,2"), (Offset{Kind::end, 0, -10, 2}));
  EXPECT_EQ(offset("EOF-0"), (Offset{Kind::end, 0, 0, 0}));
  EXPECT_EQ(offset("EP+4,100"), (Offset{Kind::entry_point, 0, 4, 100}));
  EXPECT_EQ(offset("EP-4"), (Offset{Kind::entry_point, 0, -4, 0}));
  EXPECT_EQ(offset("S3+16"), (Offset{Kind::section, 3, 16, 0}));
  EXPECT_EQ(offset("SE2"), (Offset{Kind::section_end, 2, 0, 0}));
  EXPECT_EQ(offset("SL+7,1"), (Offset{Kind::last_section, 0, 7, 1}));
  EXPECT_EQ(offset("VI"), (Offset{Kind::version_info, 0, 0, 0}));
  EXPECT_EQ(offset("$31", Target::any), (Offset{Kind::macro_group, 31, 0, 0}));
}

TEST(ClamavOffset, MissesWhatClamscanLetsMiss) {
  EXPECT_EQ(offset("", Target::any), (Offset{Kind::start, 0, 0, 0}));
  EXPECT_EQ(offset("4,", Target::any), (Offset{Kind::start, 0, 4, 0}));
  EXPECT_EQ(offset(",4", Target::any), (Offset{Kind::start, 0, 0, 4}));
}

TEST(ClamavOffset, OfLayoutNeedsATargetThatHasOne) {
  for (const std::string_view text : {"EP+0", "S0+0", "SE0", "SL+0", "VI"}) {
    for (const Target target : {Target::pe, Target::elf, Target::macho}) {
      EXPECT_TRUE(parse_offset(text, target)) << text;
    }
    for (const Target target : {Target::any, Target::html, Target::text}) {
      const auto out = parse_offset(text, target);
      ASSERT_FALSE(out) << text;
      EXPECT_THAT(out.error().what, HasSubstr("needs target 1, 6 or 9"));
    }
  }
}

TEST(ClamavOffset, IsRefusedWhereItCannotBeRead) {
  for (const std::string_view text :
       {"+4",      "-4",   "4-5", "4,a",   "EOF",    "EOF+0",      "eof-8",
        "EOF-8-4", "EP",   "EP+", "EP4",   "EP+0+4", "S0",         "S0-4",
        "S+4",     "SX+0", "SE",  "SE0+4", "SL",     "SL-4",       "*,4",
        "$",       "$x",   "$32", "0x4",   "1.5",    "4294967295", "99999999999999999999",
        " 4"}) {
    EXPECT_FALSE(parse_offset(text, Target::pe)) << text;
  }
}

}  // namespace
}  // namespace antidotary::signatures::clamav
