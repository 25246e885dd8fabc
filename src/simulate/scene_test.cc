// Method: places and spellings are read off the layout of Windows XP; archives are checked against
// APPNOTE's fields, messages against RFC 5322 and 2045.
#include <gmock/gmock.h>

#include "core/reader.h"
#include "core/text.h"
#include "simulate/honest.h"
#include "simulate/letter_writer.h"
#include "simulate/sample.h"
#include "simulate/zip_writer.h"

namespace antidotary::simulate {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string lure_of(const entries::MessageChange& change) {
  Scene scene;
  entries::Variant variant;
  variant.title = "Win32/Example.A";
  find_kind("message")->make(change, variant, scene);
  return scene.messages.at(0).text;
}

// The decoded bytes of the last base64 part.
std::string last_attachment(const std::string& letter) {
  const std::size_t start = letter.rfind("\r\n\r\n");
  const std::size_t end = letter.find("\r\n--", start + 4);
  std::string out;
  std::uint32_t group = 0;
  int bits = 0;
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const char c : letter.substr(start + 4, end - start - 4)) {
    const std::size_t digit = digits.find(c);
    if (digit == digits.npos) continue;
    group = group << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>(group >> bits & 0xff));
  }
  return out;
}

TEST(Scene, PlacesWhatVariablesMean) {
  const Scene scene = honest_scene();
  EXPECT_EQ(scene.place("%windir%\\videodrv.exe"), "WINDOWS/videodrv.exe");
  EXPECT_EQ(scene.place("%System%\\taskmon.exe"), "WINDOWS/system32/taskmon.exe");
  EXPECT_EQ(scene.place("c:\\pp.hta"), "pp.hta");
  EXPECT_EQ(scene.place("%systemdrive%\\pp.hta"), "pp.hta");
  EXPECT_EQ(scene.place("%temp%\\x"), "Documents and Settings/alice/Local Settings/Temp/x");
  EXPECT_THAT(scene.place("%internetcache%\\foo.exe"), HasSubstr("Content.IE5/"));
}

TEST(Scene, KeepsTheCaseOfFoldersThatAreThere) {
  EXPECT_EQ(honest_scene().place("%WINDIR%\\SYSTEM32\\x"), "WINDOWS/system32/x");
}

TEST(Scene, WritesPathsAsThisComputerDoes) {
  const Scene scene;
  EXPECT_EQ(scene.written("\"%windir%\\a.exe\" /x %System%"),
            "\"C:\\WINDOWS\\a.exe\" /x C:\\WINDOWS\\system32");
  EXPECT_EQ(scene.written("%SystemRoot%\\System32\\webcheck.dll"),
            "%SystemRoot%\\System32\\webcheck.dll");
}

TEST(Scene, FindsTheHiveOfAKey) {
  Scene scene;
  EXPECT_EQ(scene.key("HKCR\\.exe")->name, ".exe");
  EXPECT_NE(scene.software.subkey("Classes").subkeys.size(), 0u);
  EXPECT_EQ(scene.key("HKLM\\SYSTEM\\CurrentControlSet\\Services\\x")->name, "x");
  EXPECT_EQ(scene.system.subkeys.at(0).name, "ControlSet001");
  EXPECT_EQ(scene.key("HKLM\\HARDWARE\\x"), nullptr);
}

TEST(StandIn, HasTheAskedSizeAndNeverLooksLikeAProgram) {
  for (const std::uint64_t size : {1ull, 2ull, 40ull, 19824ull}) {
    const Buffer bytes = stand_in("MZ", size);
    EXPECT_EQ(bytes.size(), size);
    EXPECT_EQ(as_text(bytes).front(), 'I');
  }
  EXPECT_EQ(stand_in("x", stand_in_size_max + 1).size(), stand_in_size_max);
}

