// Method: each code by a text that was written by hand or by another program (uuencode of
// sharutils, for "begin 644"), and by what broken writers make of it.
#include <gtest/gtest.h>

#include "formats/mime/looks.h"
#include "formats/mime/quoted_printable.h"
#include "formats/mime/uuencode.h"
#include "formats/mime/yenc.h"

namespace antidotary::mime {
namespace {

using namespace std::string_view_literals;

std::string quoted(std::string_view text, QuotedReading reading) {
  return to_string(decode_quoted_printable(text, reading, text.size()));
}

TEST(QuotedReading, ReadsAsSomeProgramDoes) {
  EXPECT_EQ(quoted("=ZZa", {0, true, false, false, false}), "=ZZa");
  EXPECT_EQ(quoted("=ZZa", {1, true, false, false, false}), "ZZa");
  EXPECT_EQ(quoted("=ZZa", {3, true, false, false, false}), "a");
  EXPECT_EQ(quoted("=3d", {0, false, false, false, false}), "=3d");
  EXPECT_EQ(quoted("a \nb", {0, true, true, false, false}), "a \nb");
  EXPECT_EQ(quoted("a=\rb", {0, true, false, true, false}), "ab");
  EXPECT_EQ(quoted("= 41", {0, true, false, false, true}), "A");
}

TEST(QuotedReading, HasNoWaysWhereNothingIsOdd) {
  const QuotedDecoded decoded = decode_quoted_printable("=41=\r\nb", 100);
  EXPECT_EQ(to_string(decoded.bytes), "Ab");
  EXPECT_TRUE(quoted_readings(decoded.odd).empty());
}

// To look for the end of the line at each word takes hours.
TEST(Uuencode, IsLookedForInTimeByTheLengthOfALine) {
  std::string words;
  for (int i = 0; i < 8'000'000; ++i) words += "begin\r";
  EXPECT_FALSE(next_uuencoded(words, 0).has_value());
  EXPECT_TRUE(next_uuencoded(words + "begin 644 a\n#0V%T\n`\nend\n", 0).has_value());
}

TEST(Uuencode, ReadsABlockInsideOfAText) {
  const std::string_view text = "hello\n\nbegin 644 a b.txt\n#0V%T\n`\nend\nbye\n"sv;
  const auto block = next_uuencoded(text, 0);
  ASSERT_TRUE(block.has_value());
  EXPECT_EQ(block->name, "a b.txt");
  EXPECT_EQ(to_string(block->bytes), "Cat");
  EXPECT_TRUE(block->ended);
  EXPECT_EQ(text.substr(block->end), "bye\n");
  EXPECT_FALSE(next_uuencoded(text, block->end).has_value());
}

TEST(Uuencode, ReadsWhatHasLostItsFirstLine) {
  const auto all = uuencoded_without_begin("#0V%T\n`\nend\n");
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(to_string(all[0]), "Cat");
}

TEST(Uuencode, ReadsTheFormOfBase64) {
  const auto block = next_uuencoded("begin-base64 644 c\nQ2F0\n====\n", 0);
  ASSERT_TRUE(block.has_value());
  EXPECT_EQ(to_string(block->bytes), "Cat");
  EXPECT_EQ(block->name, "c");
}

TEST(Uuencode, TakesNoSentenceForABlock) {
  EXPECT_FALSE(next_uuencoded("begin with care\nbegin 99 x\n begin 644 x\n", 0).has_value());
}

TEST(Yenc, ReadsABlockWithAnEscapedByte) {
  const auto block = next_yenc(
      "text\r\n=ybegin line=128 size=4 name=x.bin\r\nm\x8b\x9e=n\r\n"
      "=yend size=4\r\nmore\r\n",
      0);
  ASSERT_TRUE(block.has_value());
  EXPECT_EQ(block->name, "x.bin");
  EXPECT_EQ(to_string(block->bytes), "Cat\x04");
  EXPECT_EQ(block->part, 0u);
}

TEST(Looks, TellCodesFromProse) {
  const std::string line(64, 'A');
  EXPECT_TRUE(looks_base64("words\n" + line + "b\n"));
  EXPECT_TRUE(
      looks_base64("QUJDRA\nQUJDRAxxxxxx\nQUJDRAyyyyyyyyyyyyy\nQUJDRAzzzzzzzzzzzzzzzzzzzzzzzz\n"));
  EXPECT_FALSE(
      looks_base64("Just a line of words that is longer than sixty characters, surely.\n"));
  EXPECT_FALSE(looks_base64("one\ntwo\nthree\nfour\n"));
  EXPECT_TRUE(looks_quoted("a=3D=41=42"));
  EXPECT_FALSE(looks_quoted("heading\n=======\n=======\nhttp://example.org/?a=b&c=d&e=f"));
  EXPECT_FALSE(looks_quoted("<a href=\"x?a=42&b=43&c=44\" b=\"c\" d=\"e\" f=\"g\" h=\"i\">"));
  EXPECT_TRUE(could_be_base64("QUJD*RA\n!QUJD"));
  EXPECT_FALSE(could_be_base64("Words with blanks between them are no digits"));
  EXPECT_TRUE(looks_coded("x\nbegin 644 y\n"));
  EXPECT_TRUE(looks_coded("=ybegin line=128"));
  EXPECT_TRUE(looks_coded("x\r\n(This file must be converted with BinHex 4.0)"));
  EXPECT_FALSE(looks_coded("x (This file must be converted with BinHex 4.0)"));
  EXPECT_FALSE(looks_coded("begin at once"));
}

TEST(Looks, FindEachRunOfBase64) {
  const std::string run = std::string(64, 'A') + "\r\n" + "bQ==\r\n";
  const std::string text = "words and\n" + run + "more words\n" + run;
  std::size_t at = 0;
  EXPECT_EQ(next_base64_run(text, at), run);
  EXPECT_EQ(next_base64_run(text, at), run);
  EXPECT_EQ(next_base64_run(text, at), std::nullopt);
  EXPECT_EQ(at, text.size());
}

}  // namespace
}  // namespace antidotary::mime
