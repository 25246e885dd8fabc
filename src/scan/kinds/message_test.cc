// Method: one stated lure, and messages that carry some of its marks; a test a rule of the verdict
// (docs/formats/report.md). What convicts is worth naming; what must not convict matters more.
#include "entries/kinds/message.h"

#include <gmock/gmock.h>

#include "scan/scanner.h"
#include "scan/specimens.h"

namespace antidotary::scan {
namespace {

using specimens::entry_text;
using specimens::lure_without_attachment;
using specimens::Mail;
using specimens::variant_head;
using specimens::zip_of;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

MATCHER_P2(IsMark, what, value, "") { return arg.what == what && arg.value == value; }

/// What the scanner says of `mail` where one variant states `change` (the body of [[message]]).
std::vector<Detection> detect(const std::string& change, const std::string& mail) {
  std::vector<entries::Problem> problems;
  const std::string head = "\n[[message]]\nid = \"lure\"\nsource = [\"S\"]\n";
  const bool graded = change.find("evidence") != std::string::npos;
  const auto encyclopedia = entries::Encyclopedia::read(
      {{"win32/testworm/entry.md", entry_text("win32/testworm", "Win32/Testworm")},
       {"win32/testworm/variants/a.toml", variant_head("a", "Win32/Testworm.A") + head +
                                              (graded ? "" : "evidence = \"strong\"\n") + change}},
      problems);
  for (const auto& problem : problems) ADD_FAILURE() << problem.sentence();
  Budget budget;
  return Scanner(encyclopedia).scan(as_bytes(mail), "m", budget).detections;
}

bool convicts(const std::string& change, const std::string& mail) {
  const auto found = detect(change, mail);
  return !found.empty() && found.front().convicts;
}

const std::string full_change = R"(
from = ["admin@*"]
subject = ["your account *"]
body = ["This email address will be expiring", "Please read attachment for details"]
attachment = ["message.zip"]
member = ["message.html"]
structure = ["importance-high"]
)";

std::string zip_with(const std::string& member) { return zip_of({{member, "harmless"}}); }

TEST(MessageKind, RecordsEveryMarkThatMatched) {
  const std::string mail = lure_without_attachment()
                               .field("X-Priority: 1")
                               .attach("message.zip", zip_with("message.html"))
                               .finish();
  const auto found = detect(full_change, mail);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(found[0].convicts);
  EXPECT_THAT(found[0].path, ElementsAre("m", "message.zip", "message.html"));
  EXPECT_THAT(
      found[0].marks,
      ElementsAre(IsMark("from", "admin@example.org"), IsMark("subject", "your account qwerty"),
                  IsMark("body", "This email address will be expiring"),
                  IsMark("body", "Please read attachment for details"),
                  IsMark("attachment", "message.zip"), IsMark("member", "message.html"),
                  IsMark("structure", "importance-high")));
}

TEST(MessageKind, IsNotMisledByAnotherSender) {
  const std::string mail = lure_without_attachment()
                               .from("\"A, B\" <someone@else.example>")
                               .attach("message.zip", zip_with("message.html"))
                               .finish();
  EXPECT_TRUE(convicts(full_change, mail));
}

TEST(MessageKind, IgnoresCaseAndWhiteSpace) {
  const std::string mail = Mail{}
                               .subject("YOUR  account\r\n\tabc")
                               .text("THIS EMAIL\r\naddress   will be expiring!")
                               .attach("MESSAGE.ZIP", zip_with("Message.HTML"))
                               .finish();
  EXPECT_TRUE(convicts(full_change, mail));
}

TEST(MessageKind, ReadsThePhrasesOfHtml) {
  const std::string mail =
      Mail{}
          .html("<p>This <b>email</b> address<br>will&nbsp;be expiring</p><!-- x -->")
          .attach("message.zip", zip_with("message.html"))
          .finish();
  EXPECT_TRUE(convicts(full_change, mail));
}

TEST(MessageKind, SaysNothingOfWordsWithoutTheAttachment) {
  EXPECT_THAT(detect(full_change, lure_without_attachment().finish()), IsEmpty());
  EXPECT_THAT(
      detect(full_change,
             lure_without_attachment().attach("holiday.zip", zip_with("holiday.txt")).finish()),
      IsEmpty());
}

TEST(MessageKind, SaysNothingOfTheAttachmentsNameAlone) {
  const std::string mail =
      Mail{}.text("the report").attach("message.zip", zip_with("report.txt")).finish();
  EXPECT_THAT(detect(full_change, mail), IsEmpty());
}

TEST(MessageKind, OnlyHintsWhereTheMemberIsAnother) {
  const std::string mail =
      lure_without_attachment().attach("message.zip", zip_with("other.txt")).finish();
  const auto found = detect(full_change, mail);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_FALSE(found[0].convicts);
  EXPECT_EQ(found[0].grade, entries::Grade::weak);
  EXPECT_THAT(found[0].path, ElementsAre("m", "message.zip"));
}

TEST(MessageKind, OnlyHintsWhereNoWordsMatch) {
  const std::string mail = Mail{}
                               .from("admin@example.org")
                               .text("quarterly numbers")
                               .attach("message.zip", zip_with("message.html"))
                               .finish();
  const auto found = detect(full_change, mail);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_FALSE(found[0].convicts);
}

TEST(MessageKind, TakesTheNamesThatAnEncryptedZipShows) {
  zip::Writer writer;
  writer.add("message.html", as_bytes(std::string_view("?")), true);
  EXPECT_TRUE(convicts(
      full_change,
      lure_without_attachment().attach("message.zip", to_string(writer.finish())).finish()));
}

TEST(MessageKind, DoesNotAskForTheMemberOfAnEncryptedArchive) {
  zip::Writer writer;
  writer.add("xyz.dat", as_bytes(std::string_view("?")), true);
  EXPECT_TRUE(convicts(
      full_change,
      lure_without_attachment().attach("message.zip", to_string(writer.finish())).finish()));
}

const std::string short_words = R"(
subject = ["hello"]
body = ["test"]
attachment = ["document.*"]
structure = ["executable"]
)";

