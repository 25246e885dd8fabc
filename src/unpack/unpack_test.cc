// Method: containers are built by our own writers, or written byte by byte; the visitor's calls
// are noted as text, so that a test reads as what came out.
#include "unpack/unpack.h"

#include <gmock/gmock.h>

#include "core/reader.h"
#include "formats/dbx/specimens.h"
#include "formats/zip/writer.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Outcome {
  std::vector<std::string> children;  ///< "name=bytes"
  std::vector<Missed> missed;
  std::uint64_t bytes_used = 0;
};

Outcome open(Format format, const std::string& container, Limits limits = {}) {
  Outcome out;
  Budget budget(limits);
  Visitor visitor;
  visitor.child = [&out](const Child& child) {
    out.children.push_back(child.name + "=" + to_string(child.bytes));
  };
  visitor.missed = [&out](const Missed& missed) { out.missed.push_back(missed); };
  unpack(format, as_bytes(container), budget, visitor);
  out.bytes_used = budget.bytes_used();
  return out;
}

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  zip::Writer writer;
  for (const auto& [name, data] : members) writer.add(name, as_bytes(data));
  return to_string(writer.finish());
}

Buffer small_zip() {
  zip::Writer writer;
  writer.add("a", as_bytes(std::string_view("aaaa")));
  return writer.finish();
}

TEST(UnpackZip, BringsOutMembersInOrder) {
  const Outcome out =
      open(Format::zip, zip_of({{"b.txt", "bb"}, {"dir/a.txt", "a"}, {"dir/", ""}}));
  EXPECT_THAT(out.children, ElementsAre("b.txt=bb", "dir/a.txt=a"));
  EXPECT_THAT(out.missed, IsEmpty());
  EXPECT_EQ(out.bytes_used, 3u);
}

TEST(UnpackZip, InflatesADeflatedMember) {
  // APPNOTE 4.3.7 with method 8; the data are RFC 1951's stored block of "hello\n".
  const std::string data("\x01\x06\0\xf9\xffhello\n", 11);
  const std::string crc("\x20\x30\x3a\x36", 4);
  const std::string sizes("\x0b\0\0\0\x06\0\0\0", 8);
  const std::string common = std::string("\x14\0\0\0\x08\0\0\0\0\0", 10) + crc + sizes;
  std::string zip = "PK\x03\x04" + common + std::string("\x01\0\0\0", 4) + "h" + data;
  const auto directory = static_cast<char>(zip.size());
  zip += std::string("PK\x01\x02\x14\0", 6) + common + std::string("\x01\0\0\0", 4) +
         std::string(14, '\0') + "h";
  zip += std::string("PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0", 16) + directory +
         std::string(5, '\0');
  const Outcome out = open(Format::zip, zip);
  EXPECT_THAT(out.children, ElementsAre("h=hello\n"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackZip, ReportsEncryptedMembersByName) {
  zip::Writer writer;
  writer.add("open.txt", as_bytes(std::string_view("open")));
  writer.add("secret.txt", as_bytes(std::string_view("xxxx")), true);
  const Outcome out = open(Format::zip, to_string(writer.finish()));
  EXPECT_THAT(out.children, ElementsAre("open.txt=open"));
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].name, "secret.txt");
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::encrypted);
}

TEST(UnpackZip, RefusesOverlapsAndBringsOutTheRest) {
  zip::Writer writer;
  writer.add("a", as_bytes(std::string_view("aaaa")));
  for (int i = 0; i < 1000; ++i) writer.add_overlap("x" + std::to_string(i), 0);
  writer.add("b", as_bytes(std::string_view("bb")));
  const Outcome out = open(Format::zip, to_string(writer.finish()));
  EXPECT_THAT(out.children, ElementsAre("a=aaaa", "b=bb"));
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::refused);
  EXPECT_THAT(out.missed[0].error.what, HasSubstr("1000 members overlap"));
}

TEST(UnpackZip, TellsWhereTheChecksumIsWrong) {
  std::string zip = zip_of({{"a", "1234"}});
  zip[zip.find("1234")] = '9';
  const Outcome out = open(Format::zip, zip);
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].name, "a");
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::malformed);
}

