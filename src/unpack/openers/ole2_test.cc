// Method: compound files by formats/ole2/specimens.h around streams written here; the expected
// texts of macros are the worked examples of [MS-OVBA] 3.2 and [MS-OXRTFCP] 3.1.
#include <gmock/gmock.h>

#include "formats/ole2/specimens.h"
#include "unpack/documents/outcome.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using ole2::compound_of;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using namespace std::string_literals;

Outcome open(const ole2::Contents& contents) {
  return open_document(Format::ole2, compound_of(contents));
}

// A chunk of literal tokens alone.
std::string macro(const std::string& text) {
  std::string tokens;
  for (std::size_t i = 0; i < text.size(); i += 8) tokens += "\0"s + text.substr(i, 8);
  const std::size_t header = 0xb000 | (tokens.size() - 1);
  return "\1"s + static_cast<char>(header & 0xff) + static_cast<char>(header >> 8) + tokens;
}

std::string package(const std::string& name, const std::string& data) {
  std::string body = "\x02\0"s + name + "\0"s + "C:\\x\\" + name + "\0"s + "\0\0\x03\0"s +
                     "\x02\0\0\0x\0"s + std::string(1, static_cast<char>(data.size())) + "\0\0\0"s +
                     data;
  return std::string(1, static_cast<char>(body.size())) + "\0\0\0"s + body;
}

TEST(UnpackOle2, BringsOutStreamsByPath) {
  const Outcome out = open({{"a", "1"}, {"b/c", "2"}, {"empty", ""}});
  EXPECT_THAT(out.children, UnorderedElementsAre("a=1", "b/c=2"));
  EXPECT_THAT(out.missed, IsEmpty());
  EXPECT_THAT(out.odd, IsEmpty());
}

TEST(UnpackOle2, BringsOutMacrosAsText) {
  const std::string text = "Attribute VB_Name = \"a\"\r\nSub x()\r\nEnd Sub\r\n";
  const Outcome out = open({{"Macros/VBA/Module1", "compiled" + macro(text)}});
  EXPECT_EQ(out.of("Macros/VBA/Module1.vba"), text);
  EXPECT_THAT(out.odd, ElementsAre("macros"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackOle2, TellsADamagedMacro) {
  std::string packed = macro("Attribute VB_Name = \"a\"\r\n");
  packed[12] = '\x01';  // its second flag byte: a copy from before the beginning
  packed[14] = '\xff';
  const Outcome out = open({{"VBA/M", packed}});
  ASSERT_THAT(out.kinds, ElementsAre(ErrorKind::malformed));
  EXPECT_EQ(out.of("VBA/M.vba"), "Attribut");
}

TEST(UnpackOle2, BringsOutAPackageByItsName) {
  const Outcome out = open({{"ObjectPool/_1/\1Ole10Native", package("a.txt", "hello")}});
  EXPECT_EQ(out.of("a.txt"), "hello");
}

TEST(UnpackOle2, BringsOutAPackageWhoseLengthIsForged) {
  std::string forged = package("a.txt", "hello");
  forged[0] = '\0';
  EXPECT_EQ(open({{"\1Ole10Native", forged}}).of("a.txt"), "hello");
}

TEST(UnpackOle2, TellsACutPackage) {
  const std::string whole = package("a.txt", "hello");
  const Outcome out = open({{"\1Ole10Native", whole.substr(0, whole.size() - 2)}});
  EXPECT_EQ(out.of("a.txt"), "hel");
  EXPECT_THAT(out.kinds, ElementsAre(ErrorKind::truncated));
}

TEST(UnpackOle2, InflatesObjectsOfPresentations) {
  // RFC 1950 around RFC 1951's stored block of "hello\n".
  const std::string zlib = "\x78\x01\x01\x06\0\xf9\xffhello\n\x08\x4b\x02\x1f"s;
  const std::string object =
      "\x10\0\x11\x10"s + static_cast<char>(zlib.size() + 4) + "\0\0\0"s + "\x06\0\0\0"s + zlib;
  const std::string outer = "\x0f\0\xe8\x03"s + static_cast<char>(object.size()) + "\0\0\0"s;
  const Outcome out = open({{"PowerPoint Document", outer + object}});
  EXPECT_EQ(out.of("object 1"), "hello\n");
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackOle2, SaysThatADocumentIsEncrypted) {
  EXPECT_THAT(open({{"EncryptedPackage", "x"}, {"EncryptionInfo", "y"}}).kinds,
              ElementsAre(ErrorKind::encrypted));
  EXPECT_THAT(open({{"Workbook", "\x09\x08\x04\0\0\x06\x05\0\x2f\0\x02\0\x01\0"s}}).kinds,
              ElementsAre(ErrorKind::encrypted));
  EXPECT_THAT(open({{"WordDocument", "\xec\xa5\xc1\0\0\0\0\0\0\0\0\x01"s}}).kinds,
              ElementsAre(ErrorKind::encrypted));
  EXPECT_THAT(open({{"WordDocument", "\xec\xa5\xc1\0\0\0\0\0\0\0\0\0"s}}).kinds, IsEmpty());
}

TEST(UnpackOle2, NamesAttachmentsOfMessages) {
  const std::string at = "__attach_version1.0_#00000000/__substg1.0_";
  const Outcome out = open({{at + "37010102", "data"},
                            {at + "3707001F", "a\0.\0b\0"s},
                            {"__substg1.0_1000001F", "h\0i\0"s}});
  EXPECT_EQ(out.of("a.b"), "data");
  EXPECT_EQ(out.of("body.txt"), "hi");
}

TEST(UnpackOle2, UnpacksTheTextOfMessages) {
  // [MS-OXRTFCP] 3.1: "{\rtf1\ansi\ansicpg1252\pard hello world}" and CRLF.
  const std::string packed =
      "\x2d\0\0\0\x2b\0\0\0\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\0\x0a\0\x72\x63\x70\x67\x31\x32"
      "\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\0\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0"s;
  EXPECT_EQ(open({{"__substg1.0_10090102", packed}}).of("body.rtf"),
            "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
}

TEST(UnpackOle2, ReadsNamesOfWindowsInstaller) {
  // U+4840, then "_S" "tr" as pairs: 63 and 28, 55 and 53.
  std::string name = "\xe4\xa1\x80";
  append_utf8(name, 0x3800 + 63 + 28 * 64);
  append_utf8(name, 0x3800 + 55 + 53 * 64);
  append_utf8(name, 0x4800 + 1);
  const std::string installer_id = "\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s;
  const Outcome out = open_document(Format::ole2, compound_of({{name, "x"}}, installer_id));
  EXPECT_THAT(out.children, ElementsAre("!_Str1=x"));
}

TEST(UnpackOle2, InflatesHangulDocuments) {
  const std::string header = "HWP Document File"s + std::string(19, '\0') + "\x01\0\0\0"s;
  const std::string deflated = "\x01\x06\0\xf9\xffhello\n"s;
  const Outcome out = open({{"FileHeader", header}, {"BodyText/Section0", deflated}});
  EXPECT_EQ(out.of("BodyText/Section0.inflated"), "hello\n");
}

TEST(UnpackOle2, EndsWhereThePurseIsEmpty) {
  Limits limits;
  limits.objects_max = 1;
  const Outcome out = open_document(Format::ole2, compound_of({{"a", "1"}, {"b", "2"}}), limits);
  EXPECT_EQ(out.children.size(), 1u);
  EXPECT_THAT(out.kinds, Contains(ErrorKind::budget_spent));
}

}  // namespace
}  // namespace antidotary::unpack
