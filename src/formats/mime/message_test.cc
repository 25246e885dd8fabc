// Method: each message is written line by line with its structure to be seen; what is expected is
// what a mail program shows. The sweeps at the end try every truncation and every limit.
#include "formats/mime/message.h"

#include <gmock/gmock.h>

namespace antidotary::mime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Message read(const std::string& text) {
  // Views of the message point into the text, which must stay.
  static std::vector<std::unique_ptr<std::string>> kept;
  kept.push_back(std::make_unique<std::string>(text));
  Budget budget;
  auto message = read_message(as_bytes(*kept.back()), budget);
  EXPECT_TRUE(message.has_value());
  return message ? std::move(*message) : Message{};
}

std::string body(const Message& message, std::size_t part) {
  return to_string(message.body(message.parts.at(part)));
}

const std::string nested =
    "From: a@example.org\r\n"
    "Subject: nested\r\n"
    "Content-Type: multipart/mixed; boundary=\"outer\"\r\n"
    "\r\n"
    "preamble, shown by nobody\r\n"
    "--outer\r\n"
    "Content-Type: multipart/alternative;\r\n"
    "\tboundary=outer2\r\n"
    "\r\n"
    "--outer2\r\n"
    "\r\n"
    "plain\r\n"
    "--outer2\r\n"
    "Content-Type: text/html\r\n"
    "\r\n"
    "<b>html</b>\r\n"
    "--outer2--\r\n"
    "--outer\r\n"
    "Content-Type: application/zip; name=\"a.zip\"\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "UEsDBA==\r\n"
    "--outer--\r\n"
    "epilogue\r\n";

TEST(Message, ReadsTheTreeInTheOrderOfTheText) {
  const Message message = read(nested);
  ASSERT_EQ(message.parts.size(), 5u);
  EXPECT_TRUE(message.parts[0].multipart);
  EXPECT_TRUE(message.parts[1].multipart);
  EXPECT_EQ(message.type(message.parts[1]).value, "multipart/alternative");
  EXPECT_EQ(message.type(message.parts[2]).value, "text/plain");
  EXPECT_EQ(message.parts[3].parent, 1u);
  EXPECT_EQ(message.parts[4].parent, 0u);
  EXPECT_EQ(body(message, 2), "plain");
  EXPECT_EQ(body(message, 3), "<b>html</b>");
  EXPECT_EQ(body(message, 4), "UEsDBA==");
  EXPECT_EQ(message.parts[4].encoding, Encoding::base64);
  EXPECT_THAT(message.anomalies, IsEmpty());
  EXPECT_THAT(object_names(message), ElementsAre("", "", "part 3", "part 4", "a.zip"));
}

TEST(Message, GivesOffsetsIntoTheInput) {
  const Message message = read(nested);
  EXPECT_EQ(message.fields(message.parts[0])[1].offset, nested.find("Subject"));
  EXPECT_EQ(message.parts[4].offset, nested.find("Content-Type: application"));
  EXPECT_EQ(message.parts[4].body_offset, nested.find("UEsDBA"));
}

TEST(Message, UnfoldsFields) {
  const Message message = read("Subject: one\r\n two\n\tthree\r\nX: y\r\n\r\nbody");
  EXPECT_EQ(readable(message.find(message.parts[0], "subject")->value), "one two three");
  EXPECT_EQ(body(message, 0), "body");
}

TEST(Message, TakesAFileNameFromEitherField) {
  const Message message = read(
      "A: b\nContent-Type: multipart/mixed; boundary=x\n\n"
      "--x\nContent-Type: text/plain; name=type.txt\n\n1\n"
      "--x\nContent-Type: text/plain; name=type.txt\n"
      "Content-Disposition: attachment; filename=\"disposition.txt\"\n\n2\n"
      "--x\nContent-Disposition: attachment; filename=type.txt\n\n3\n--x--\n");
  EXPECT_THAT(object_names(message),
              ElementsAre("", "type.txt", "disposition.txt", "type.txt (4)"));
}

TEST(Message, ReadsAPartWhoseHeaderIsMissing) {
  const Message message = read(
      "A: b\nContent-Type: multipart/mixed; boundary=x\n\n"
      "--x\nno header here\n\nrest\n--x--\n");
  EXPECT_EQ(body(message, 1), "no header here\n\nrest");
  EXPECT_TRUE(message.has(Anomaly::header_cut_short));
}

TEST(Message, NotesAMultipartThatFallsApart) {
  const Message lost = read("A: b\nContent-Type: multipart/mixed; boundary=x\n\nno such line\n");
  EXPECT_TRUE(lost.has(Anomaly::boundary_never_seen));
  EXPECT_FALSE(lost.parts[0].multipart);
  EXPECT_EQ(body(lost, 0), "no such line\n");
  const Message unnamed = read("A: b\nContent-Type: multipart/mixed\n\nbody\n");
  EXPECT_TRUE(unnamed.has(Anomaly::boundary_missing));
  const Message open = read("A: b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nend");
  EXPECT_TRUE(open.has(Anomaly::multipart_not_closed));
  EXPECT_EQ(body(open, 1), "end");
}

