// Method: messages as a person would get them; expected is what that person sees.
#include "mail/letter.h"

#include <gmock/gmock.h>

namespace antidotary::mail {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

Letter read(const std::string& message) {
  Budget budget;
  auto letter = read_letter(as_bytes(message), budget);
  EXPECT_TRUE(letter.has_value());
  return letter ? std::move(*letter) : Letter{};
}

TEST(Letter, TellsSenderAndSubject) {
  const Letter letter = read(
      "From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.org>\r\nSubject: =?utf-8?B?w6Q=?= b\r\n"
      " c\r\n\r\nbody");
  EXPECT_EQ(letter.from_address, "joerg@example.org");
  EXPECT_EQ(letter.from_name, "J\xc3\xb6rg");
  EXPECT_EQ(letter.subject, "\xc3\xa4 b c");
  EXPECT_EQ(letter.text, "body");
}

TEST(Letter, ReadsEveryFormOfASender) {
  const auto sender = [](const std::string& from) {
    const Letter letter = read("From: " + from + "\n\n");
    return letter.from_name + "|" + letter.from_address;
  };
  EXPECT_EQ(sender("a@example.org"), "|a@example.org");
  EXPECT_EQ(sender("a@example.org (A (b) C)"), "A b C|a@example.org");
  EXPECT_EQ(sender("\"B, A\" <a@example.org>, c@example.org"), "B, A|a@example.org");
  EXPECT_EQ(sender("a@example.org, b@example.org"), "|a@example.org");
  EXPECT_EQ(sender("\"x\\\"y\" <a@example.org>"), "x\"y|a@example.org");
  EXPECT_EQ(sender("<"), "|");
  EXPECT_EQ(sender("\"("), "|(");
}

TEST(Letter, GathersTextAndAttachments) {
  const Letter letter = read(
      "From: a\nContent-Type: multipart/mixed; boundary=x\n\n"
      "--x\n\nFirst  line\nsecond\n"
      "--x\nContent-Type: text/html; charset=utf-8\n\n<p>Third&nbsp;&auml;&#228;</p>\n"
      "--x\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
      "AQIDBA==\n"
      "--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=b.txt\n\nhidden\n"
      "--x--\n");
  EXPECT_EQ(letter.text, "First line second Third &auml;\xc3\xa4");
  EXPECT_EQ(letter.folded_text, "FIRST LINE SECOND THIRD &AUML;\xc3\x84");
  EXPECT_THAT(letter.html, SizeIs(1));
  ASSERT_THAT(letter.attachments, SizeIs(2));
  EXPECT_EQ(letter.attachments[0].name, "a.zip");
  EXPECT_EQ(letter.attachments[0].size_bytes, 4u);
  EXPECT_THAT(letter.attachments[0].path, ElementsAre("a.zip"));
  EXPECT_EQ(letter.attachments[1].name, "b.txt");
}

TEST(Letter, KnowsHighImportance) {
  for (const char* field : {"Importance: High", "X-Priority: 1 (Highest)",
                            "X-MSMail-Priority: high", "Priority: urgent"}) {
    EXPECT_TRUE(read(std::string(field) + "\n\n").importance_high) << field;
  }
  EXPECT_FALSE(read("X-Priority: 3\nImportance: normal\n\n").importance_high);
}

TEST(Letter, KeepsTheTopOfAnOverlongText) {
  const Letter letter = read("From: a\n\nfirst words " + std::string(2 * text_bytes_max, 'x'));
  EXPECT_LE(letter.text.size(), text_bytes_max);
  EXPECT_TRUE(letter.text.starts_with("first words"));
}

TEST(Letter, IsNotReadFromAnyText) {
  Budget budget;
  const auto letter = read_letter(as_bytes(std::string_view("no field\n")), budget);
  ASSERT_FALSE(letter.has_value());
  EXPECT_EQ(letter.error().kind, ErrorKind::not_this_format);
}

TEST(Names, KnowWhatWindowsRuns) {
  for (const char* name : {"a.exe", "A.SCR", "b.pif", "c.txt.com", "d.cmd", "e.vbs ", "f.lnk.",
                           "www.paypal.com.scr", "g.hta"}) {
    EXPECT_TRUE(is_executable_name(name)) << name;
  }
  for (const char* name : {"a.txt", "exe", "", ".", "a.exe.txt", "report.pdf", "folder.exe/a"}) {
    EXPECT_FALSE(is_executable_name(name)) << name;
  }
}

TEST(Names, KnowADoubleExtension) {
  EXPECT_TRUE(has_double_extension("photo.jpg.scr"));
  EXPECT_TRUE(has_double_extension("photo.jpg              .scr"));
  EXPECT_TRUE(has_double_extension("a.GIF.EXE"));
  EXPECT_FALSE(has_double_extension("setup.1.2.exe"));
  EXPECT_FALSE(has_double_extension("photo.scr.jpg"));
  EXPECT_FALSE(has_double_extension("photo.scr"));
}

TEST(Html, IsReadAsAPersonDoes) {
  EXPECT_EQ(text_of_html("a<br>b<b>c</b>d <!-- e > f --> g"), "a bcd g");
  EXPECT_EQ(text_of_html("<title>t</title><style>p{}</style><script>x<y</script>z"), "z");
  EXPECT_EQ(text_of_html("1 &lt; 2 &amp;&amp; 3 &gt; 2 &x &#x41; &#0;"),
            "1 < 2 && 3 > 2 &x A" + std::string(" ") + std::string(1, '\0'));
  EXPECT_EQ(text_of_html("<unclosed"), "");
  EXPECT_EQ(text_of_html("<!-- unclosed"), "");
  EXPECT_EQ(text_of_html("<script>unclosed"), "");
}

TEST(Html, ShowsACodebaseThatNamesAProgram) {
  EXPECT_TRUE(has_local_codebase("<object codebase=\"c:\\windows\\x.exe\">"));
  EXPECT_TRUE(has_local_codebase("<OBJECT CODEBASE = 'file://x'>"));
  EXPECT_TRUE(has_local_codebase("<object codebase=foo.exe>"));
  EXPECT_TRUE(has_local_codebase("<object codebase=\"mhtml:file:x\">"));
  EXPECT_FALSE(has_local_codebase("<object codebase=\"http://example.org/x.exe\">"));
  EXPECT_FALSE(has_local_codebase("<applet codebase=\"classes/\">"));
  EXPECT_FALSE(has_local_codebase("our codebase is large"));
}

}  // namespace
}  // namespace antidotary::mail
