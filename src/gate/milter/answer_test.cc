#include "gate/milter/answer.h"

#include <gmock/gmock.h>

namespace antidotary::gate::milter {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Scene {
  Terms terms{6, 0x39, leading_blanks};
  Message message;
  Judgement judgement;
  Outcome outcome;
  Saying saying;

  std::string answered() const { return answer(terms, message, judgement, outcome, saying); }
};

std::vector<std::string> packets_in(const std::string& bytes) {
  Wire wire;
  wire.feed(as_bytes(std::string_view(bytes)));
  std::vector<std::string> out;
  while (const auto one = wire.next()) out.push_back(one->command + to_string(one->data));
  EXPECT_EQ(wire.held_bytes(), 0u);
  return out;
}

TEST(MilterAnswer, AddsItsFieldAndTakesForgedOnesOutFromTheLast) {
  Scene scene;
  const std::string forged = text("X-Antidotary") + text("clean");
  for (int i = 0; i < 2; ++i) scene.message.take({'L', as_bytes(std::string_view(forged))});
  const auto packets = packets_in(scene.answered());
  ASSERT_EQ(packets.size(), 4u);
  EXPECT_EQ(packets[0], 'm' + number(2) + text("X-Antidotary") + text(""));
  EXPECT_EQ(packets[1], 'm' + number(1) + text("X-Antidotary") + text(""));
  EXPECT_EQ(packets[2], 'i' + number(0) + text("X-Antidotary") + text(" clean; took=0ms"));
  EXPECT_EQ(packets[3], "c");
}

TEST(MilterAnswer, RefusesWithTheEntryAndItsPage) {
  Scene scene;
  scene.judgement = {Finding::malware, "win32/mimail.a", {"win32/mimail.a"}, ""};
  scene.outcome.whole = Outcome::Whole::reject;
  scene.saying.pages = "https://example.org/a";
  EXPECT_EQ(scene.answered(),
            packet('y', text("550 5.7.1 Refused: this message carries win32/mimail.a, see "
                             "https://example.org/a/win32/mimail.a.html")));
}

TEST(MilterAnswer, LetsNoStrangersWordsIntoTheReply) {
  Scene scene;
  scene.judgement = {Finding::malware, "", {"Evil\r\n250 2.0.0 %s \x80"}, ""};
  const std::string words = refusal(scene.judgement, scene.saying);
  EXPECT_EQ(words.find_first_of("\r\n%"), std::string::npos) << words;
  for (const char one : words) EXPECT_LT(static_cast<unsigned char>(one), 127) << words;
  scene.judgement.names = {std::string(5'000, 'x')};
  EXPECT_LE(refusal(scene.judgement, scene.saying).size(), 500u);
}

TEST(MilterAnswer, TakesRecipientsOff) {
  Scene scene;
  for (const char* const one : {"<a@b>", "<c@d>"}) {
    const std::string data = text(one);
    scene.message.take({'R', as_bytes(std::string_view(data))});
  }
  scene.outcome.removed = {1};
  const auto packets = packets_in(scene.answered());
  EXPECT_THAT(packets, testing::Contains('-' + text("<c@d>")));
  EXPECT_EQ(packets.back(), "c");
}

TEST(MilterAnswer, NeverDeliversWhatItCannotHold) {
  Scene scene;
  scene.outcome.whole = Outcome::Whole::hold;
  scene.judgement.finding = Finding::limited;
  EXPECT_THAT(packets_in(scene.answered()), testing::Contains(StartsWith("qAntidotary: limited")));
  scene.terms.acts = act_add_fields;
  const auto packets = packets_in(scene.answered());
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_THAT(packets[0], StartsWith("y451 4.7.1 "));
}

TEST(MilterAnswer, DoesOnlyWhatTheMailServerAllows) {
  Scene scene;
  scene.terms.acts = 0;
  const std::string forged = text("X-Antidotary") + text("clean");
  scene.message.take({'L', as_bytes(std::string_view(forged))});
  EXPECT_EQ(scene.answered(), packet('c'));
}

}  // namespace
}  // namespace antidotary::gate::milter
