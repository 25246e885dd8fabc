// Method: documents written here; ciphers and predictors against qpdf are in
// tests/formats/documents. Filters' expected bytes are worked out from ISO 32000-1, 7.4.
#include <gmock/gmock.h>

#include "unpack/documents/outcome.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;

Outcome open(const std::string& body, Limits limits = {}) {
  return open_document(Format::pdf, "%PDF-1.7\n" + body + "\n%%EOF", limits);
}
std::string stream(const std::string& dictionary, const std::string& data) {
  return "1 0 obj<<" + dictionary + "/Length " + std::to_string(data.size()) + ">>stream\n" + data +
         "\nendstream endobj\n";
}
const std::string zlib = "\x78\x01\x01\x06\0\xf9\xffhello\n\x08\x4b\x02\x1f"s;

TEST(UnpackPdf, UndoesEachFilter) {
  EXPECT_EQ(open(stream("/Filter/FlateDecode", zlib)).of("object 1"), "hello\n");
  EXPECT_EQ(open(stream("/Filter/Fl", zlib)).of("object 1"), "hello\n");
  EXPECT_EQ(open(stream("/Filter/#46lateDecode", zlib)).of("object 1"), "hello\n");
  EXPECT_EQ(open(stream("/Filter/ASCIIHexDecode", "68 65 6C 6c6f>")).of("object 1"), "hello");
  EXPECT_EQ(open(stream("/Filter/ASCII85Decode", "BOu!rDZ~>")).of("object 1"), "hello");
  EXPECT_EQ(open(stream("/Filter/RunLengthDecode", "\x01he\xffl\x00o\x80"s)).of("object 1"),
            "hello");
  // 7.4.4.2, the example of the standard: 45 45 45 45 45 65 45 45 45 66.
  EXPECT_EQ(
      open(stream("/Filter/LZWDecode", "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"s)).of("object 1"),
      "-----A---B");
}

TEST(UnpackPdf, UndoesFiltersInAChain) {
  const std::string hex = "78010106 00f9ff68 656c6c6f 0a084b02 1f>";
  EXPECT_EQ(open(stream("/Filter[/AHx/FlateDecode]", hex)).of("object 1"), "hello\n");
}

TEST(UnpackPdf, UndoesPrediction) {
  // Two rows of three: none, then what stands above is added.
  // A stored block around the rows.
  const std::string packed = "\x78\x01\x01\x08\0\xf7\xff\0abc\x02\1\1\1\x0a\xb7\x01\x2c"s;
  const std::string parameters = "/DecodeParms<</Predictor 12/Columns 3>>";
  EXPECT_THAT(open(stream("/Filter/FlateDecode" + parameters, packed)).of("object 1"), "abcbcd");
}

TEST(UnpackPdf, LeavesPicturesAsTheyAre) {
  const Outcome out = open(stream("/Filter/DCTDecode", "\xff\xd8\xff"));
  EXPECT_EQ(out.of("object 1"), "\xff\xd8\xff");
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackPdf, BringsOutScripts) {
  const Outcome out =
      open("2 0 obj<</OpenAction<</S/J#61vaScript/JS(app.alert\\(1\\))>>>>endobj\n" +
           std::string("3 0 obj<</S/JavaScript/JS 1 0 R>>endobj\n") + stream("", "x = 1"));
  EXPECT_EQ(out.of("object 2.js"), "app.alert(1)");
  EXPECT_EQ(out.of("object 1.js"), "x = 1");
  EXPECT_THAT(out.odd, ElementsAre("hidden_name", "javascript"));
}

TEST(UnpackPdf, ReadsObjectStreams) {
  const std::string objects = "7 0 8 5 <<>> <</JS(inner)>>";
  const Outcome out = open(stream("/Type/ObjStm/N 2/First 8", objects));
  EXPECT_EQ(out.of("object 8.js"), "inner");
}

TEST(UnpackPdf, NamesEmbeddedFilesAndListsAddresses) {
  const Outcome out = open(
      "2 0 obj<</Type/Filespec/F(a.txt)/UF(b.txt)/EF<</F 1 0 R>>>>endobj\n"
      "4 0 obj<</S/URI/URI(http://192.0.2.1/x)>>endobj\n" +
      stream("/Type/EmbeddedFile", "data"));
  EXPECT_EQ(out.of("b.txt"), "data");
  EXPECT_EQ(out.of("uris.txt"), "http://192.0.2.1/x\n");
}

TEST(UnpackPdf, TellsWhatIsDamaged) {
  EXPECT_THAT(open(stream("/Filter/FlateDecode", zlib.substr(0, 9))).kinds,
              ElementsAre(ErrorKind::truncated));
  EXPECT_THAT(open(stream("/Filter/Nonsense", "x")).kinds, ElementsAre(ErrorKind::unsupported));
  const Outcome lost = open(stream("/Filxer/FlateDecode", zlib));
  EXPECT_THAT(lost.kinds, ElementsAre(ErrorKind::malformed));
  EXPECT_EQ(lost.of("object 1.inflated"), "hello\n");
  EXPECT_THAT(open_document(Format::pdf, "%PDF-1.7\n").kinds, ElementsAre(ErrorKind::truncated));
}

TEST(UnpackPdf, RefusesChainsWithoutEnd) {
  std::string filters;
  for (int i = 0; i < 1000; ++i) filters += "/AHx";
  EXPECT_THAT(open(stream("/Filter[" + filters + "]", "41>")).kinds,
              ElementsAre(ErrorKind::refused));
}

TEST(UnpackPdf, SaysThatAPasswordIsNeeded) {
  const std::string key = "(12345678901234567890123456789012)";
  const Outcome out = open(stream("", "x") + "trailer<</Encrypt<</Filter/Standard/V 2/R 3/P -4/O" +
                           key + "/U" + key + "/Length 128>>/ID[(a)(b)]>>");
  EXPECT_THAT(out.kinds, ElementsAre(ErrorKind::encrypted));
}

TEST(UnpackPdf, LeavesACircleOfReferences) {
  EXPECT_THAT(open("1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj 3 0 obj<</JS 1 0 R>>endobj").missed,
              IsEmpty());
}

TEST(UnpackPdf, EndsWhereThePurseIsEmpty) {
  Limits limits;
  limits.bytes_max = 3;
  EXPECT_THAT(open(stream("/Filter/FlateDecode", zlib), limits).kinds,
              Contains(ErrorKind::budget_spent));
}

}  // namespace
}  // namespace antidotary::unpack
