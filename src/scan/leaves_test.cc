// Method: messages and archives by the specimens' writers; what a ledger is told of them is
// compared with what stands in them.
#include "scan/leaves.h"

#include <gmock/gmock.h>

#include "core/digest.h"
#include "scan/scanner.h"
#include "scan/specimens.h"

namespace antidotary::scan {
namespace {

using specimens::encrypted_zip_of;
using specimens::encyclopedia;
using specimens::Mail;
using specimens::Members;
using specimens::zip_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Report scan(const std::string& message) {
  Search search;
  search.leaves = true;
  const Knowledge knowledge{&encyclopedia()};
  const Scanner scanner(knowledge, search);
  Budget budget;
  return scanner.scan(as_bytes(message), "message", budget);
}

/// "name: risk" of each leaf.
std::vector<std::string> told(const Report& report) {
  std::vector<std::string> out;
  for (const Leaf& leaf : report.leaves) {
    out.push_back(leaf.names.front() + ": " +
                  std::string(enum_names(Risk{})[static_cast<std::size_t>(leaf.risk)]));
  }
  return out;
}

std::vector<std::string> attached(const std::string& name, const std::string& data) {
  return told(scan(Mail{}.text("see there").attach(name, data).finish()));
}

TEST(Leaves, TellsAnAttachmentWithItsDigestsAndAMemberToo) {
  const std::string script = "harmless words in a script";
  const std::string zip = zip_of({{"open me.js", script}});
  const Report report = scan(Mail{}.text("see there").attach("a.zip", zip).finish());
  ASSERT_THAT(report.leaves, SizeIs(2));
  const Leaf& member = report.leaves[0];
  const Leaf& archive = report.leaves[1];
  EXPECT_EQ(member.sha256, sha256_hex(as_bytes(script)));
  EXPECT_EQ(member.sha1, hex_digest(DigestKind::sha1, as_bytes(script)));
  EXPECT_EQ(member.md5, hex_digest(DigestKind::md5, as_bytes(script)));
  EXPECT_EQ(member.size_bytes, script.size());
  EXPECT_EQ(member.risk, Risk::script);
  EXPECT_EQ(member.depth, 2);
  EXPECT_EQ(archive.sha256, sha256_hex(as_bytes(zip)));
  EXPECT_EQ(archive.risk, Risk::carrier);
  EXPECT_EQ(archive.inside, "js");
  EXPECT_EQ(archive.depth, 1);
}

TEST(Leaves, TellsNothingUnlessItIsAsked) {
  const Scanner scanner(encyclopedia());
  Budget budget;
  const std::string mail = Mail{}.attach("a.exe", "x").finish();
  EXPECT_THAT(scanner.scan(as_bytes(mail), "message", budget).leaves, IsEmpty());
}

TEST(Leaves, LeavesTheMessageItselfOut) {
  EXPECT_THAT(told(scan(Mail{}.text("hello").html("<html><script>x</script></html>").finish())),
              IsEmpty());
}

TEST(Leaves, KnowsARiskByContentWhateverTheName) {
  const std::string shortcut("L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 20);
  EXPECT_THAT(attached("photo.jpg", shortcut), ElementsAre("photo.jpg: shortcut"));
  EXPECT_THAT(attached("a.bin",
                       "\x7f"
                       "ELF harmless"),
              ElementsAre("a.bin: program"));
  EXPECT_THAT(attached("letter", "<html><body onload=x>x</body></html>"),
              ElementsAre("letter: page"));
}

TEST(Leaves, KnowsARiskByNameWhateverTheContent) {
  EXPECT_THAT(attached("photo.jpg.scr", "harmless"), ElementsAre("photo.jpg.scr: script"));
  EXPECT_THAT(attached("a.PS1 . ", "harmless"), ElementsAre("a.PS1 .: script"));
  EXPECT_THAT(attached("a.url", "harmless"), ElementsAre("a.url: shortcut"));
  EXPECT_THAT(attached("a.jar", "harmless"), ElementsAre("a.jar: program"));
}

TEST(Leaves, TakesDocumentsAndPicturesForHarmless) {
  EXPECT_THAT(attached("news.pdf", "%PDF-1.4 harmless"), ElementsAre("news.pdf: none"));
  EXPECT_THAT(attached("logo.gif", "GIF89a harmless"), ElementsAre("logo.gif: none"));
  EXPECT_THAT(attached("a.zip", zip_of({{"a.txt", "harmless"}})),
              ElementsAre("a.txt: none", "a.zip: none"));
}

TEST(Leaves, TakesWhatEverybodysMailCarriesForHarmless) {
  EXPECT_THAT(attached("ATT00001.htm", "<html><body>Sent from my iPhone</body></html>"),
              ElementsAre("ATT00001.htm: none"));
  EXPECT_THAT(attached("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect/></svg>"),
              ElementsAre("logo.svg: none"));
  // A host is no program, a thing of unknown bytes that is called one may be.
  EXPECT_THAT(attached("Logo of example.com", "GIF89a harmless"),
              ElementsAre("Logo of example.com: none"));
  EXPECT_THAT(attached("anna@example.com", "BEGIN:VCARD"), ElementsAre("anna@example.com: none"));
  EXPECT_THAT(attached("a.com", "\xb4\x4c\xcd\x21\x01\x02"), ElementsAre("a.com: program"));
}

TEST(Leaves, TellsAnEncryptedArchive) {
  EXPECT_THAT(attached("a.zip", encrypted_zip_of({{"a.txt", "harmless"}})),
              ElementsAre("a.zip: sealed"));
}

TEST(Leaves, DoesNotTellThePartsOfADocument) {
  const std::string document =
      zip_of({{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", "<w/>"}});
  EXPECT_THAT(attached("a.docx", document), ElementsAre("a.docx: none"));
  const std::string late =
      zip_of({{"word/document.xml", "<w/>"}, {"[Content_Types].xml", "<Types/>"}});
  EXPECT_THAT(attached("a.docx", late), ElementsAre("a.docx: none"));
}

TEST(Leaves, TellsAProgramThatADocumentsPartsHide) {
  const std::string decoy = zip_of({{"[Content_Types].xml", "<Types/>"}, {"run.js", "harmless"}});
  EXPECT_THAT(attached("a.docx", decoy), ElementsAre("run.js: script", "a.docx: carrier"));
}

TEST(Leaves, LooksIntoAnAttachedMessage) {
  const std::string inner = Mail{}.text("inside").attach("a.exe", "harmless").finish();
  EXPECT_THAT(told(scan(Mail{}.attach_message(inner).finish())), ElementsAre("a.exe: script"));
}

TEST(Leaves, TellsNoMoreThanItMayAndKeepsTheRiskyOnes) {
  Members members;
  for (int i = 0; i < 200; ++i)
    members.emplace_back(fmt::format("{}.txt", i), fmt::format("{}", i));
  members.emplace_back("last.exe", "harmless");
  const Report report = scan(Mail{}.attach("a.zip", zip_of(members)).finish());
  ASSERT_THAT(report.leaves, SizeIs(leaves_max));
  EXPECT_EQ(report.leaves[0].names.front(), "last.exe");
  EXPECT_EQ(report.leaves[1].names.front(), "a.zip");
  EXPECT_EQ(report.leaves_left_out, 202 - leaves_max);
}

TEST(Leaves, KeepsTheEndOfALongName) {
  const std::string name = std::string(900, 'a') + ".scr";
  const Report report = scan(Mail{}.attach(name, "harmless").finish());
  ASSERT_THAT(report.leaves, SizeIs(1));
  EXPECT_EQ(report.leaves[0].names.front().size(), leaf_name_bytes_max);
  EXPECT_TRUE(report.leaves[0].names.front().ends_with("a.scr"));
}

TEST(Leaves, TellsWhatIsWrittenIntoAText) {
  // "\x7f" "ELF harmless words, our own, ...", by uuencode.
  const std::string mail =
      "From: a@b.example\r\nSubject: x\r\n\r\nhello\r\n\r\nbegin 644 run.exe\r\n"
      "M?T5,1B!H87)M;&5S<R!W;W)D<RP@;W5R(&]W;BP@=&AA=\"!N;V)O9'D@8V%N\r\n"
      "M(')U;CL@=&AE>2!O;FQY(&QO;VL@<V\\N(\"!H87)M;&5S<R!W;W)D<RP@;W5R\r\n"
      "6;CL@=&AE>2!O;FQY(&QO;VL@<V\\N(   \r\n`\r\nend\r\n";
  EXPECT_THAT(told(scan(mail)), ElementsAre("run.exe: program"));
}

}  // namespace
}  // namespace antidotary::scan
