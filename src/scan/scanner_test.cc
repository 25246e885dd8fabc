// Method: a small encyclopedia is read from text; each message, mailbox and archive is built here,
// inert, by our own writers, so that what is in it can be read beside what is expected of it.
#include "scan/scanner.h"

#include <gmock/gmock.h>

#include "core/digest.h"
#include "core/record.h"
#include "scan/specimens.h"

namespace antidotary::scan {
namespace {

using specimens::eicar;
using specimens::encyclopedia;
using specimens::lure;
using specimens::Mail;
using specimens::zip_of;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Report scan(const std::string& object, const std::string& name, Limits limits = {}) {
  const Scanner scanner(encyclopedia());
  Budget budget(limits);
  Report report = scanner.scan(as_bytes(object), name, budget);
  EXPECT_LE(budget.bytes_used(), limits.bytes_max);
  return report;
}

std::string mailbox_of(const std::vector<std::string>& messages) {
  std::string out;
  for (const std::string& message : messages) {
    out += "From a@example.org Fri Aug  1 12:00:00 2003\n" + message + "\n";
  }
  return out;
}

TEST(Scanner, FindsWhatAPictureHoldsWithoutADeclaration) {
  const std::string inert = eicar();
  const std::string picture = "svg xmlns='http://www.w3.org/2000/svg'><script>'data:a/b;base64," +
                              mime::to_base64_lines(as_bytes(inert)) + "'</script></svg>";
  for (const std::string before : {"<", "\xef\xbb\xbf<", "<!-- c -->\n<", "<!DOCTYPE svg><",
                                   "<?xml version='1.0'?><", "<s:"}) {
    const Report report = scan(before + picture, "a.svg");
    ASSERT_THAT(report.detections, SizeIs(1)) << before;
    EXPECT_THAT(report.detections[0].path, ElementsAre("a.svg", "data 1")) << before;
  }
}

TEST(Scanner, FindsTheLureInAMailboxAndNamesTheWayToIt) {
  const std::string honest = Mail{}.text("Dinner at eight?").finish();
  const Report report = scan(mailbox_of({honest, lure(), honest}), "mail.mbox");
  ASSERT_THAT(report.detections, SizeIs(1));
  const Detection& found = report.detections.front();
  EXPECT_EQ(found.entry, "win32/testworm");
  EXPECT_EQ(found.variant, "a");
  EXPECT_EQ(found.change, "lure");
  EXPECT_EQ(found.kind, "message");
  EXPECT_EQ(found.grade, entries::Grade::strong);
  EXPECT_TRUE(found.convicts);
  EXPECT_THAT(found.path, ElementsAre("mail.mbox", "message 2", "message.zip", "message.html"));
  EXPECT_THAT(found.marks, Contains(Field(&Mark::value, "your account qwerty")));
  EXPECT_EQ(report.verdict(), Verdict::found);
  EXPECT_EQ(report.format, "mbox");
  EXPECT_TRUE(report.holds_several);
  // The mailbox, three messages, their three texts, the zip and its member.
  EXPECT_EQ(report.objects, 9u);
}

TEST(Scanner, LeavesAnInnocentAccountMailAlone) {
  const std::string mail = Mail{}
                               .from("admin@example.org")
                               .subject("your account has a new address")
                               .text("Hello, holiday pictures are attached.")
                               .attach("holiday.zip", zip_of({{"holiday.txt", "sun"}}))
                               .finish();
  const Report report = scan(mail, "mail.eml");
  EXPECT_THAT(report.detections, IsEmpty());
  EXPECT_EQ(report.verdict(), Verdict::clean);
  EXPECT_FALSE(report.holds_several);
}

TEST(Scanner, FindsAFileByItsDigestInsideNestedArchives) {
  const std::string inner = zip_of({{"folder/eicar.com", eicar()}});
  const Report report = scan(zip_of({{"a.txt", "a"}, {"inner.zip", inner}}), "outer.zip");
  ASSERT_THAT(report.detections, SizeIs(1));
  EXPECT_EQ(report.detections[0].entry, "test/eicar");
  EXPECT_EQ(report.detections[0].grade, entries::Grade::conclusive);
  EXPECT_THAT(report.detections[0].path, ElementsAre("outer.zip", "inner.zip", "folder/eicar.com"));
}

TEST(Scanner, TakesNoFileOfTheRightSizeForTheRightOne) {
  EXPECT_THAT(scan(std::string(68, 'x'), "eicar.com").detections, IsEmpty());
  EXPECT_THAT(scan(eicar() + "x", "eicar.com").detections, IsEmpty());
  EXPECT_EQ(scan("", "empty").verdict(), Verdict::clean);
}

TEST(Scanner, CallsAnEncryptedMemberOpaqueOnce) {
  const std::string zip =
      specimens::encrypted_zip_of({{"a.txt", "aaa"}, {"b.txt", "bbb"}, {"c.txt", "ccc"}});
  const Report report = scan(zip, "secret.zip");
  ASSERT_THAT(report.unread, SizeIs(1));
  EXPECT_EQ(report.unread[0].gap, Gap::opaque);
  EXPECT_THAT(report.unread[0].path, ElementsAre("secret.zip", "a.txt"));
  EXPECT_THAT(report.unread[0].reason, HasSubstr("2 more"));
  EXPECT_EQ(report.verdict(), Verdict::incomplete);
}

TEST(Scanner, CallsACutArchiveFailed) {
  std::string zip = zip_of({{"a.txt", std::string(500, 'a')}, {"eicar.com", eicar()}});
  zip.resize(zip.size() - 60);
  const Report report = scan(zip, "cut.zip");
  ASSERT_FALSE(report.unread.empty());
  EXPECT_EQ(report.unread[0].gap, Gap::failed);
  // What can still be read is read: found wins over incomplete.
  EXPECT_EQ(report.verdict(), Verdict::found);
}

TEST(Scanner, EndsABombOfNestingAtTheDepthLimit) {
  std::string bomb = "bottom";
  for (int i = 0; i < 30; ++i) bomb = zip_of({{"x.zip", bomb}});
  const Report report = scan(bomb, "bomb.zip");
  ASSERT_THAT(report.unread, SizeIs(1));
  EXPECT_EQ(report.unread[0].gap, Gap::limited);
  EXPECT_THAT(report.unread[0].reason, HasSubstr("depth_max"));
  EXPECT_THAT(report.unread[0].path, SizeIs(Limits{}.depth_max + 1));
}

TEST(Scanner, RefusesABombOfOverlaps) {
  const Report report = scan(specimens::overlapping_zip(50), "bomb.zip");
  ASSERT_THAT(report.unread, SizeIs(1));
  EXPECT_EQ(report.unread[0].gap, Gap::limited);
  EXPECT_THAT(report.unread[0].reason, HasSubstr("overlap"));
  EXPECT_EQ(report.objects, 2u);
}

TEST(Scanner, EndsAtTheLimitOfBytes) {
  Limits limits;
  limits.bytes_max = 1000;
  const Report report =
      scan(zip_of({{"a", std::string(900, 'a')}, {"b", std::string(900, 'b')}}), "x.zip", limits);
  ASSERT_THAT(report.unread, SizeIs(1));
  EXPECT_EQ(report.unread[0].gap, Gap::limited);
  EXPECT_THAT(report.unread[0].path, ElementsAre("x.zip", "b"));
  EXPECT_THAT(report.unread[0].reason, HasSubstr("bytes_max"));
}

TEST(Scanner, StopsOnceWhenStepsAreSpent) {
  Limits limits;
  limits.steps_max = 40;
  const std::string honest = Mail{}.text(std::string(2000, 't')).finish();
  const Report report = scan(mailbox_of({honest, honest, honest}), "x.mbox", limits);
  EXPECT_FALSE(report.unread.empty());
  EXPECT_LE(report.unread.size(), 3u);
  EXPECT_EQ(report.verdict(), Verdict::incomplete);
}

TEST(Scanner, KeepsAReportToItsSize) {
  // Each message holds one encrypted zip, that is one unread part.
  const std::string mail =
      Mail{}.text("x").attach("s.zip", specimens::encrypted_zip_of({{"a.txt", "a"}})).finish();
  std::string mailbox;
  const std::string one = mailbox_of({mail});
  for (std::size_t i = 0; i < report_items_max + 5; ++i) mailbox += one;
  Limits limits;
  limits.objects_max = 1'000'000;
  const Report report = scan(mailbox, "big.mbox", limits);
  ASSERT_THAT(report.unread, SizeIs(report_items_max + 1));
  EXPECT_THAT(report.unread.back().reason, HasSubstr("full"));
}

TEST(Scanner, LooksIntoAMessageInsideAMessage) {
  const std::string outer = Mail{}.text("see below").attach_message(lure()).finish();
  const Report report = scan(outer, "bounce.eml");
  ASSERT_THAT(report.detections, SizeIs(1));
  EXPECT_THAT(report.detections[0].path,
              ElementsAre("bounce.eml", "part 3", "message.zip", "message.html"));
}

TEST(Scanner, OpensATwiceCompressedArchive) {
  // gzip of "hello\n", written by RFC 1952: header, stored block, CRC-32, size.
  const std::string gzip(
      "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x06\0\xf9\xffhello\n\x20\x30\x3a\x36\x06\0\0\0", 29);
  const Report report = scan(gzip, "hello.gz");
  EXPECT_THAT(report.unread, IsEmpty());
  EXPECT_EQ(report.objects, 2u);
  EXPECT_EQ(report.bytes, gzip.size() + 6);
}

TEST(Report, SurvivesTheWire) {
  const Report report = scan(lure(), "lure.eml");
  const auto back = from_wire<Report>(to_wire(report));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(to_json(*back).dump(), to_json(report).dump());
  EXPECT_EQ(back->verdict(), Verdict::found);
}

TEST(Report, AWeakDetectionAloneIsClean) {
  Report report;
  report.detections.emplace_back();
  EXPECT_EQ(report.verdict(), Verdict::clean);
  report.unread.emplace_back();
  EXPECT_EQ(report.verdict(), Verdict::incomplete);
  report.detections[0].convicts = true;
  EXPECT_EQ(report.verdict(), Verdict::found);
}

// An object of `size` bytes with `mark` at `at`.
std::string marked(std::size_t at, std::string_view mark, std::size_t size) {
  std::string out(size, '\1');
  return out.replace(at, mark.size(), mark);
}

TEST(Scanner, NamesEachFormatThatItKnowsAndDoesNotRead) {
  using namespace std::string_view_literals;
  const struct {
    const char* format;
    std::string object;
  } rows[] = {
      {"alz", marked(0, "ALZ\x01"sv, 600)},
      {"egg", marked(0, "EGGA\0\x01"sv, 600)},
      {"hwp3", marked(0, "HWP Document File V3.00"sv, 600)},
  };
  for (const auto& [format, object] : rows) {
    const Report report = scan(object, "x");
    EXPECT_EQ(report.verdict(), Verdict::incomplete) << format;
    ASSERT_THAT(report.unread, SizeIs(1)) << format;
    EXPECT_EQ(report.unread[0].gap, Gap::opaque) << format;
    EXPECT_EQ(report.unread[0].reason, std::string("the format ") + format + " is not read");
  }
}

TEST(Scanner, NeverTakesAContainerThatIsNothingButItsMarkForClean) {
  using namespace std::string_view_literals;
  const struct {
    const char* format;
    std::string object;
  } rows[] = {
      {"sis", marked(0, "\x7a\x1a\x20\x10"sv, 600)},
      {"sis", marked(8, "\x19\x04\0\x10"sv, 600)},
      {"wim", marked(0, "MSWIM\0\0\0"sv, 600)},
      {"installshield", marked(0, "ISc("sv, 600)},
      {"udf", marked(18 * 2048 + 1, "NSR02"sv, 40960)},
      {"dmg", marked(1024, "koly\0\0\0\4"sv, 1536)},
      // As they lie behind a program: by a mark alone, at no known place.
      {"installshield", marked(1000, "ISc(\0\x95\0\1\0\0\0\0\0\2\0\0\0\2\0\0"sv, 1600)},
      {"nsis", marked(1000, "\0\0\0\0\xef\xbe\xad\xdeNullsoftInst\0\1\0\0\0\2\0\0"sv, 1600)},
      {"autoit", marked(1000,
                        "\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7d"
                        "AU3!EA06"sv,
                        1600)},
  };
  for (const auto& [format, object] : rows) {
    const Report report = scan(object, "x");
    EXPECT_EQ(report.verdict(), Verdict::incomplete) << format;
    EXPECT_FALSE(report.unread.empty()) << format;
  }
}

TEST(Scanner, FindsWhatLiesPlainInADamagedInstaller) {
  using namespace std::string_view_literals;
  std::string object = marked(1000, "\0\0\0\0\xef\xbe\xad\xdeNullsoftInst\0\1\0\0\0\2\0\0"sv, 1100);
  object += zip_of({{"eicar.com", eicar()}});
  const Report report = scan(object, "setup");
  EXPECT_THAT(report.detections, SizeIs(1));
  EXPECT_FALSE(report.unread.empty());
}

}  // namespace
}  // namespace antidotary::scan
