#include "gate/policy_file.h"

#include <gmock/gmock.h>

namespace antidotary::gate {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

TEST(PolicyFile, ReadsDefaultsAndRulesInOrder) {
  const auto read = read_policy(R"([default]
opaque = "quarantine"

[[rule]]
recipients = ["abuse@example.org", "@lab.example.org"]
findings = ["malware", "suspicious"]
action = "tag"

[[rule]]
names = ["Win.Test.*"]
action = "discard"
)",
                                "p.toml");
  EXPECT_THAT(read.mistakes, IsEmpty());
  const Judgement bad{Finding::malware, "", {"Win.Test.EICAR"}, ""};
  EXPECT_EQ(read.policy.action(bad, "abuse@example.org"), Action::tag);
  EXPECT_EQ(read.policy.action(bad, "x@example.org"), Action::discard);
  EXPECT_EQ(read.policy.action({Finding::opaque, {}, {}, {}}, "x@example.org"), Action::quarantine);
  EXPECT_EQ(read.policy.action({Finding::limited, {}, {}, {}}, "x@example.org"),
            Action::quarantine);
}

TEST(PolicyFile, AnEmptyOneIsTheDefault) {
  const auto read = read_policy("", "p.toml");
  EXPECT_THAT(read.mistakes, IsEmpty());
  EXPECT_EQ(read.policy.otherwise, Policy().otherwise);
}

TEST(PolicyFile, NamesEveryMistakeWithItsPlace) {
  const auto read = read_policy(R"([default]
malware = "delete"
spam = "tag"
[[rule]]
recipients = []
[[rule]]
findings = ["virus"]
action = "tag"
[extra]
)",
                                "p.toml");
  EXPECT_THAT(
      read.mistakes,
      UnorderedElementsAre(
          StartsWith("p.toml:2:1: 'malware' is one of: accept, tag, discard, quarantine"),
          StartsWith("p.toml:3:1: [default] has no 'spam'; it knows: suspicious, opaque"),
          StartsWith("p.toml:5:1: an empty 'recipients' holds for nothing"),
          AllOf(StartsWith("p.toml:4:"), HasSubstr("a rule says what to do")),
          AllOf(StartsWith("p.toml:7:"), HasSubstr("'findings' is a list of: clean, released")),
          StartsWith("p.toml:9:2: a policy has no 'extra'; it knows: default, rule")));
}

TEST(PolicyFile, RefusesToDeliverOrDropWhatFailed) {
  for (const std::string action : {"accept", "tag", "discard"}) {
    EXPECT_THAT(read_policy("[default]\nfailed = \"" + action + "\"\n", "p.toml").mistakes,
                testing::ElementsAre(HasSubstr("choose tempfail, quarantine or reject")));
    EXPECT_THAT(
        read_policy("[[rule]]\nfindings = [\"failed\"]\naction = \"" + action + "\"\n", "p.toml")
            .mistakes,
        testing::ElementsAre(StartsWith("p.toml:3:1: what could not be read")));
  }
}

TEST(PolicyFile, SaysWhereItIsNoToml) {
  EXPECT_THAT(read_policy("[default\n", "p.toml").mistakes,
              testing::ElementsAre(StartsWith("p.toml:1:")));
}

}  // namespace
}  // namespace antidotary::gate
