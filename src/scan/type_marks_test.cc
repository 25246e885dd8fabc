// Method: definitions of one mark each, and heads that bear it; which type wins was asked of
// clamscan 1.4.6 (tests/peers/clamav/type_cases.py asks it again, at random).
#include "scan/type_marks.h"

#include <gtest/gtest.h>

namespace antidotary::scan {
namespace {

constexpr std::string_view any = "CL_TYPE_ANY";

pack::Magic definition(std::uint8_t kind, std::optional<std::int64_t> at, std::string_view mark,
                       std::string_view type, std::string_view from = any) {
  pack::Magic out;
  out.kind = kind;
  out.offset.kind = at ? pack::Offset::Kind::start : pack::Offset::Kind::any;
  out.offset.shift = at.value_or(0);
  out.pattern.parts.emplace_back();
  for (const char one : mark) {
    out.pattern.parts[0].units.push_back(match::Position{static_cast<std::uint8_t>(one)});
  }
  out.from_type = from;
  out.type = type;
  return out;
}

std::string type_of(const TypeMarks& marks, std::string_view object) {
  Budget budget;
  const auto type = marks.type_of(as_bytes(object), budget);
  return type ? type->name : type.error().what;
}

TEST(TypeMarks, AreTheBuiltInOnesWhereAPackHasNone) {
  const TypeMarks none;
  EXPECT_EQ(type_of(none, "%PDF-1.4"), "CL_TYPE_PDF");
  EXPECT_EQ(type_of(none, "some text"), "CL_TYPE_TEXT_ASCII");
}

TEST(TypeMarks, TakeTheLastLineAndPutItBeforeTheBuiltInOnes) {
  const TypeMarks marks({definition(0, 0, "%PDF", "CL_TYPE_SWF"),
                         definition(0, 0, "%PDF", "CL_TYPE_JAVA"),
                         definition(0, 4, "late", "CL_TYPE_ELF")});
  EXPECT_EQ(type_of(marks, "%PDF-1.4"), "CL_TYPE_JAVA");
  EXPECT_EQ(type_of(marks, "aaaalate"), "CL_TYPE_ELF");
  EXPECT_EQ(type_of(marks, "aaaaalate"), "CL_TYPE_TEXT_ASCII");
  EXPECT_EQ(type_of(marks, "PK\x03\x04...."), "CL_TYPE_ZIP");
}

TEST(TypeMarks, AskPatternsOfTheHeadAlone) {
  const TypeMarks marks({definition(1, std::nullopt, "mark", "CL_TYPE_SWF")});
  EXPECT_EQ(type_of(marks, std::string(1020, 'a') + "mark"), "CL_TYPE_SWF");
  EXPECT_EQ(type_of(marks, std::string(1021, 'a') + "mark"), "CL_TYPE_TEXT_ASCII");
  // What bytes at a place make it no pattern changes.
  EXPECT_EQ(type_of(marks, "%PDF-1.4 mark"), "CL_TYPE_PDF");
}

TEST(TypeMarks, AskPatternsOfTheKindOfTextThatTheyAreFor) {
  const TypeMarks marks({definition(1, {}, "mark", "CL_TYPE_SWF", "CL_TYPE_BINARY_DATA")});
  EXPECT_EQ(type_of(marks, "text mark"), "CL_TYPE_TEXT_ASCII");
  EXPECT_EQ(type_of(marks, "data\x01\x02\x03mark"), "CL_TYPE_TEXT_UTF16BE");
  EXPECT_EQ(type_of(marks, std::string("\0\1\0\2mark", 8)), "CL_TYPE_SWF");
}

TEST(TypeMarks, TakeTheStrongestOfSeveral) {
  const TypeMarks marks(
      {definition(1, {}, "one", "CL_TYPE_XDP"), definition(1, {}, "two", "CL_TYPE_GZ")});
  EXPECT_EQ(type_of(marks, "one two"), "CL_TYPE_XDP");
  EXPECT_EQ(type_of(marks, "two one"), "CL_TYPE_XDP");
  EXPECT_EQ(type_of(marks, "two <html>"), "CL_TYPE_HTML");
  EXPECT_EQ(type_of(marks, "one <html>"), "CL_TYPE_XDP");
}

TEST(TypeMarks, MatchPagesByTheirViewsAsOthersAre) {
  const TypeMarks marks({definition(1, {}, "mark", "CL_TYPE_HTML")});
  Budget budget;
  const auto early = marks.type_of(as_bytes(std::string_view("a mark")), budget);
  const std::string text = std::string(3000, 'a') + "mark";
  const auto late = marks.type_of(as_bytes(text), budget);
  ASSERT_TRUE(early && late);
  EXPECT_EQ(early->name, "CL_TYPE_HTML");
  EXPECT_EQ(early->raw, formats::RawMatch::digests);
  EXPECT_EQ(late->name, "CL_TYPE_HTML");
  EXPECT_EQ(late->raw, formats::RawMatch::any);
  EXPECT_EQ(early->format, formats::Format::html);
}

TEST(TypeMarks, NeverMakeAnObjectWhatLiesInAnother) {
  const TypeMarks marks({definition(1, {}, "mark", "CL_TYPE_ZIPSFX"),
                         definition(1, {}, "mark", "CL_TYPE_NONSENSE"),
                         definition(4, 0, "mark", "CL_TYPE_PART_HFSPLUS")});
  EXPECT_EQ(type_of(marks, "mark text"), "CL_TYPE_TEXT_ASCII");
}

TEST(TypeMarks, PayForTheSearch) {
  const TypeMarks marks({definition(1, {}, "mark", "CL_TYPE_SWF")});
  Limits limits;
  limits.steps_max = 0;
  Budget budget(limits);
  EXPECT_FALSE(marks.type_of(as_bytes(std::string_view("text mark")), budget));
}

}  // namespace
}  // namespace antidotary::scan
