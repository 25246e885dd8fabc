// Method: numbers in short texts behind a trigger at a known place; each base, order, comparison
// and edge of the object. What strange texts mean was asked of clamscan 1.4.6, one by one.
#include "pack/compare.h"

#include <gmock/gmock.h>

#include <limits>
#include <string>

namespace antidotary::pack {
namespace {

/// A comparison `bytes` bytes long, `offset` from the trigger's begin, in base `base`.
ByteCompare compare(char base, std::uint32_t bytes, std::uint64_t equals, std::int64_t offset = 0) {
  ByteCompare out;
  out.base = base;
  out.bytes = bytes;
  out.offset = offset;
  out.little_endian = false;
  out.comparisons = {{'=', equals}};
  return out;
}

bool holds(const ByteCompare& asked, std::string_view object, std::uint64_t trigger = 0) {
  match::Span where;
  return compare_bytes(asked, as_bytes(object), {trigger, trigger + 1}, where);
}

TEST(Compare, ReadsRawBytesInBothOrders) {
  ByteCompare asked = compare('i', 4, 0x01020304);
  EXPECT_TRUE(holds(asked, std::string_view("\x01\x02\x03\x04", 4)));
  EXPECT_FALSE(holds(asked, std::string_view("\x04\x03\x02\x01", 4)));
  asked.little_endian = true;
  EXPECT_TRUE(holds(asked, std::string_view("\x04\x03\x02\x01", 4)));
}

TEST(Compare, ReadsEightRawBytesWhole) {
  const std::string all(8, '\xff');
  EXPECT_TRUE(holds(compare('i', 8, std::numeric_limits<std::uint64_t>::max()), all));
  EXPECT_FALSE(holds(compare('i', 9, 0), all + all));
}

TEST(Compare, ReadsDecimalDigitsUntilSomethingElse) {
  EXPECT_TRUE(holds(compare('d', 3, 123), "123"));
  EXPECT_TRUE(holds(compare('d', 5, 12), "12abc"));
  EXPECT_TRUE(holds(compare('d', 3, 0), "abc"));
}

TEST(Compare, ExactTakesDigitsAlone) {
  ByteCompare asked = compare('d', 5, 12);
  asked.exact = true;
  EXPECT_FALSE(holds(asked, "12abc"));
  asked.bytes = 2;
  EXPECT_TRUE(holds(asked, "12abc"));
}

TEST(Compare, ReadsHexadecimalDigitsOfEitherCaseWithAndWithoutPrefix) {
  EXPECT_TRUE(holds(compare('h', 4, 0x1aBc), "1aBc"));
  EXPECT_TRUE(holds(compare('h', 6, 0x1abc), "0x1abc"));
}

TEST(Compare, TurnsPairsOfLittleEndianHexadecimalDigits) {
  ByteCompare asked = compare('h', 4, 0x3412);
  asked.little_endian = true;
  EXPECT_TRUE(holds(asked, "1234"));
}

TEST(Compare, AutomaticBaseIsToldByThePrefix) {
  EXPECT_TRUE(holds(compare('a', 4, 0x10), "0x10"));
  EXPECT_TRUE(holds(compare('a', 3, 10), "010"));
}

TEST(Compare, ReadsTextAsStrtolDoes) {
  EXPECT_TRUE(holds(compare('d', 4, 12), "  12"));
  EXPECT_TRUE(holds(compare('d', 3, 12), "+12"));
  EXPECT_TRUE(holds(compare('h', 5, 18), " 0x12"));
  EXPECT_TRUE(holds(compare('h', 2, 0), "0x"));
}

TEST(Compare, TakesNegativeNumbersForLessThanAnyOther) {
  ByteCompare asked = compare('d', 3, 0);
  EXPECT_FALSE(holds(asked, "-12"));
  asked.comparisons = {{'>', 5}};
  EXPECT_FALSE(holds(asked, "-12"));
  asked.comparisons = {{'<', 0}};
  EXPECT_TRUE(holds(asked, "-12"));
  EXPECT_FALSE(holds(asked, "-00"));
}

TEST(Compare, FindsNothingInANumberThatDoesNotFit) {
  ByteCompare asked = compare('d', 20, 1);
  EXPECT_FALSE(holds(asked, "18446744073709551617"));
  asked.comparisons = {{'>', 5}};
  EXPECT_FALSE(holds(asked, "18446744073709551617"));
  EXPECT_TRUE(holds(compare('d', 19, 9223372036854775807ull), "9223372036854775807"));
  asked.bytes = 19;
  EXPECT_FALSE(holds(asked, "9223372036854775808"));
}

TEST(Compare, ExactTakesASignAndAPrefixButNoBlanks) {
  ByteCompare asked = compare('h', 4, 0x12);
  asked.exact = true;
  EXPECT_TRUE(holds(asked, "0x12"));
  EXPECT_TRUE(holds(asked, "+012"));
  EXPECT_FALSE(holds(asked, "  12"));
  EXPECT_FALSE(holds(asked, "0x1z"));
}

TEST(Compare, TurnsPairsUpToTheFirstThatIsNone) {
  ByteCompare asked = compare('h', 6, 0x12);
  asked.little_endian = true;
  EXPECT_TRUE(holds(asked, "123z12"));
  EXPECT_TRUE(holds(asked, "  12zz"));
  asked.comparisons = {{'=', 0x3112}};
  EXPECT_TRUE(holds(asked, "0x1231"));
  asked.comparisons = {{'=', 0}};
  EXPECT_TRUE(holds(asked, "1z1234"));
}

TEST(Compare, MakesAnOddCountOfTurnedDigitsEven) {
  ByteCompare asked = compare('h', 3, 0x2301);
  asked.little_endian = true;
  EXPECT_TRUE(holds(asked, "123"));
  asked.exact = true;
  EXPECT_FALSE(holds(asked, "123"));
}

TEST(Compare, AutomaticBaseNeedsThreeBytesAndOrderOnlyBehindAPrefix) {
  EXPECT_FALSE(holds(compare('a', 2, 10), "10"));
  ByteCompare asked = compare('a', 4, 0x10);
  asked.little_endian = true;
  EXPECT_TRUE(holds(asked, "0x10"));
  asked.comparisons = {{'=', 1234}};
  EXPECT_FALSE(holds(asked, "1234"));
}

TEST(Compare, CountsForwardAndBackFromWhereTheTriggerBegins) {
  EXPECT_TRUE(holds(compare('d', 1, 7, 2), "..x.7", 2));
  EXPECT_TRUE(holds(compare('d', 1, 7, -2), "7.x..", 2));
}

TEST(Compare, OutsideTheObjectNothingHolds) {
  EXPECT_FALSE(holds(compare('d', 1, 7, -3), "7.x..", 2));
  EXPECT_FALSE(holds(compare('d', 1, 7, 5), "..x.7", 2));
  EXPECT_FALSE(holds(compare('d', 2, 7, 2), "..x.7", 2));
  EXPECT_FALSE(holds(compare('d', 1, 7, std::numeric_limits<std::int64_t>::min()), "7", 0));
  EXPECT_FALSE(holds(compare('d', 1, 7, std::numeric_limits<std::int64_t>::max()), "7", 0));
  EXPECT_FALSE(holds(compare('d', 1, 7), "", 0));
}

TEST(Compare, TakesOneToSixtyFourBytes) {
  const std::string digits = std::string(63, '0') + "7" + "0";
  EXPECT_TRUE(holds(compare('d', 64, 7), digits));
  EXPECT_FALSE(holds(compare('d', 65, 70), digits));
  EXPECT_FALSE(holds(compare('d', 0, 0), digits));
}

TEST(Compare, AllOfSeveralComparisonsMustHold) {
  ByteCompare asked = compare('d', 2, 0);
  asked.comparisons = {{'>', 10}, {'<', 20}};
  EXPECT_TRUE(holds(asked, "15"));
  EXPECT_FALSE(holds(asked, "10"));
  EXPECT_FALSE(holds(asked, "20"));
}

TEST(Compare, SaysWhereTheNumberStands) {
  match::Span where;
  ASSERT_TRUE(
      compare_bytes(compare('d', 2, 42, 1), as_bytes(std::string_view(".x42")), {1, 2}, where));
  EXPECT_EQ(where, (match::Span{2, 4}));
}

}  // namespace
}  // namespace antidotary::pack
