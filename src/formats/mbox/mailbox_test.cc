// Method: mailboxes written line by line; offsets are looked up in the text itself.
#include "formats/mbox/mailbox.h"

#include <fmt/core.h>
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
  // Neither behind a line of text without a whole date, nor without a time of day.
  const std::string text = "A: b\n\ntext\nFrom 12:00 on\nFrom now Fri 12:00\n\nFrom here on\n";
  EXPECT_THAT(messages_of(line + text), ElementsAre(text));
}

TEST(Mailbox, NeedsNoEmptyLineBeforeAWholeDate) {
  EXPECT_THAT(messages_of(line + "A: b\n\none\n" + line + "C: d\n\ntwo\n"),
              ElementsAre("A: b\n\none\n", "C: d\n\ntwo\n"));
}

// mboxcl2: the From_ line of the body is not quoted, and the header says how long the body is.
TEST(Mailbox, SaysWhereAContentLengthLeads) {
  const std::string body = "\nfirst\n\n" + line + "X: y\n\nrest\n";
  const std::string head = line + "A: b\nContent-Length: ";
  const auto first_of = [](const std::string& text) {
    Budget budget;
    return *Mailbox::open(as_bytes(text))->next(budget).value();
  };
  const std::string whole = head + fmt::format("{}\n", body.size() - 1) + body;
  EXPECT_EQ(first_of(whole).stated_end, whole.size());
  EXPECT_EQ(first_of(whole + "\n" + line + "E: f\n").stated_end, whole.size());
  EXPECT_EQ(messages_of(whole).size(), 2u);
  // Where it leads into the midst of a message, nobody believes it.
  EXPECT_EQ(first_of(head + fmt::format("{}\n", body.size() - 3) + body).stated_end, std::nullopt);
  EXPECT_EQ(first_of(head + "99999999999999999999\n" + body).stated_end, std::nullopt);
  EXPECT_EQ(first_of(head + "6\n" + body).stated_end, std::nullopt);
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
