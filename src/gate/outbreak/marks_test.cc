#include "gate/outbreak/marks.h"

#include <gtest/gtest.h>

namespace antidotary::gate::outbreak {
namespace {

TEST(NameTemplate, KeepsWhatStaysTheSameWhereNamesAreMadeUp) {
  EXPECT_EQ(name_template("Invoice_2931.zip"), "a_9.zip");
  EXPECT_EQ(name_template("invoice_7.ZIP"), "a_9.zip");
  EXPECT_EQ(name_template("qwerty.exe"), name_template("asdfgh.exe"));
  EXPECT_NE(name_template("photo.jpg.exe"), name_template("photo.exe"));
  EXPECT_EQ(name_template(""), "");
  EXPECT_EQ(name_template("Rechnung \xc3\xa4\xc3\xb6 12"), "a a 9");
  EXPECT_LE(name_template(std::string(5'000, '-') + ".exe").size(), 80U);
}

scan::Leaf leaf_of(std::uint64_t size_bytes, const std::string& name = "a.exe") {
  scan::Leaf leaf;
  leaf.size_bytes = size_bytes;
  leaf.names = {name};
  leaf.risk = scan::Risk::program;
  leaf.format = "pe";
  return leaf;
}

bool alike(const scan::Leaf& a, const scan::Leaf& b) {
  const auto left = shapes_of(a), right = shapes_of(b);
  return left[0] == right[0] || left[1] == right[1];
}

TEST(Shape, IsSharedBySizesWithinFivePercent) {
  for (std::uint64_t size = 1'000; size < 100'000'000; size = size * 23 / 20 + 7) {
    EXPECT_TRUE(alike(leaf_of(size), leaf_of(size + size * 48 / 1'000))) << size;
    EXPECT_FALSE(alike(leaf_of(size), leaf_of(size + size / 4))) << size;
  }
}

TEST(Shape, DependsOnWhatItIsCalledAndWhatItIs) {
  EXPECT_TRUE(alike(leaf_of(9'000, "abc.exe"), leaf_of(9'000, "defghi.exe")));
  EXPECT_FALSE(alike(leaf_of(9'000, "abc.exe"), leaf_of(9'000, "abc.scr")));
  auto other = leaf_of(9'000);
  other.risk = scan::Risk::sealed;
  EXPECT_FALSE(alike(leaf_of(9'000), other));
  other = leaf_of(9'000);
  other.inside = "js";
  EXPECT_FALSE(alike(leaf_of(9'000), other));
}

TEST(SenderOf, TakesTheAddressesOfOneNewsletterForOne) {
  EXPECT_EQ(sender_of("bounce-b=example.org@news.example"),
            sender_of("bounce-c=example.net@news.example"));
  EXPECT_EQ(sender_of("list+b=example.org@lists.example"), "list@lists.example");
  EXPECT_EQ(sender_of("bounce-mc.us12_44163405.2431609-b5c5a2b8f5@mail.example"),
            sender_of("bounce-mc.us12_44163405.9999999-00aa11bb22@mail.example"));
  EXPECT_EQ(sender_of("0100017f8a31-aa55-000000@amail.example"),
            sender_of("0100018b2c77-bb66-000000@amail.example"));
}

TEST(SenderOf, UnwrapsWhatForwardersAndBounceTagsWrap) {
  EXPECT_EQ(sender_of("SRS0=hhh=tt=example.org=anna@forward.example"), "anna@example.org");
  EXPECT_EQ(sender_of("SRS1=ggg=other.example==hhh=tt=example.org=anna@forward.example"),
            "anna@example.org");
  EXPECT_EQ(sender_of("prvs=1234abcdef=anna@example.org"), "anna@example.org");
  EXPECT_EQ(sender_of("btv1==123abc==anna@example.org"), "anna@example.org");
}

TEST(SenderOf, KeepsPeopleApart) {
  EXPECT_NE(sender_of("anna@example.org"), sender_of("bert@example.org"));
  EXPECT_NE(sender_of("anna@example.org"), sender_of("anna@example.net"));
  EXPECT_EQ(sender_of("Anna@Example.ORG"), sender_of("anna@example.org"));
  EXPECT_NE(sender_of("anna1984@example.org"), sender_of("anna1985@example.org"));
  EXPECT_NE(sender_of("deadbeef@example.org"), sender_of("facade@example.org"));
  EXPECT_EQ(sender_of(""), "");
  EXPECT_EQ(sender_of("="), "=");
  EXPECT_EQ(sender_of("srs0=@x"), "srs0@x");
}

}  // namespace
}  // namespace antidotary::gate::outbreak
