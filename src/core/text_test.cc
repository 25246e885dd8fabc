// Text: charsets, case as Windows compares it, wildcards, and what a terminal may be shown.
#include "core/text.h"

#include <gtest/gtest.h>

namespace antidotary {
namespace {

TEST(Utf8, RefusesOverlongSurrogateAndCutSequences) {
  EXPECT_TRUE(
      is_utf8("Stra\xc3\x9f"
              "e \xe2\x82\xac \xf0\x9f\x90\x9b"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));          // overlong '/'
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));      // U+D800
  EXPECT_FALSE(is_utf8("\xe2\x82"));          // cut
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));  // beyond U+10FFFF
}

TEST(Utf16, RoundTripsAndReplacesLoneSurrogates) {
  const std::string text = "a\xc3\x9c\xe2\x82\xac\xf0\x9f\x90\x9b";
  EXPECT_EQ(utf8_from_utf16_le(utf16_le_from_utf8(text)), text);
  const auto lone = octets(0x00, 0xd8, 'x', 0);
  EXPECT_EQ(utf8_from_utf16_le(lone),
            "\xef\xbf\xbd"
            "x");
}

TEST(Windows1252, MapsItsOwnHighHalf) {
  EXPECT_EQ(utf8_from_windows1252("\x80\xe4"), "\xe2\x82\xac\xc3\xa4");
}

TEST(Case, FoldsAsWindowsDoes) {
  EXPECT_TRUE(equal_ignoring_case("VideoDrv.EXE", "videodrv.exe"));
  EXPECT_TRUE(
      equal_ignoring_case("\xc3\x9c"
                          "bung",
                          "\xc3\xbc"
                          "BUNG"));
  EXPECT_TRUE(equal_ignoring_case("\xd0\xb4\xd0\xb0", "\xd0\x94\xd0\x90"));
  EXPECT_FALSE(
      equal_ignoring_case("stra\xc3\x9f"
                          "e",
                          "strasse"));
  EXPECT_EQ(upper_case(0xff), 0x178u);
}

TEST(Case, KeepsMalformedBytesApart) {
  EXPECT_FALSE(equal_ignoring_case("a\xfe", "a\xff"));
  EXPECT_TRUE(equal_ignoring_case("A\xff", "a\xff"));
}

TEST(Wildcard, MatchesRunsAndSinglesWithoutRegardToCase) {
  EXPECT_TRUE(matches_wildcard("your account *", "Your Account qwerty"));
  EXPECT_FALSE(matches_wildcard("your account *", "our account qwerty"));
  EXPECT_TRUE(matches_wildcard("*.gif.exe", "Pic.GIF.exe"));
  EXPECT_TRUE(matches_wildcard("a?c",
                               "a\xc3\xa4"
                               "c"));
  EXPECT_FALSE(matches_wildcard("a?c", "ac"));
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_FALSE(matches_wildcard("", "x"));
}

TEST(Wildcard, StaysPolynomialOnStarsThatNearlyMatch) {
  const std::string text(4000, 'a');
  EXPECT_FALSE(matches_wildcard("*a*a*a*a*a*a*a*a*b", text));
}

TEST(Terminal, EscapesWhatHidesOrSteers) {
  EXPECT_EQ(escape_for_terminal("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(escape_for_terminal("exe\xe2\x80\xaegnp"),
            "exe\\u{202e}gnp");  // right-to-left override
  EXPECT_EQ(escape_for_terminal("\xff"), "\\xff");
  EXPECT_EQ(escape_for_terminal("C:\\b\xc3\xb6se"), "C:\\b\xc3\xb6se");
  EXPECT_EQ(escape_for_terminal("two\nlines"), "two\\x0alines");
}

TEST(WhiteSpace, Collapses) {
  EXPECT_EQ(collapse_white_space("  a \r\n\t b "), "a b");
  EXPECT_EQ(trim(" x "), "x");
  EXPECT_EQ(split("a\\b\\", '\\'), (std::vector<std::string_view>{"a", "b", ""}));
}

}  // namespace
}  // namespace antidotary