TEST(Concrete, MatchesItsPattern) {
  for (const std::string_view pattern :
       {"your account *", "*.gif.exe", "a?c??.tmp", "admin@*", "*@paypal.com", "plain"}) {
    EXPECT_TRUE(matches_wildcard(pattern, concrete(pattern))) << pattern;
    EXPECT_EQ(concrete(pattern), concrete(pattern));
    EXPECT_EQ(concrete(pattern).find_first_of("*?"), std::string::npos);
  }
  EXPECT_EQ(concrete("admin@*"), "admin@example.org");
}

TEST(ZipWriter, StoresMembersByTheBook) {
  const std::string_view text = "123456789";
  const Buffer zip = write_zip({{"a.txt", to_buffer(as_bytes(text))}});
  EXPECT_EQ(zip.size(), text.size() + zip_overhead("a.txt"));
  EXPECT_EQ(load_u32_le(zip, 0), 0x04034b50u);   // 4.3.7 local file header
  EXPECT_EQ(load_u16_le(zip, 8), 0);             // stored
  EXPECT_EQ(load_u32_le(zip, 14), 0xcbf43926u);  // CRC-32 of "123456789"
  EXPECT_EQ(load_u32_le(zip, 18), 9u);
  EXPECT_EQ(load_u32_le(zip, zip.size() - 22), 0x06054b50u);  // 4.3.16 end record
  const std::uint32_t central = load_u32_le(zip, zip.size() - 6);
  EXPECT_EQ(load_u32_le(zip, central), 0x02014b50u);  // 4.3.12
}

TEST(Lure, PadsTheArchiveToThePublishedSize) {
  EXPECT_EQ(last_attachment(lure_of(*sample_message())).size(), 12958u);
}

TEST(Lure, PutsTheMarkupIntoTheMemberAndLetsItDoNothing) {
  const std::string zip = last_attachment(lure_of(*sample_message()));
  EXPECT_THAT(zip, HasSubstr("message.html"));
  EXPECT_THAT(zip, HasSubstr("codebase=\""));
  EXPECT_THAT(zip, Not(HasSubstr("classid")));
  EXPECT_THAT(zip, Not(HasSubstr("<script")));
}

TEST(Lure, AttachesATextUnderAProgramsName) {
  entries::MessageChange change;
  change.id = "lure";
  change.subject = {"hi"};
  change.attachment = {"*.zip", "*.doc.scr"};
  change.structure = {"executable", "double-extension"};
  const std::string letter = lure_of(change);
  EXPECT_THAT(letter, HasSubstr(".doc.scr\""));
  EXPECT_TRUE(last_attachment(letter).starts_with("Inert stand-in for "));
}

TEST(Lure, GivesAnArchiveAMemberThatFitsTheStructure) {
  entries::MessageChange change;
  change.id = "lure";
  change.subject = {"hi"};
  change.attachment = {"photos.zip"};
  change.structure = {"executable"};
  EXPECT_THAT(last_attachment(lure_of(change)), HasSubstr(".scr"));
}

TEST(LetterWriter, LetsNoValueBeginAHeader) {
  LetterSpec letter;
  letter.from_address = "a@example.org\r\nX-Evil: 1";
  letter.subject = "one\r\nX-Evil: 2";
  EXPECT_THAT(write_letter(letter), Not(HasSubstr("\nX-Evil")));
}

TEST(LetterWriter, EncodesBase64ByTheBook) {
  EXPECT_EQ(base64_lines(as_bytes(std::string_view("foobar"))), "Zm9vYmFy\r\n");  // RFC 4648, 10
  EXPECT_EQ(base64_lines(as_bytes(std::string_view("foob"))), "Zm9vYg==\r\n");
  EXPECT_EQ(base64_lines(as_bytes(std::string_view("fooba"))), "Zm9vYmE=\r\n");
}

TEST(LetterWriter, QuotesLinesThatLookLikeSeparators) {
  const std::string box = write_mailbox({"A: 1\r\n\r\nFrom here\r\n>From there\r\n"});
  EXPECT_THAT(box, HasSubstr("\n>From here\n>>From there\n"));
}

}  // namespace
}  // namespace antidotary::simulate
