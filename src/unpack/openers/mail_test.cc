// Method: small mails and the whole tree below them, as text. What the many ways of hostile mail
// are is tests/mail's; here is what honest mail shows every day, and that it costs next to nothing.
#include <gmock/gmock.h>

#include "core/text.h"
#include "formats/mime/base64.h"
#include "unpack/tree.h"

namespace antidotary::unpack {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Opened {
  std::vector<std::string> names;  ///< Of all that is in it.
  std::vector<std::string> texts;
};

Opened open(const std::string& mail) {
  Opened out;
  Budget budget;
  const Tree tree = tree_of(as_bytes(mail), "a.eml", budget, [&](std::uint32_t, Bytes object) {
    out.texts.push_back(to_string(object));
    return true;
  });
  for (const Node& node : tree.nodes) {
    if (&node != &tree.nodes.front()) out.names.push_back(node.name);
  }
  return out;
}

const std::string head = "From: a@b\r\nTo: c@d\r\nSubject: e\r\n";
const std::string prose =
    "Dear all, this is a letter of the usual kind, and of no great length.\r\n";
const std::string payload =
    std::string(50, 'x') + "the payload of this test" + std::string(50, 'y');

TEST(UnpackMail, DecodesOnlyTheRunOfDigitsInAnHonestLetter) {
  const std::string digits = mime::to_base64_lines(as_bytes(payload));
  const Opened out = open(head + "\r\n" + prose + "\r\n" + digits + "=aBcD\r\n" + prose);
  EXPECT_THAT(out.names, ElementsAre("part 1", "reading 1"));
  EXPECT_THAT(out.texts, Contains(payload));
}

TEST(UnpackMail, LeavesAddressesOnTheWebAsTheyAre) {
  std::string page = head + "Content-Type: text/html\r\n\r\n";
  for (int i = 0; i < 20; ++i) page += "<a href=\"http://e.org/?q=AB&r=CD&s=xy&t=z\">x</a>\r\n";
  EXPECT_THAT(open(page).names, ElementsAre("part 1"));
}

TEST(UnpackMail, ReadsAMessageThatIsShownAsTextByItsTreeAlone) {
  const std::string inner = "From: x\r\nSubject: y\r\nno field\r\nA: b\r\n\r\n" + prose;
  const auto readings = Contains(StartsWith("reading"));
  EXPECT_THAT(open(head + "\r\n" + inner).names, Not(readings));
  EXPECT_THAT(open(head + "Content-Type: message/rfc822\r\n\r\n" + inner).names, readings);
  EXPECT_THAT(open(head + "Content-Type: text/plain; name=x.eml\r\n\r\n" + inner).names, readings);
}

TEST(UnpackMail, TakesNoProseForDigitsWhereTheStructureIsOdd) {
  std::string letter = head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n";
  for (int i = 0; i < 50; ++i) letter += prose;
  // Not closed: every stretch is looked at, as it stands.
  EXPECT_LE(open(letter).names.size(), 6u);
}

}  // namespace
}  // namespace antidotary::unpack
