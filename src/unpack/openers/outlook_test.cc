// Method: the store of outlook_specimen.h, whole, damaged byte by byte, cut at every place, and
// with a purse that is too small. Stores of Outlook's own making are read by tests/formats/outlook.
#include <gtest/gtest.h>

#include "core/text.h"
#include "unpack/openers/outlook_specimen.h"
#include "unpack/outlook_index.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {
namespace {

struct Seen {
  std::vector<std::string> children;
  std::vector<std::string> missed;
  std::string text;
  bool limited = false;
};

Seen open(const std::vector<std::uint8_t>& store, Limits limits = {}) {
  Budget budget(limits);
  Seen out;
  Visitor visitor;
  visitor.child = [&](const Child& child) {
    out.children.push_back(child.name);
    out.text += as_text(child.bytes);
  };
  visitor.missed = [&](const Missed& missed) {
    out.missed.push_back(missed.name + ": " + missed.error.what);
    out.limited = out.limited || missed.error.kind == ErrorKind::budget_spent;
  };
  unpack(formats::Format::pst, view_of(store.data(), store.size()), budget, visitor);
  return out;
}

TEST(Outlook, WritesAMessageAsMail) {
  const Seen seen = open(outlook_store());
  EXPECT_EQ(seen.children, (std::vector<std::string>{"message 2097188"}));
  EXPECT_EQ(seen.missed, std::vector<std::string>{});
  EXPECT_NE(seen.text.find("From: A <a@example.org>\nTo: you\nSubject: seed\n"), std::string::npos);
  EXPECT_NE(seen.text.find("filename=\"a.txt\""), std::string::npos);
}

// A byte that counts is covered by a sum: the message is as it was, or something is told.
TEST(Outlook, TellsEveryDamage) {
  const std::vector<std::uint8_t> whole = outlook_store();
  const Seen right = open(whole);
  std::size_t told = 0;
  for (std::size_t at = 8; at < whole.size(); at += 7) {
    std::vector<std::uint8_t> bent = whole;
    bent[at] ^= 0x10;
    const Seen seen = open(bent);
    told += seen.missed.empty() ? 0 : 1;
    EXPECT_TRUE(!seen.missed.empty() || seen.text == right.text) << at;
  }
  EXPECT_GT(told, 300u);
}

TEST(Outlook, TellsEveryCut) {
  const std::vector<std::uint8_t> whole = outlook_store();
  for (std::size_t size = 4; size < whole.size(); size += 61) {
    const std::vector<std::uint8_t> cut(whole.begin(),
                                        whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(open(cut).missed.empty()) << size;
  }
}

TEST(Outlook, SaysThatAPurseIsEmpty) {
  Limits steps;
  steps.steps_max = 500;
  EXPECT_TRUE(open(outlook_store(), steps).limited);
  for (const std::uint64_t most : {std::uint64_t{10}, std::uint64_t{200}}) {
    Limits one;
    one.object_bytes_max = most;
    EXPECT_TRUE(open(outlook_store(), one).limited) << most;
  }
}

TEST(OutlookIndex, NamesTheMessages) {
  const std::vector<std::uint8_t> store = outlook_store();
  Budget budget;
  const OutlookIndex index = read_outlook_index(view_of(store.data(), store.size()), budget);
  EXPECT_FALSE(index.error) << index.error->what;
  EXPECT_EQ(index.messages, (std::vector<std::uint32_t>{2097188}));
}

TEST(OutlookIndex, SaysThatLargePagesAreNotKnown) {
  std::vector<std::uint8_t> store = outlook_store();
  store[10] = 36;
  Budget budget;
  const OutlookIndex index = read_outlook_index(view_of(store.data(), store.size()), budget);
  ASSERT_TRUE(index.error);
  EXPECT_EQ(index.error->kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace antidotary::unpack
