// Method: small messages that two readers understand differently; what must be among the readings
// is what either of them shows. tests/mail has the several hundred ways, with real programs.
#include "formats/mime/readings.h"

#include <gmock/gmock.h>

#include "formats/mime/base64.h"
#include "formats/mime/delimiters.h"

namespace antidotary::mime {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

const std::string payload = "the payload of this test, sixteen bytes or more";

std::vector<std::string> readings_of(const std::string& message, Status* status = nullptr,
                                     Limits limits = {}, Known* known = nullptr) {
  Budget budget(limits);
  Known none;
  std::vector<std::string> out;
  const auto keep = [&](const Reading& reading) -> Status {
    out.push_back(to_string(reading.bytes));
    return {};
  };
  const Status done =
      read_all_ways(as_bytes(message), known == nullptr ? none : *known, budget, keep);
  if (status != nullptr) *status = done;
  return out;
}

TEST(Readings, DecodeABodyWhateverItsHeaderSays) {
  const std::string body = to_base64_lines(as_bytes(payload));
  EXPECT_THAT(readings_of("A: b\nContent-Type: text/plain\n\n" + body), Contains(payload));
  EXPECT_THAT(readings_of("A: b\nno field\n" + body), Contains(payload));
}

TEST(Readings, ReadAHeaderOfAnyLength) {
  // Undone only where the header speaks of Base64, wherever that stands.
  std::string body = to_base64_lines(as_bytes(payload));
  for (std::size_t at = 0; at < body.size(); at += 4) body.insert(at, "~ ~");
  const std::string said = "Content-Transfer-Encoding: base64\n\n" + body;
  EXPECT_THAT(readings_of("A: b\n\n" + body), Not(Contains(payload)));
  EXPECT_THAT(readings_of("A: b\n" + said), Contains(payload));
  std::string fields;
  for (int i = 0; i < 20'000; ++i) fields += "A: b\n";
  EXPECT_THAT(readings_of(fields + said), Contains(payload));
  EXPECT_THAT(readings_of("no field\n" + fields + said), Contains(payload));
  std::string blanks;
  for (int i = 0; i < 20; ++i) blanks += " \n";
  EXPECT_THAT(readings_of("A: b\n" + blanks + said), Contains(payload));
}

TEST(Readings, CutAtEachLineThatCouldBeADelimiter) {
  const std::string body = to_base64_lines(as_bytes(payload));
  EXPECT_THAT(readings_of("A: b\n\n--nobody-said-this\nX: y\n\n" + body + "--other\n"),
              Contains(payload));
}

TEST(Readings, UndoTwoCodesInEitherOrder) {
  const std::string long_payload = payload + payload;
  const std::string once = to_base64_lines(as_bytes(long_payload));
  const std::string twice = to_base64_lines(as_bytes(once));
  const std::string text = "A: b\nContent-Transfer-Encoding: base64, base64\n\n" + twice;
  EXPECT_THAT(readings_of(text), Contains(long_payload));
}

TEST(Readings, GiveNothingTwice) {
  const auto all =
      readings_of("A: b\n\n" + payload + "\n--x\n\n" + payload + "\n--x\n\n" + payload);
  EXPECT_EQ(std::count(all.begin(), all.end(), payload), 1);
}

TEST(Readings, MakeNoNoiseOfProse) {
  std::string prose;
  for (int i = 0; i < 40; ++i) prose += "Words, a=\"b\" and more of them; c=d, twenty a line\n";
  EXPECT_LE(readings_of("A: b\n\n" + prose + "--x\nContent-Type: c/d\n\n" + prose).size(), 6u);
}

TEST(Readings, OfACodedBodyAreOfItsDigits) {
  const std::string twice = payload + payload;
  const std::string digits = to_base64_lines(as_bytes(twice));
  const std::string body = "Some words.\n" + digits + "More words.\n--x\nContent-Type: c/d\n";
  Budget budget;
  Known known;
  known.add_body(as_bytes(body));
  std::vector<std::string> out;
  ASSERT_TRUE(read_coded_body({as_bytes(body), {}, 0, false}, known, budget,
                              [&](const Reading& reading) -> Status {
                                out.push_back(to_string(reading.bytes));
                                return {};
                              }));
  EXPECT_THAT(out, ElementsAre(twice));
}

TEST(Readings, GoOnInsideOfWhatWasKnown) {
  // A multipart in Base64, which the first view decodes and does not look into.
  const std::string inner =
      "--y\nContent-Transfer-Encoding: base64\n\n" + to_base64_lines(as_bytes(payload)) + "--y--\n";
  const std::string message =
      "Content-Type: multipart/mixed; boundary=y\nContent-Transfer-Encoding: base64\n\n" +
      to_base64_lines(as_bytes(inner));
  Known known;
  known.add(as_bytes(inner));
  const auto all = readings_of(message, nullptr, {}, &known);
  EXPECT_THAT(all, Contains(payload));
  EXPECT_THAT(all, Not(Contains(inner)));
}

TEST(Readings, AreRefusedWhereTheyTakeTooMuch) {
  std::string text = "A: b\n\n";
  for (std::size_t i = 0; i < candidates_max + 10; ++i) text += "--x\n";
  Status status;
  readings_of(text, &status);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::refused);
}

TEST(Readings, EndWithTheBudget) {
  Limits limits;
  limits.steps_max = 1000;
  Status status;
  readings_of("A: b\n\n" + std::string(100'000, 'x'), &status, limits);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::mime
