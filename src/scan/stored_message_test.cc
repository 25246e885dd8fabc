// Method: mailboxes written line by line; offsets are looked up in the text itself.
#include "scan/stored_message.h"

#include <gmock/gmock.h>

#include "core/digest.h"
#include "scan/report.h"

namespace antidotary::scan {
namespace {

const std::string from = "From a@example.org Fri Aug  1 12:00:00 2003\n";
const std::string first = from + "A: b\nMessage-Id: <1@example.org>\n\nMessage-ID: <x>\n\n";
const std::string second = from + "A: b\n\nMessage-ID: <body>\n\n";

Report with_alert(std::vector<std::string> path) {
  Report report;
  report.alerts.push_back({"X", "pattern", 0, 1, std::move(path), "", {}, {}});
  return report;
}

Report placed(Report report, const std::string& mailbox) {
  Budget budget;
  place_messages(as_bytes(mailbox), budget, report);
  return report;
}

TEST(StoredMessage, SaysWhereItStandsAndWhoItIs) {
  const std::string mailbox = second + first + second;
  const Report report = placed(with_alert({"box", "message 2", "a.zip"}), mailbox);
  ASSERT_EQ(report.messages.size(), 1u);
  const StoredMessage& one = report.messages[0];
  EXPECT_EQ(one.number, 2u);
  EXPECT_EQ(one.offset, second.size());
  EXPECT_EQ(one.size_bytes, first.size());
  EXPECT_EQ(one.sha256, sha256_hex(as_bytes(first)));
  EXPECT_EQ(one.message_id, "<1@example.org>");
  EXPECT_FALSE(one.contested);
}

// What stays the same when a message before it is gone.
TEST(StoredMessage, KeepsItsDigestWhenOthersGo) {
  const Report before = placed(with_alert({"box", "message 3"}), first + second + first);
  const Report after = placed(with_alert({"box", "message 2"}), second + first);
  EXPECT_EQ(before.messages.at(0).sha256, after.messages.at(0).sha256);
}

TEST(StoredMessage, HasNoIdOfItsBody) {
  const Report report = placed(with_alert({"box", "message 1"}), second);
  EXPECT_EQ(report.messages.at(0).message_id, "");
}

TEST(StoredMessage, IsContestedWhereAContentLengthEndsItElsewhere) {
  const std::string long_one =
      from + "Content-Length: " + std::to_string(5 + second.size()) + "\n\ntext\n" + second;
  for (const char* name : {"message 1", "message 2"}) {
    EXPECT_TRUE(placed(with_alert({"box", name}), long_one).messages.at(0).contested) << name;
  }
  EXPECT_FALSE(placed(with_alert({"box", "message 3"}), long_one + first).messages.at(0).contested);
}

TEST(StoredMessage, IsNoneForOtherNames) {
  for (const char* name : {"message", "message ", "message 0", "message 9", "message 1x",
                           "message 1 by its Content-Length", "message -1", "x"}) {
    EXPECT_TRUE(placed(with_alert({"box", name}), first).messages.empty()) << name;
  }
  EXPECT_TRUE(placed(with_alert({"box"}), first).messages.empty());
}

}  // namespace
}  // namespace antidotary::scan