TEST(UnpackZip, NamesAMethodThatItDoesNotRead) {
  Buffer zip = small_zip();
  const std::size_t central = load_u32_le(zip, zip.size() - 6);
  store_u16_le(zip, central + 10, 99);
  const Outcome out = open(Format::zip, to_string(zip));
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::unsupported);
}

TEST(UnpackZip, DoesNotReserveWhatAMemberDeclares) {
  Buffer zip = small_zip();
  const std::size_t central = load_u32_le(zip, zip.size() - 6);
  store_u32_le(zip, central + 24, 0x7fffffff);
  const Outcome out = open(Format::zip, to_string(zip));
  EXPECT_THAT(out.children, ElementsAre("a=aaaa"));
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::malformed);
}

TEST(UnpackZip, EndsWhereThePurseIsEmpty) {
  Limits limits;
  limits.objects_max = 2;
  const Outcome out = open(Format::zip, zip_of({{"a", "1"}, {"b", "2"}, {"c", "3"}}), limits);
  EXPECT_THAT(out.children, ElementsAre("a=1", "b=2"));
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::budget_spent);
}

TEST(UnpackZip, SurvivesEveryTruncationAndSaysSo) {
  const std::string zip = zip_of({{"a.txt", "aaaaaaaa"}, {"b.txt", "bbbb"}});
  for (std::size_t size = 4; size < zip.size(); ++size) {
    const Outcome out = open(Format::zip, zip.substr(0, size));
    EXPECT_FALSE(out.missed.empty()) << size;
  }
}

const std::string gzip(
    "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x06\0\xf9\xffhello\n\x20\x30\x3a\x36\x06\0\0\0", 29);

TEST(UnpackStream, BringsOutWhatIsCompressed) {
  EXPECT_THAT(open(Format::gzip, gzip).children, ElementsAre("content=hello\n"));
}

TEST(UnpackStream, EndsWithoutACrashWhereverItIsCut) {
  for (std::size_t size = 0; size < gzip.size(); ++size) {
    const Outcome out = open(Format::gzip, gzip.substr(0, size));
    EXPECT_TRUE(out.children.size() + out.missed.size() > 0) << size;
  }
}