TEST(Message, NotesEachOddityOfAHeader) {
  EXPECT_TRUE(read("A: b\nContent-Type: a/b\nContent-Type: c/d\n\n").has(Anomaly::field_twice));
  EXPECT_TRUE(read(std::string("A: b\0c\n\n", 8)).has(Anomaly::nul_in_header));
  EXPECT_TRUE(read("A: b\rc\n\n").has(Anomaly::bare_carriage_return));
  EXPECT_TRUE(read("A: b\nContent-Transfer-Encoding: x\n\n").has(Anomaly::encoding_unknown));
  EXPECT_TRUE(
      read("A: " + std::string(field_bytes_max + 1, 'x') + "\n\n").has(Anomaly::field_too_long));
  EXPECT_TRUE(read("Content-Type: multipart/mixed; boundary=x\n"
                   "Content-Transfer-Encoding: base64\n\n--x\n\n--x--\n")
                  .has(Anomaly::multipart_encoded));
  EXPECT_EQ(name_of(Anomaly::bare_carriage_return), "bare_carriage_return");
}

TEST(Message, MakesAMessageOfEachPartOfADigest) {
  const Message message =
      read("A: b\nContent-Type: multipart/digest; boundary=x\n\n--x\n\nC: d\n\ne\n--x--\n");
  EXPECT_EQ(message.type(message.parts[1]).value, "message/rfc822");
  EXPECT_EQ(body(message, 1), "C: d\n\ne");
}

TEST(Message, SkipsTheLineOfAMailbox) {
  const Message message = read("From a@b Fri Aug  1 12:00:00 2003\nSubject: x\n\nbody");
  EXPECT_EQ(message.fields(message.parts[0])[0].name, "Subject");
}

TEST(Message, IsNotAnyText) {
  Budget budget;
  for (const std::string_view text : {"", "\n", "two words: x", ": x", "text"}) {
    const auto message = read_message(as_bytes(text), budget);
    ASSERT_FALSE(message.has_value()) << text;
    EXPECT_EQ(message.error().kind, ErrorKind::not_this_format);
  }
}

TEST(Message, KeepsWhatItReadBeforeALimit) {
  std::string text = "A: b\n";
  for (std::size_t i = 0; i < nesting_max + 10; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    text += "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n";
  }
  const Message message = read(text);
  EXPECT_EQ(message.parts.size(), nesting_max + 1);
  ASSERT_TRUE(message.cut.has_value());
  EXPECT_EQ(message.cut->kind, ErrorKind::budget_spent);
}

TEST(Message, LimitsItsParts) {
  std::string text = "A: b\nContent-Type: multipart/mixed; boundary=x\n\n";
  for (std::size_t i = 0; i < parts_max + 10; ++i) text += "--x\n\n";
  const Message message = read(text);
  EXPECT_EQ(message.parts.size(), parts_max);
  EXPECT_TRUE(message.cut.has_value());
}

TEST(Message, KnowsTheDelimitersOfAMessageInsideForItsOwn) {
  const Message message = read(
      "A: b\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n"
      "C: d\nContent-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: text/plain\n\n"
      "e\n--y--\n--x--\n");
  EXPECT_THAT(message.anomalies, IsEmpty());
  EXPECT_EQ(message.parts.size(), 2u);
}

TEST(Message, TellsWhereAnAnomalyStands) {
  const std::string text = "A: b\nContent-Type: a/b\nX: y\nContent-Transfer-Encoding: x-y\n\nz";
  const Message message = read(text);
  ASSERT_EQ(message.anomalies.size(), 1u);
  EXPECT_EQ(message.anomalies[0].what, Anomaly::encoding_unknown);
  EXPECT_EQ(message.anomalies[0].offset, text.find("Content-Transfer"));
  EXPECT_TRUE(message.ambiguous());
}

TEST(Message, SurvivesEveryTruncation) {
  for (std::size_t size = 1; size < nested.size(); ++size) {
    const std::string cut = nested.substr(0, size);
    Budget budget;
    const auto message = read_message(as_bytes(cut), budget);
    if (!message) continue;
    for (const Part& part : message->parts) EXPECT_LE(part.end, size);
  }
}

TEST(Parameters, ReadTheExamplesOfRfc2231) {
  const Parametered pieces = read_parametered(
      "message/external-body; access-type=URL;\r\n URL*0=\"ftp://\";\r\n"
      " URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"");
  EXPECT_EQ(*pieces.find("url"), "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar");
  const Parametered charset = read_parametered(
      "application/x-stuff;\r\n title*0*=us-ascii'en'This%20is%20even%20more%20;\r\n"
      " title*1*=%2A%2A%2Afun%2A%2A%2A%20;\r\n title*2=\"isn't it!\"");
  EXPECT_EQ(charset.value, "application/x-stuff");
  EXPECT_EQ(*charset.find("title"), "This is even more ***fun*** isn't it!");
}

TEST(Parameters, ReadWhatMailProgramsWrite) {
  const Parametered type = read_parametered(
      "Application/Octet-Stream (a comment; with x=y) ; NAME = \"=?utf-8?B?w6QuZXhl?=\";;"
      " path=\"c:\\dir\\a.exe\"; q=\"a\\\"b\"; bare=x y.txt ; empty=");
  EXPECT_EQ(type.value, "application/octet-stream");
  EXPECT_EQ(*type.find("name"), "\xc3\xa4.exe");
  EXPECT_EQ(*type.find("path"), "c:\\dir\\a.exe");
  EXPECT_EQ(*type.find("q"), "a\"b");
  EXPECT_EQ(*type.find("bare"), "x y.txt");
  EXPECT_EQ(*type.find("empty"), "");
  EXPECT_EQ(type.find("x"), nullptr);
}

TEST(Parameters, KeepTheEndOfAnOverlongName) {
  const std::string name = std::string(3 * parameter_bytes_max, 'x') + ".exe";
  const Parametered type = read_parametered("a/b; name=" + name);
  EXPECT_EQ(type.find("name")->size(), parameter_bytes_max);
  EXPECT_TRUE(type.find("name")->ends_with(".exe"));
}

}  // namespace
}  // namespace antidotary::mime
