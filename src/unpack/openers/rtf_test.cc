// Method: documents written here; what obfuscates them is what public analyses of RTF describe.
#include <gmock/gmock.h>

#include "core/digest.h"
#include "unpack/documents/outcome.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;

Outcome open(const std::string& body) {
  return open_document(Format::rtf, "{\\rtf1 " + body + "}");
}

std::string counted(const std::string& text) {
  return std::string(1, static_cast<char>(text.size() + 1)) + "\0\0\0"s + text + "\0"s;
}
// An object of OLE 1.0 around `data`, as digits.
std::string object(const std::string& class_name, const std::string& data) {
  const std::string bytes = "\x01\x05\0\0\x02\0\0\0"s + counted(class_name) + "\0\0\0\0\0\0\0\0"s +
                            std::string(1, static_cast<char>(data.size())) + "\0\0\0"s + data;
  return to_hex(as_bytes(bytes));
}
const std::string plain = object("X", "hello");

TEST(UnpackRtf, BringsOutAnObject) {
  const Outcome out = open("{\\object\\objemb{\\*\\objclass X}{\\*\\objdata " + plain + "}}");
  EXPECT_THAT(out.children, ElementsAre("object 1 (X)=hello"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackRtf, TakesDigitsAmongNoise) {
  std::string noisy;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    noisy += plain[i];
    if (i % 7 == 0) noisy += "\r\n\t ";
    if (i % 11 == 0) noisy += "{\\*\\junk 4142}";
    if (i % 13 == 0) noisy += "\\mac12 ";
    if (i % 17 == 0) noisy += "{}{\\x }";
    if (i % 19 == 0) noisy += "\\'41";
    if (i % 23 == 0) noisy += "zxyq";
  }
  EXPECT_EQ(open("{\\object{\\*\\objdata " + noisy + "}}").of("object 1 (X)"), "hello");
}

TEST(UnpackRtf, TakesBinaryRuns) {
  const std::string begin = plain.substr(0, plain.size() - 10);
  EXPECT_EQ(open("{\\*\\objdata " + begin + "\\bin5 he}lo}").of("object 1 (X)"), "he}lo");
}

TEST(UnpackRtf, StartsAgainWhereAnObjectIsNested) {
  const Outcome out = open("{\\*\\objdata 4142{\\*\\junk{\\objdata " + plain + "}}");
  EXPECT_EQ(out.of("object 1"), "AB");
  EXPECT_EQ(out.of("object 2 (X)"), "hello");
}

TEST(UnpackRtf, BringsOutThePackagedFile) {
  const std::string package = "\x02\0a.txt\0C:\\a.txt\0\0\0\x03\0\x02\0\0\0x\0\x05\0\0\0hello"s;
  const Outcome out = open("{\\*\\objdata " + object("Package", package) + "}");
  EXPECT_EQ(out.of("a.txt"), "hello");
}

TEST(UnpackRtf, HandsOutDigitsThatAreNoObject) {
  EXPECT_EQ(open("{\\*\\objdata d0cf11e0}").of("object 1"), "\xd0\xcf\x11\xe0");
  EXPECT_EQ(open("{\\pict\\wmetafile8 {\\*\\blipuid 11}4142}").of("picture 1"), "AB");
}

TEST(UnpackRtf, BringsOutDigitsBehindADamagedWord) {
  std::string digits;
  for (int i = 0; i < 100; ++i) digits += "4142";
  EXPECT_TRUE(open("{\\*\\objdatb " + digits + "}").of("digits 1").starts_with("ABAB"));
  EXPECT_TRUE(open("{\\*\\objd~ta " + digits + "}").of("digits 1").starts_with("ABAB"));
}

TEST(UnpackRtf, TellsACutObject) {
  const Outcome out =
      open_document(Format::rtf, "{\\rtf1{\\*\\objdata " + plain.substr(0, plain.size() - 4));
  EXPECT_EQ(out.of("object 1 (X)"), "hel");
  EXPECT_THAT(out.kinds, ElementsAre(ErrorKind::truncated));
}

TEST(UnpackRtf, TellsWhatActsByItself) {
  EXPECT_THAT(open("{\\object\\objautlink\\objupdate}{\\*\\template http://192.0.2.1/a.dot}").odd,
              ElementsAre("object_updates_itself", "remote_template"));
  EXPECT_THAT(open("{\\*\\template C:\\\\a.dot}").odd, IsEmpty());
}

TEST(UnpackRtf, EndsWhereThePurseIsEmpty) {
  Limits limits;
  limits.bytes_max = 10;
  const Outcome out = open_document(Format::rtf, "{\\rtf1{\\*\\objdata " + plain + "}}", limits);
  EXPECT_THAT(out.kinds, testing::Contains(ErrorKind::budget_spent));
}

}  // namespace
}  // namespace antidotary::unpack
