// Method: inputs are the RFCs' own examples, or written beside the rule they touch.
#include "formats/mime/encoding.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "formats/mime/base64.h"

namespace antidotary::mime {
namespace {

using namespace std::string_view_literals;

std::string decoded(Encoding encoding, std::string_view text) {
  const Decoded out = decode(encoding, as_bytes(text), text.size());
  EXPECT_EQ(out.bytes.size(), decoded_bytes(encoding, as_bytes(text)));
  return to_string(out.bytes);
}

TEST(Base64, DecodesTheVectorsOfRfc4648) {
  EXPECT_EQ(decoded(Encoding::base64, ""), "");
  EXPECT_EQ(decoded(Encoding::base64, "Zg=="), "f");
  EXPECT_EQ(decoded(Encoding::base64, "Zm8="), "fo");
  EXPECT_EQ(decoded(Encoding::base64, "Zm9v"), "foo");
  EXPECT_EQ(decoded(Encoding::base64, "Zm9vYmFy"), "foobar");
}

TEST(Base64, ReadsOnBehindLinesPaddingAndNoise) {
  EXPECT_EQ(decoded(Encoding::base64, "Zm\r\n9v"), "foo");
  EXPECT_EQ(decoded(Encoding::base64, "Zg==Zg=="), "ff");
  EXPECT_EQ(decoded(Encoding::base64, "Zm9vYg"), "foob");  // cut
  const Decoded noisy = decode(Encoding::base64, as_bytes("Z!m*9v"sv), 100);
  EXPECT_EQ(to_string(noisy.bytes), "foo");
  EXPECT_EQ(noisy.skipped, 2u);
}

TEST(Base64, ComesBackFromItsLines) {
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 7 + size);
    const std::string lines = to_base64_lines(as_bytes(bytes));
    EXPECT_EQ(decoded(Encoding::base64, lines), bytes);
    for (const std::string_view line : split(lines, '\n')) EXPECT_LE(line.size(), 77u);
  }
}

TEST(QuotedPrintable, FollowsRfc2045) {
  EXPECT_EQ(decoded(Encoding::quoted_printable, "a=3Db"), "a=b");
  EXPECT_EQ(decoded(Encoding::quoted_printable, "Now's the time =\r\nfor"), "Now's the time for");
  EXPECT_EQ(decoded(Encoding::quoted_printable, "trailing \t\r\nnext"), "trailing\r\nnext");
  EXPECT_EQ(decoded(Encoding::quoted_printable, "=e4"), "\xe4");
  EXPECT_EQ(decoded(Encoding::quoted_printable, "50=% off=x"), "50=% off=x");
}

TEST(Decoding, StopsWhereItIsTold) {
  for (const Encoding encoding :
       {Encoding::base64, Encoding::quoted_printable, Encoding::identity}) {
    const Decoded out = decode(encoding, as_bytes("Zm9vYmFyZm9vYmFy"sv), 4);
    EXPECT_EQ(out.bytes.size(), 4u);
    EXPECT_TRUE(out.cut);
  }
}

TEST(Encoding, IsNamedWithoutRegardToCaseAndComments) {
  EXPECT_EQ(encoding_of(" Base64 (really)"), Encoding::base64);
  EXPECT_EQ(encoding_of("QUOTED-PRINTABLE"), Encoding::quoted_printable);
  EXPECT_EQ(encoding_of("8bit"), Encoding::identity);
  EXPECT_EQ(encoding_of("x-uuencode"), Encoding::uuencode);
  EXPECT_EQ(encoding_of("x-base64"), Encoding::unknown);
}

TEST(EncodedWords, DecodesTheExamplesOfRfc2047) {
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?Andr=E9?= Pirard"), "Andr\xc3\xa9 Pirard");
  EXPECT_EQ(decode_words("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?="),
            "If you can read this yo");
  // Section 8: blanks between two words go, a blank before plain text stays.
  EXPECT_EQ(decode_words("(=?ISO-8859-1?Q?a?= b)"), "(a b)");
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?="), "ab");
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?a_b?="), "a b");
}

TEST(EncodedWords, JoinsACharacterThatIsCutBetweenTwo) {
  EXPECT_EQ(decode_words("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?="), "\xc3\xa9");
}

TEST(EncodedWords, LeavesWhatIsNoneAsItStands) {
  for (const std::string_view text :
       {"=?"sv, "=?x"sv, "=?x?Q"sv, "=?x?Q?"sv, "=?x?Z?a?="sv, "a =? b ?= c"sv, "1=?2"sv}) {
    EXPECT_EQ(decode_words(text), text);
  }
}

TEST(Charsets, KeepUtf8AndReadTheRestAs1252) {
  EXPECT_EQ(to_utf8("utf-8", "\xc3\xa9"), "\xc3\xa9");
  EXPECT_EQ(to_utf8("us-ascii", "\x80"), "\xe2\x82\xac");
  EXPECT_EQ(to_utf8("UTF-16", "\xfe\xff\0a"sv).substr(3), "a");
  EXPECT_EQ(to_utf8("utf-16le", "a\0b\0"sv), "ab");
}

}  // namespace
}  // namespace antidotary::mime
