// Method: mailboxes written line by line; offsets are looked up in the text itself.
#include "formats/mbox/mailbox.h"

#include <gmock/gmock.h>

namespace antidotary::mbox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> messages_of(const std::string& text) {
  std::vector<std::string> out;
  Budget budget;
  auto mailbox = Mailbox::open(as_bytes(text));
  if (!mailbox) return out;
  while (true) {
    const auto item = mailbox->next(budget);
    if (!item || !*item) return out;
    out.push_back(to_string(mailbox->message(**item)));
  }
}

const std::string line = "From a@example.org Fri Aug  1 12:00:00 2003\n";

TEST(Mailbox, PartsMessagesAtTheirLines) {
  EXPECT_THAT(messages_of(line + "A: b\n\none\n\n" + line + "C: d\n\ntwo\n\n"),
              ElementsAre("A: b\n\none\n", "C: d\n\ntwo\n"));
}

TEST(Mailbox, ReadsCarriageReturns) {
  EXPECT_THAT(messages_of("From a 12:00\r\nA: b\r\n\r\none\r\n\r\nFrom b 12:01\r\nC: d\r\n"),
              ElementsAre("A: b\r\n\r\none\r\n", "C: d\r\n"));
}

TEST(Mailbox, TakesNoSentenceForALine) {
  // Neither behind a line of text, nor without a time of day.
  EXPECT_THAT(messages_of(line + "A: b\n\ntext\n" + line + "\nFrom here it goes on\n"),
              ElementsAre("A: b\n\ntext\n" + line + "\nFrom here it goes on\n"));
}

TEST(Mailbox, GivesOffsets) {
  const std::string text = line + "A: b\n\n>From here\n\n" + line + "C: d\n";
  Budget budget;
  auto mailbox = Mailbox::open(as_bytes(text));
  ASSERT_TRUE(mailbox.has_value());
  const auto first = mailbox->next(budget);
  ASSERT_TRUE(first.has_value() && first->has_value());
  EXPECT_EQ((*first)->message_offset, line.size());
  EXPECT_TRUE((*first)->quoted);
  const auto second = mailbox->next(budget);
  ASSERT_TRUE(second.has_value() && second->has_value());
  EXPECT_EQ((*second)->offset, text.rfind("From a@"));
  EXPECT_EQ((*second)->end, text.size());
  EXPECT_EQ((*second)->number, 2u);
  EXPECT_FALSE((*second)->quoted);
}

TEST(Mailbox, TakesOneQuoteAway) {
  const std::string quoted = ">From a\n>>From b\n> From c\n>Fromage\nx >From d\n";
  EXPECT_EQ(to_string(without_quotes(as_bytes(quoted))),
            "From a\n>From b\n> From c\n>Fromage\nx >From d\n");
}

TEST(Mailbox, WithoutItsFirstLineIsNone) {
  EXPECT_THAT(messages_of("Subject: x\n" + line), IsEmpty());
  EXPECT_THAT(messages_of(""), IsEmpty());
  EXPECT_THAT(messages_of("From "), ElementsAre(""));
}

TEST(Mailbox, StopsAtTheBudget) {
  Limits limits;
  limits.steps_max = 2;
  Budget budget(limits);
  const std::string text = line + std::string(1000, 'x');
  auto mailbox = Mailbox::open(as_bytes(text));
  ASSERT_TRUE(mailbox.has_value());
  const auto item = mailbox->next(budget);
  ASSERT_FALSE(item.has_value());
  EXPECT_EQ(item.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::mbox
