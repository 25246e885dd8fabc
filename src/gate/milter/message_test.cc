#include "gate/milter/message.h"

#include <gmock/gmock.h>

namespace antidotary::gate::milter {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string give(Message& message, char command, const std::string& data = {}) {
  return message.take({command, as_bytes(std::string_view(data))});
}
std::string field(Message& message, const std::string& name, const std::string& value) {
  return give(message, 'L', text(name) + text(value));
}

TEST(MilterMessage, PutsAMessageTogetherAsItWas) {
  Message message;
  message.keeps_blanks(true);
  give(message, 'M', text("<a@b>"));
  std::string whole = field(message, "Subject", "  two blanks");
  whole += field(message, "X-Folded", " one\n\ttwo");
  whole += field(message, "Received", "none");
  whole += give(message, 'N');
  whole += give(message, 'B', "line\r\n");
  whole += give(message, 'B', "last\r\n");
  whole += give(message, 'E');
  EXPECT_EQ(whole,
            "Subject:  two blanks\r\nX-Folded: one\r\n\ttwo\r\nReceived:none\r\n\r\n"
            "line\r\nlast\r\n");
}

TEST(MilterMessage, PutsABlankWhereTheMailServerDoesNot) {
  Message message;
  EXPECT_EQ(field(message, "To", "b@c"), "To: b@c\r\n");
}

TEST(MilterMessage, EndsFieldsOnceThoughNobodySaidSo) {
  Message message;
  EXPECT_EQ(give(message, 'E', "body"), "\r\nbody");
  EXPECT_EQ(give(message, 'B', "more"), "more");
}

TEST(MilterMessage, NotesEnvelopeAndClient) {
  Message message;
  give(message, 'C', text("mx.example") + std::string("4\x30\x39", 3) + text("192.0.2.1"));
  give(message, 'H', text("helo.example"));
  give(message, 'D', "M" + text("{auth_authen}") + text("anna") + text("i") + text("QID"));
  give(message, 'M', text("<a@b>") + text("SIZE=1"));
  give(message, 'R', text("<c@d>") + text("NOTIFY=NEVER"));
  give(message, 'R', text("<e@f>"));
  EXPECT_EQ(message.client().address, "192.0.2.1");
  EXPECT_EQ(message.client().greeting, "helo.example");
  EXPECT_EQ(message.sender(), "a@b");
  EXPECT_EQ(message.queue_id(), "QID");
  EXPECT_EQ(message.login(), "anna");
  EXPECT_THAT(message.recipients(), ElementsAre("<c@d>", "<e@f>"));
  message.reset();
  EXPECT_THAT(message.recipients(), IsEmpty());
  EXPECT_EQ(message.login(), "");
  EXPECT_EQ(message.client().name, "mx.example");
  message.reset_all();
  EXPECT_EQ(message.client().name, "");
}

TEST(MilterMessage, ToldOfAClientWithoutAddressKnowsNone) {
  Message message;
  give(message, 'C', text("localhost") + "U");
  EXPECT_EQ(message.client().name, "localhost");
  EXPECT_EQ(message.client().address, "");
}

TEST(MilterMessage, NumbersFieldsThatLookLikeOursByName) {
  Message message;
  field(message, "X-Antidotary", " clean");
  field(message, "x-antidotary", " clean");
  field(message, "X-Antidotary-Release", " mac");
  field(message, "X-Other", "");
  ASSERT_EQ(message.forged().size(), 3u);
  EXPECT_EQ(message.forged()[1].index, 2u);
  EXPECT_EQ(message.forged()[2].name, "X-Antidotary-Release");
  EXPECT_EQ(message.forged()[2].index, 1u);
  EXPECT_EQ(message.forged()[2].value, "mac");
}

TEST(MilterMessage, IsExcessiveBeyondItsLimits) {
  Message message;
  for (std::size_t i = 0; i < Message::forged_max; ++i) field(message, "X-Antidotary", "x");
  EXPECT_FALSE(message.excessive());
  field(message, "X-Antidotary", "x");
  EXPECT_TRUE(message.excessive());
  message.reset();
  for (std::size_t i = 0; i < Message::recipients_max; ++i) give(message, 'R', text("<a@b>"));
  EXPECT_FALSE(message.excessive());
  give(message, 'R', text("<a@b>"));
  EXPECT_TRUE(message.excessive());
}

}  // namespace
}  // namespace antidotary::gate::milter
