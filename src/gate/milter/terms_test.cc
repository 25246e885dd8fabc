#include "gate/milter/terms.h"

#include <gmock/gmock.h>

#include "gate/milter/wire.h"

namespace antidotary::gate::milter {
namespace {

Result<Terms> agree_on(std::uint32_t version, std::uint32_t acts, std::uint32_t steps) {
  const std::string offer = number(version) + number(acts) + number(steps);
  return agree(as_bytes(std::string_view(offer)));
}

TEST(MilterTerms, TakesOfPostfixEverythingThatSavesAWait) {
  const auto terms = agree_on(6, 0x1ff, 0x1fffff);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->version, 6u);
  for (const char command : std::string_view("CHMRTLNBU")) {
    EXPECT_FALSE(terms->waits_after(command)) << command;
  }
  EXPECT_TRUE(terms->keeps_blanks());
  EXPECT_EQ(terms->acts, 0x39u) << "fields, recipients taken off, hold; no body, no sender";
  // It must show us everything: no step that matters may be left out.
  EXPECT_EQ(terms->steps & (no_connect | no_helo | no_sender | no_recipients | no_body | no_fields |
                            no_end_of_fields),
            0u);
  EXPECT_EQ(terms->steps & may_skip, 0u) << "a chunk without a reply cannot be the last";
}

TEST(MilterTerms, AnswersEachStepOfOneWhoWaits) {
  const auto terms = agree_on(2, 0x1, 0x7f);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->version, 2u);
  for (const char command : std::string_view("CHMRTLNBU")) {
    EXPECT_TRUE(terms->waits_after(command)) << command;
  }
  EXPECT_FALSE(terms->waits_after('A'));
  EXPECT_FALSE(terms->waits_after('Q'));
  EXPECT_FALSE(terms->keeps_blanks());
  EXPECT_FALSE(terms->may(act_hold));
  EXPECT_EQ(terms->steps, 0u);
}

TEST(MilterTerms, TakesLargerChunksAndSkipsWhereItCan) {
  EXPECT_TRUE(agree_on(6, 0x1ff, chunks_256k)->steps == chunks_256k);
  EXPECT_TRUE(agree_on(6, 0x1ff, chunks_256k | chunks_1m)->steps == chunks_1m);
  EXPECT_TRUE(agree_on(6, 0x1ff, may_skip)->steps == may_skip);
}

TEST(MilterTerms, NeverAnswersMoreThanWasOffered) {
  for (std::uint32_t bit = 1; bit != 0; bit <<= 1) {
    const auto terms = agree_on(7, bit, bit);
    ASSERT_TRUE(terms);
    EXPECT_EQ(terms->acts & ~bit, 0u);
    EXPECT_EQ(terms->steps & ~bit, 0u);
    EXPECT_EQ(terms->version, 6u);
  }
}

TEST(MilterTerms, TurnsAwayWhatIsNoOffer) {
  EXPECT_EQ(agree(as_bytes(std::string_view("short"))).error().kind, ErrorKind::malformed);
  EXPECT_EQ(agree_on(1, 0, 0).error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace antidotary::gate::milter