TEST(MessageKind, TakesNoPartOfAWordForAPhrase) {
  const std::string pdf = Mail{}
                              .subject("hello")
                              .text("the latest contest")
                              .attach("document.pdf", "%PDF-1.4")
                              .finish();
  EXPECT_FALSE(convicts(short_words, pdf));
}

TEST(MessageKind, AsksForTheStatedExecutable) {
  const auto mail = [](const std::string& name) {
    return Mail{}.subject("hello").text("test").attach(name, "harmless").finish();
  };
  EXPECT_FALSE(convicts(short_words, mail("document.pdf")));
  EXPECT_TRUE(convicts(short_words, mail("document.pif")));
  EXPECT_TRUE(convicts(short_words, mail("document.txt      .scr")));
}

TEST(MessageKind, FindsTheExecutableInsideAnArchive) {
  const std::string mail = Mail{}
                               .subject("hello")
                               .text("test")
                               .attach("document.zip", zip_with("document.txt.exe"))
                               .finish();
  const auto found = detect(short_words, mail);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(found[0].convicts);
  EXPECT_THAT(found[0].path, ElementsAre("m", "document.zip", "document.txt.exe"));
}

TEST(MessageKind, AsksForASecondMarkWhereSubjectAndBodyAreStated) {
  const std::string change = R"(
subject = ["photos"]
body = ["Kiss, James."]
attachment = ["photos.zip"]
attachment_sizes = [12958]
)";
  const auto mail = [](std::size_t size) {
    return Mail{}
        .subject("photos")
        .text("hi")
        .attach("photos.zip", std::string(size, 'x'))
        .finish();
  };
  EXPECT_FALSE(convicts(change, mail(500)));
  EXPECT_TRUE(convicts(change, mail(12958)));
}

TEST(MessageKind, NeverConvictsByWeakEvidence) {
  const std::string mail =
      lure_without_attachment().attach("message.zip", zip_with("message.html")).finish();
  const auto found = detect("evidence = \"weak\"\n" + full_change, mail);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_FALSE(found[0].convicts);
}

TEST(MessageKind, SeesTheMarkupOfAnAttachedPage) {
  const std::string change = R"(
subject = ["your account *"]
body = ["never said"]
attachment = ["message.zip"]
structure = ["codebase"]
)";
  const auto mail = [](const std::string& page) {
    return Mail{}
        .subject("your account x")
        .attach("message.zip", zip_of({{"message.html", page}}))
        .finish();
  };
  EXPECT_FALSE(convicts(change, mail("<object codebase='http://example.org/x.cab'></object>")));
  const auto found = detect(change, mail("<object CODEBASE = \"c:\\x.exe\"></object>"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(found[0].convicts);
  EXPECT_THAT(found[0].marks, Contains(IsMark("structure", "codebase")));
}

TEST(MessageKind, IsNotAskedForWhatCannotBeChecked) {
  EXPECT_THAT(detect("subject = [\"*\"]", lure_without_attachment().attach("a", "b").finish()),
              IsEmpty());
}

}  // namespace
}  // namespace antidotary::scan