TEST(UnpackStream, ReadsTar) {
  // One ustar header (POSIX.1-1988): name, mode, size and the checksum that readers ask for.
  std::string header(512, '\0');
  const auto put = [&header](std::size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  put(0, "dir/a.txt");
  put(100, "0000644");
  put(124, "00000000005");
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  put(148, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::string octal = "000000";
  for (std::size_t i = 6; i-- > 0; sum /= 8) octal[i] = static_cast<char>('0' + sum % 8);
  put(148, octal + std::string("\0 ", 2));
  const std::string tar = header + "hello" + std::string(507, '\0') + std::string(1024, '\0');
  EXPECT_EQ(formats::identify(as_bytes(tar)), Format::tar);
  const Outcome out = open(Format::tar, tar);
  EXPECT_THAT(out.children, ElementsAre("dir/a.txt=hello"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackMessage, DecodesLeavesAndNamesThem) {
  const Outcome out = open(Format::message,
                           "From: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n"
                           "--x\nContent-Disposition: attachment; filename=a.bin\n"
                           "Content-Transfer-Encoding: base64\n\nAQID\n--x--\n");
  EXPECT_THAT(out.children, ElementsAre("part 2=text", std::string("a.bin=\x01\x02\x03")));
  EXPECT_EQ(out.bytes_used, 3u);  // a view costs nothing
}

TEST(UnpackMessage, ReadsALeafInEveryEncodingThatItStates) {
  // Of a field that stands twice some programs take the first, some the last.
  for (const std::string order : {"7bit base64", "base64 7bit", "quoted-printable base64"}) {
    const std::size_t blank = order.find(' ');
    const Outcome out = open(Format::message,
                             "From: a\nContent-Disposition: attachment; filename=a.bin\n"
                             "Content-Transfer-Encoding: " +
                                 order.substr(0, blank) + "\ncontent-transfer-encoding: " +
                                 order.substr(blank + 1) + "\n\nYW4gaW5lcnQgcGF5bG9hZA==\n");
    const auto decoded = ::testing::EndsWith("=an inert payload");
    EXPECT_THAT(out.children, ::testing::Contains(decoded)) << order;
    EXPECT_THAT(out.children, ::testing::Contains(HasSubstr("=YW4gaW5l"))) << order;
  }
}

TEST(UnpackMessage, LimitsADecodedBody) {
  Limits limits;
  limits.object_bytes_max = 4;
  const Outcome out = open(
      Format::message, "From: a\nContent-Transfer-Encoding: base64\n\nAQIDBAUGBwgJCg==\n", limits);
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::budget_spent);
}

TEST(UnpackMbox, CountsMessagesFromOne) {
  const Outcome out =
      open(Format::mbox, "From a 12:00:00\nA: b\n\n>From x\n\nFrom c 12:00:01\nD: e\n");
  EXPECT_THAT(out.children, ElementsAre("message 1=A: b\n\nFrom x\n", "message 2=D: e\n"));
}

// mboxcl2 does not quote: who believes Content-Length sees one message, who does not sees two.
TEST(UnpackMbox, HandsOutWhatAContentLengthSays) {
  const std::string from = "From a Fri Aug  1 12:00:00 2003\n";
  const Outcome out = open(Format::mbox, from + "Content-Length: 38\n\n1\n" + from + "\n2\n\n");
  EXPECT_THAT(
      out.children,
      ElementsAre("message 1=Content-Length: 38\n\n1\n",
                  "message 1 by its Content-Length=Content-Length: 38\n\n1\n" + from + "\n2\n\n",
                  "message 2=\n2\n"));
}

TEST(UnpackDbx, HandsOutEachMessage) {
  dbx::StoreWriter writer;
  writer.add("A: b\n\none\n");
  writer.add("", false);
  writer.add(std::string(100, 'x'));
  const std::string store = writer.finish();
  const Outcome out = open(Format::dbx, store);
  EXPECT_THAT(out.children,
              ElementsAre("message 1=A: b\n\none\n", "message 3=" + std::string(100, 'x')));
  EXPECT_THAT(out.missed, IsEmpty());
  EXPECT_THAT(open(Format::dbx, store.substr(0, store.size() - 700)).missed, SizeIs(1));
}

TEST(UnpackEmlx, HandsOutTheMessageAndTheProperties) {
  const Outcome out = open(Format::emlx, "7         \nA: b\n\nc<?xml?>\n");
  EXPECT_THAT(out.children, ElementsAre("message 1=A: b\n\nc", "properties=<?xml?>\n"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackEmlx, BelievesNoCount) {
  const Outcome out = open(Format::emlx, "6\nA: b\n\nc");
  EXPECT_THAT(out.children, ElementsAre("message 1=A: b\n\n", "properties=c",
                                        "message 1 to the end of the file=A: b\n\nc"));
  const Outcome cut = open(Format::emlx, "60\nA: b\n\nc");
  EXPECT_THAT(cut.children, ElementsAre("message 1=A: b\n\nc"));
  ASSERT_THAT(cut.missed, SizeIs(1));
  EXPECT_EQ(cut.missed[0].error.kind, ErrorKind::truncated);
  EXPECT_EQ(open(Format::emlx, "x\nA: b\n").missed[0].error.kind, ErrorKind::not_this_format);
}

TEST(UnpackMbox, IsNotCutByTheNumberOfObjects) {
  Limits limits;
  limits.objects_max = 3;
  std::string mailbox;
  for (int i = 0; i < 50; ++i) mailbox += "From a 12:00:00\nA: b\n\nx\n\n";
  const Outcome out = open(Format::mbox, mailbox, limits);
  EXPECT_THAT(out.children, SizeIs(50));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(Unpack, SaysWhichFormatsItDoesNotOpen) {
  const Outcome out = open(Format::egg, "EGGA");
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::unsupported);
  EXPECT_TRUE(is_container(Format::egg));
  EXPECT_THAT(out.missed[0].error.what, HasSubstr("egg"));
  EXPECT_FALSE(opens(Format::egg));
  EXPECT_TRUE(is_container(Format::hwp3));
  EXPECT_FALSE(opens(Format::hwp3));
  EXPECT_FALSE(is_container(Format::text));
  EXPECT_TRUE(opens(Format::zip));
}

}  // namespace
}  // namespace antidotary::unpack
