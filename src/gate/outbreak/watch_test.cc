// Method: messages as people would send them, one after another on a clock of our own; what the
// watch says is compared with the rule that is written in its header.
#include "gate/outbreak/watch.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include "core/digest.h"

namespace antidotary::gate::outbreak {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t start_s = 1'700'000'000;

scan::Leaf leaf_of(const std::string& content, scan::Risk risk = scan::Risk::program,
                   const std::string& name = "a.exe") {
  scan::Leaf leaf;
  leaf.sha256 = sha256_hex(as_bytes(std::string_view(content)));
  leaf.size_bytes = 10'000;
  leaf.risk = risk;
  leaf.format = "pe";
  leaf.names = {name};
  return leaf;
}

Passing mail(Person sender, std::vector<Person> recipients, std::vector<scan::Leaf> leaves,
             std::uint64_t time_s = start_s) {
  return {time_s, sender, 0, std::move(recipients), std::move(leaves)};
}

/// One copy to one new recipient each, from `senders` in turn; how many were let through.
std::size_t passed_of(Watch& watch, std::size_t copies, std::size_t senders, const scan::Leaf& leaf,
                      std::uint64_t step_s = 60) {
  std::size_t passed = 0;
  for (std::size_t i = 0; i < copies; ++i) {
    const auto seen = watch.look(mail(i % senders, {1'000 + i}, {leaf}, start_s + i * step_s));
    watch.settled(seen, seen.hold);
    passed += !seen.hold;
  }
  return passed;
}

TEST(Watch, HoldsTheFifteenthCopyOfThreeSenders) {
  Watch watch{Rules{}};
  EXPECT_EQ(passed_of(watch, 100, 3, leaf_of("worm")), 14U);
  EXPECT_EQ(watch.active(start_s + 6'000), 1U);
}

TEST(Watch, CountsOnlyDifferentPeople) {
  Watch watch{Rules{}};
  for (int i = 0; i < 100; ++i) {
    const auto again = mail(static_cast<Person>(i % 3), {7, 8, 9}, {leaf_of("memo")});
    EXPECT_FALSE(watch.look(again).hold);
  }
}

TEST(Watch, LetsOneSenderGiveOneThingToEverybody) {
  Rules rules;
  rules.fan_out.response = Response::off;
  Watch watch(rules);
  EXPECT_EQ(passed_of(watch, 5'000, 1, leaf_of("newsletter")), 5'000U);
  EXPECT_EQ(passed_of(watch, 5'000, 2, leaf_of("two")), 5'000U);
}

TEST(Watch, DoesNotCountWhatRunsNothing) {
  Watch watch{Rules{}};
  const auto logo = leaf_of("logo", scan::Risk::none, "logo.png");
  EXPECT_EQ(passed_of(watch, 1'000, 500, logo), 1'000U);
  EXPECT_EQ(watch.counted(), 0U);
}

TEST(Watch, ForgetsWhatWasBeforeTheWindow) {
  Watch watch{Rules{}};
  // Six hours from one copy to the next: never fifteen within a day.
  EXPECT_EQ(passed_of(watch, 100, 3, leaf_of("slow"), 6 * 3'600), 100U);
}

TEST(Watch, EndsAnOutbreakThatIsQuiet) {
  Watch watch{Rules{}};
  passed_of(watch, 30, 3, leaf_of("worm"));
  const std::uint64_t later_s = start_s + 3 * 86'400;
  EXPECT_EQ(watch.active(later_s), 0U);
  EXPECT_FALSE(watch.look(mail(1, {1}, {leaf_of("worm")}, later_s)).hold);
}

TEST(Watch, TellsTheOutbreakOnceAndCountsItsCopies) {
  Watch watch{Rules{}};
  std::vector<std::string> declared;
  for (Person i = 0; i < 40; ++i) {
    const auto seen = watch.look(mail(i % 4, {100 + i}, {leaf_of("worm")}));
    declared.insert(declared.end(), seen.declared.begin(), seen.declared.end());
    watch.settled(seen, seen.hold);
  }
  ASSERT_THAT(declared, SizeIs(1));
  const Outbreak* const one = watch.find(declared[0]);
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->rule, Rule::same);
  EXPECT_EQ(one->key, leaf_of("worm").sha256);
  EXPECT_EQ(one->passed, 14U);
  EXPECT_EQ(one->held, 26U);
  EXPECT_EQ(one->senders, 4U);
  EXPECT_EQ(one->recipients, 40U);
}

TEST(Watch, TellsAnArchiveAndItsMemberAsOne) {
  Watch watch{Rules{}};
  const std::vector<scan::Leaf> both = {leaf_of("member"),
                                        leaf_of("archive", scan::Risk::carrier, "a.zip")};
  std::size_t declared = 0;
  for (Person i = 0; i < 40; ++i) declared += watch.look(mail(i, {100 + i}, both)).declared.size();
  EXPECT_EQ(declared, 1U);
  EXPECT_NE(
      watch.find("same-" + sha256_hex(as_bytes(std::string_view(both[0].sha256))).substr(0, 12)),
      nullptr);
}

TEST(Watch, LetsWhatAPersonDismissedPassAndItsArchiveToo) {
  Watch watch{Rules{}};
  const std::vector<scan::Leaf> both = {leaf_of("member"),
                                        leaf_of("archive", scan::Risk::carrier, "a.zip")};
  std::string id;
  for (Person i = 0; i < 20; ++i) {
    const auto seen = watch.look(mail(i, {100 + i}, both));
    if (!seen.declared.empty()) id = seen.declared[0];
  }
  Outbreak one = *watch.find(id);
  one.dismissed_s = start_s;
  one.reason = "our own form";
  watch.put(one);
  for (Person i = 0; i < 50; ++i) {
    const auto seen = watch.look(mail(i, {500 + i}, both));
    EXPECT_FALSE(seen.hold);
    EXPECT_THAT(seen.declared, IsEmpty());
  }
  // What else comes in such an archive is not excused.
  const std::vector<scan::Leaf> worse = {leaf_of("worm"), both[0],
                                         leaf_of("other archive", scan::Risk::carrier, "a.zip")};
  bool held = false;
  for (Person i = 0; i < 20; ++i) held = watch.look(mail(i, {900 + i}, worse)).hold;
  EXPECT_TRUE(held);
}

TEST(Watch, AlertsWhereOneSenderGivesRiskyThingsToMany) {
  Watch watch{Rules{}};
  std::string id;
  for (Person i = 0; i < 60; ++i) {
    // Other bytes each time.
    const auto seen = watch.look(mail(7, {100 + i}, {leaf_of(fmt::format("copy {}", i))}));
    EXPECT_FALSE(seen.hold);
    if (!seen.declared.empty()) id = seen.declared[0];
  }
  ASSERT_NE(watch.find(id), nullptr);
  EXPECT_EQ(watch.find(id)->rule, Rule::fan_out);
  EXPECT_EQ(watch.find(id)->recipients, 60U);
}

TEST(Watch, SeesOneShapeWithOtherBytesEachTime) {
  Rules rules;
  rules.shape.response = Response::hold;
  Watch watch(rules);
  std::size_t passed = 0;
  for (Person i = 0; i < 60; ++i) {
    auto leaf = leaf_of(fmt::format("copy {}", i), scan::Risk::sealed, fmt::format("a{}.zip", i));
    leaf.size_bytes = 100'000 + i * 50;
    passed += !watch.look(mail(i % 5, {100 + i}, {leaf})).hold;
  }
  EXPECT_EQ(passed, 14U);
}

TEST(Watch, TakesNoShapeForOneWhereTheBytesAreTheSame) {
  Rules rules;
  rules.same.response = rules.chain.response = Response::off;
  rules.shape.response = Response::hold;
  Watch watch(rules);
  EXPECT_EQ(passed_of(watch, 100, 5, leaf_of("one form")), 100U);
}

/// As `mail`, from somebody who is a recipient as well.
Passing mail_of(Person person, std::vector<Person> recipients, std::vector<scan::Leaf> leaves) {
  Passing out = mail(person + 1'000'000, std::move(recipients), std::move(leaves));
  out.sender_as_recipient = person;
  return out;
}

TEST(Watch, HoldsWhatOneWhoGotItPassesOnToFifty) {
  Watch watch{Rules{}};
  watch.look(mail(1, {5, 6, 7}, {leaf_of("worm")}));
  std::size_t passed = 0;
  std::string id;
  for (Person i = 0; i < 200; ++i) {
    const auto seen = watch.look(mail_of(6, {100 + i}, {leaf_of("worm")}));
    passed += !seen.hold;
    for (const std::string& one : seen.declared) {
      if (one.starts_with("chain-")) id = one;
    }
  }
  EXPECT_EQ(passed, 49U);
  ASSERT_NE(watch.find(id), nullptr);
  EXPECT_EQ(watch.find(id)->key, leaf_of("worm").sha256);
  // From then on it is held whoever sends it.
  EXPECT_TRUE(watch.look(mail(1, {900}, {leaf_of("worm")})).hold);
  EXPECT_FALSE(watch.look(mail_of(6, {900}, {leaf_of("other")})).hold);
}

TEST(Watch, TakesNobodyForALinkWhoDidNotGetIt) {
  Watch watch{Rules{}};
  watch.look(mail(1, {5}, {leaf_of("newsletter")}));
  for (Person i = 0; i < 300; ++i) {  // who sent it first; and a second who never got it
    EXPECT_FALSE(watch.look(mail(1, {100 + i}, {leaf_of("newsletter")})).hold);
    EXPECT_FALSE(watch.look(mail_of(6, {500 + i}, {leaf_of("another")})).hold);
  }
  // A copy to oneself makes nobody a link.
  Watch other{Rules{}};
  for (Person i = 0; i < 300; ++i) {
    EXPECT_FALSE(other.look(mail_of(6, {6, 100 + i}, {leaf_of("mine")})).hold);
  }
}

TEST(Watch, TakesAWordAboutBytesForBothRulesAboutBytes) {
  Watch watch{Rules{}};
  Outbreak one;
  one.id = "same-" + sha256_hex(as_bytes(std::string_view(leaf_of("form").sha256))).substr(0, 12);
  one.key = leaf_of("form").sha256;
  one.dismissed_s = start_s;
  watch.put(one);
  watch.look(mail(1, {5, 6, 7}, {leaf_of("form")}));
  for (Person i = 0; i < 200; ++i) {
    EXPECT_FALSE(watch.look(mail_of(6, {100 + i}, {leaf_of("form")})).hold);
  }
}

TEST(Watch, DoesNothingWhereItIsOff) {
  Rules rules;
  rules.same.response = rules.fan_out.response = rules.shape.response = rules.chain.response =
      Response::off;
  Watch watch(rules);
  EXPECT_EQ(passed_of(watch, 1'000, 10, leaf_of("worm")), 1'000U);
  EXPECT_EQ(watch.counted(), 0U);
}

TEST(Watch, KeepsWhatSeveralSentThroughAFloodOfOne) {
  Rules rules;
  rules.fan_out.response = rules.shape.response = Response::off;
  Watch watch(rules, 100);
  for (Person i = 0; i < 14; ++i) watch.look(mail(i % 3, {i}, {leaf_of("worm")}));
  for (int i = 0; i < 10'000; ++i) {
    watch.look(mail(66, {1}, {leaf_of(fmt::format("chaff {}", i))}));
  }
  EXPECT_LE(watch.counted(), 100U);
  EXPECT_GT(watch.forgotten(), 9'000U);
  EXPECT_TRUE(watch.look(mail(1, {99}, {leaf_of("worm")})).hold);
}

TEST(Watch, SurvivesAClockThatGoesBack) {
  Watch watch{Rules{}};
  std::size_t passed = 0;
  for (Person i = 0; i < 40; ++i) {
    const std::uint64_t time_s = start_s - i * 600;  // ten minutes back each time
    const auto seen = watch.look(mail(i % 3, {100 + i}, {leaf_of("worm")}, time_s));
    passed += !seen.hold;
  }
  EXPECT_EQ(passed, 14U);
  // A year back: what was counted is of another time, and nothing is held for it.
  EXPECT_FALSE(watch.look(mail(1, {1}, {leaf_of("worm")}, start_s - 365 * 86'400)).hold);
  EXPECT_FALSE(watch.look(mail(1, {1}, {leaf_of("new")}, 0)).hold);
}

TEST(Watch, GoesOnWhereAnEarlierRunStopped) {
  Watch before{Rules{}}, after{Rules{}};
  for (Person i = 0; i < 14; ++i) {
    const auto one = mail(i % 3, {100 + i}, {leaf_of("worm")});
    before.look(one);
    after.remember(one);
  }
  EXPECT_TRUE(after.look(mail(1, {999}, {leaf_of("worm")})).hold);
  const auto seen = before.look(mail(1, {999}, {leaf_of("worm")}));
  Watch third{Rules{}};
  third.put(*before.find(seen.outbreaks.at(0)));
  EXPECT_TRUE(third.look(mail(9, {1}, {leaf_of("worm")})).hold);
}

TEST(Watch, BoundsWhatOneMessageCosts) {
  Watch watch{Rules{}};
  std::vector<Person> everybody(10'000);
  for (std::size_t i = 0; i < everybody.size(); ++i) everybody[i] = i;
  std::vector<scan::Leaf> leaves;
  for (std::size_t i = 0; i < scan::leaves_max; ++i)
    leaves.push_back(leaf_of(fmt::format("{}", i)));
  for (Person sender = 0; sender < 5; ++sender) watch.look(mail(sender, everybody, leaves));
  EXPECT_LE(watch.counted(), scan::leaves_max + 5 * 8 + 2);
}

}  // namespace
}  // namespace antidotary::gate::outbreak
