#include "gate/outbreak/expunge.h"

#include <gtest/gtest.h>

namespace antidotary::gate::outbreak {
namespace {

constexpr std::uint64_t leap_day_s = 1'709'208'000;  // 2024-02-29 12:00:00

TEST(Expunge, NamesUserMessageAndTheDaysAround) {
  EXPECT_EQ(expunge_command("anna@example.org", "<20240229.1@mail.example>", leap_day_s),
            "doveadm expunge -u 'anna@example.org' mailbox '*' header message-id "
            "'<20240229.1@mail.example>' savedsince 2024-02-28 savedbefore 2024-03-02");
}

TEST(Expunge, GivesNoCommandForAMessageIdThatMeansMore) {
  for (const char* const one :
       {"", "<", "<>", "<@>", "@", "<a@b>", "<aaaaaaaaaaaaaa>", "aaaaaaaa@bbbbbbb", "<aaaaaaa@>",
        "<aaaa bbbb@cccc.example>", "<aaaa@bbbb@cccc.example>", "<aaaa>@<cccc.example>"}) {
    EXPECT_EQ(expunge_command("anna", one, leap_day_s), "") << one;
  }
  EXPECT_EQ(expunge_command("anna", "<" + std::string(400, 'a') + "@b.example>", leap_day_s), "");
}

TEST(Expunge, GivesNoCommandThatAShellWouldTakeForAnother) {
  for (const char* const one :
       {"<a'; rm -rf ~; '@b.example>", "<a`id`aaaaaa@b.example>", "<a\"bbbbbb@c.example>",
        "<a\nbbbbbbbbb@c.example>", "<a\\bbbbbbbb@c.example>", "<a(bbbbbbb)@c.example>",
        "<\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4@c.example>"}) {
    EXPECT_EQ(expunge_command("anna", one, leap_day_s), "") << one;
  }
  EXPECT_EQ(expunge_command("-A", "<20240229.1@mail.example>", leap_day_s), "");
  EXPECT_EQ(expunge_command("a'b", "<20240229.1@mail.example>", leap_day_s), "");
  EXPECT_EQ(expunge_command("", "<20240229.1@mail.example>", leap_day_s), "");
  // Within single quotes these are characters like others.
  EXPECT_NE(expunge_command("anna", "<a$b&c|d!e@f.example>", leap_day_s), "");
}

}  // namespace
}  // namespace antidotary::gate::outbreak
