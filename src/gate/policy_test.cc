#include "gate/policy.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "gate/outcome.h"

namespace antidotary::gate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Whole = Outcome::Whole;

scan::Report report_with(scan::Gap gap) {
  scan::Report report;
  report.unread.push_back({gap, {"message", "a.zip"}, "it says so"});
  return report;
}

TEST(Judgement, NeverTakesWhatWasNotReadForClean) {
  EXPECT_EQ(judge({}).finding, Finding::clean);
  EXPECT_EQ(judge(report_with(scan::Gap::opaque)).finding, Finding::opaque);
  EXPECT_EQ(judge(report_with(scan::Gap::limited)).finding, Finding::limited);
  EXPECT_EQ(judge(report_with(scan::Gap::failed)).finding, Finding::failed);
  EXPECT_EQ(judge(report_with(scan::Gap::failed)).reason, "message > a.zip: it says so");
}

TEST(Judgement, TellsAllThatHolds) {
  scan::Report report = report_with(scan::Gap::opaque);
  report.detections.emplace_back();
  report.detections.back().entry = "win32/mimail";
  EXPECT_EQ(judge(report).finding, Finding::opaque);
  EXPECT_THAT(judge(report).beside, ElementsAre(Finding::suspicious));
  report.unread.push_back({scan::Gap::failed, {"message"}, "x"});
  report.detections.back().convicts = true;
  EXPECT_THAT(judge(report).beside, ElementsAre(Finding::opaque, Finding::failed));
  EXPECT_THAT(judge(report_with(scan::Gap::limited)).beside, IsEmpty());
}

TEST(Judgement, TellsWhatConvictsFromSigns) {
  scan::Report report;
  report.detections.emplace_back();
  report.detections.back().entry = "win32/mimail";
  report.detections.back().variant = "a";
  EXPECT_EQ(judge(report).finding, Finding::suspicious);
  report.detections.back().convicts = true;
  EXPECT_EQ(judge(report).finding, Finding::malware);
  EXPECT_EQ(judge(report).entry, "win32/mimail.a");
  report.unread.push_back({scan::Gap::failed, {"message"}, "x"});
  EXPECT_EQ(judge(report).finding, Finding::malware) << "found wins";
}

TEST(Policy, DoesByDefaultWhatLawFourSays) {
  const Policy policy;
  const auto action = [&](Finding finding) { return policy.action({finding, {}, {}, {}}, "a@b"); };
  EXPECT_EQ(action(Finding::clean), Action::accept);
  EXPECT_EQ(action(Finding::suspicious), Action::tag);
  EXPECT_EQ(action(Finding::opaque), Action::tag);
  EXPECT_EQ(action(Finding::limited), Action::quarantine);
  EXPECT_EQ(action(Finding::failed), Action::tempfail);
  EXPECT_EQ(action(Finding::malware), Action::reject);
}

TEST(Policy, LetsTheFirstRuleThatHoldsDecide) {
  Policy policy;
  policy.rules = {{{"@lab.example"}, {Finding::malware}, {}, Action::tag},
                  {{"postmaster@*"}, {}, {}, Action::accept},
                  {{}, {Finding::malware}, {"Test.*"}, Action::discard}};
  const Judgement bad{Finding::malware, "", {"Win.Worm-1"}, ""};
  EXPECT_EQ(policy.action(bad, "x@Lab.Example"), Action::tag);
  EXPECT_EQ(policy.action(bad, "x@notlab.example"), Action::reject);
  EXPECT_EQ(policy.action(bad, "postmaster@example"), Action::accept);
  EXPECT_EQ(policy.action({Finding::malware, "", {"Test.A"}, ""}, "x@y"), Action::discard);
  EXPECT_EQ(policy.action({Finding::malware, "", {"Test.A", "Win.Worm-1"}, ""}, "x@y"),
            Action::reject)
      << "one harmless name excuses no other";
}

TEST(Policy, LetsNoFindingHideAnother) {
  Policy policy;
  policy.otherwise[static_cast<std::size_t>(Finding::suspicious)] = Action::quarantine;
  const auto action = [&](Finding finding, Finding beside, std::vector<std::string> names = {}) {
    return policy.action({finding, "", std::move(names), "", {beside}}, "x@y");
  };
  EXPECT_EQ(action(Finding::opaque, Finding::suspicious), Action::quarantine);
  EXPECT_EQ(action(Finding::limited, Finding::opaque), Action::quarantine);
  policy.rules = {{{}, {}, {"Test.*"}, Action::accept}};
  EXPECT_EQ(action(Finding::malware, Finding::limited, {"Test.A"}), Action::quarantine)
      << "a name that is excused excuses no limit";
  policy.rules = {{{}, {Finding::malware}, {}, Action::discard}};
  EXPECT_EQ(action(Finding::malware, Finding::failed, {"A"}), Action::discard)
      << "what is found is not asked for again and again";
}

TEST(Policy, NeverDeliversWhatFailed) {
  Policy policy;
  policy.rules = {{{}, {}, {}, Action::accept}};
  EXPECT_EQ(policy.action({Finding::failed, {}, {}, {}}, "a@b"), Action::tempfail);
  for (const Action action : {Action::accept, Action::tag, Action::discard}) {
    EXPECT_FALSE(allowed(Finding::failed, action));
  }
}

constexpr Means all_means{true, true, true};

TEST(Outcome, IsWhatAllRecipientsWant) {
  EXPECT_EQ(outcome_of({Action::accept, Action::tag}, all_means).whole, Whole::deliver);
  EXPECT_EQ(outcome_of({Action::reject, Action::reject}, all_means).whole, Whole::reject);
  EXPECT_EQ(outcome_of({Action::discard}, all_means).whole, Whole::discard);
  const Outcome kept = outcome_of({Action::quarantine, Action::quarantine}, all_means);
  EXPECT_EQ(kept.whole, Whole::discard);
  EXPECT_THAT(kept.kept_for, ElementsAre(0u, 1u));
}

TEST(Outcome, DeliversToSomeAndKeepsForOthers) {
  const Outcome outcome =
      outcome_of({Action::tag, Action::reject, Action::quarantine, Action::discard}, all_means);
  EXPECT_EQ(outcome.whole, Whole::deliver);
  EXPECT_TRUE(outcome.keep);
  EXPECT_THAT(outcome.kept_for, ElementsAre(1u, 2u));
  EXPECT_THAT(outcome.removed, ElementsAre(1u, 2u, 3u));
}

TEST(Outcome, TriesAgainForAllWhereOneHasTo) {
  const Outcome outcome = outcome_of({Action::accept, Action::tempfail}, all_means);
  EXPECT_EQ(outcome.whole, Whole::tempfail);
  EXPECT_THAT(outcome.removed, IsEmpty());
  EXPECT_EQ(outcome_of({}, all_means).whole, Whole::tempfail) << "for nobody";
}

TEST(Outcome, LosesNothingForWantOfMeans) {
  EXPECT_EQ(outcome_of({Action::quarantine}, {false, true, true}).whole, Whole::hold);
  EXPECT_EQ(outcome_of({Action::quarantine}, {false, true, false}).whole, Whole::tempfail);
  EXPECT_EQ(outcome_of({Action::accept, Action::reject}, {true, false, true}).whole, Whole::reject);
  EXPECT_EQ(outcome_of({Action::accept, Action::reject}, {false, true, true}).whole, Whole::hold);
  const Outcome kept = outcome_of({Action::accept, Action::discard}, {true, false, false});
  EXPECT_THAT(kept.kept_for, ElementsAre(0u, 1u)) << "one wants it dropped, the other gets it";
  EXPECT_EQ(outcome_of({Action::tag, Action::discard}, {false, false, false}).whole,
            Whole::tempfail);
}

// Every mixture of actions under every set of means: nothing vanishes.
TEST(Outcome, NeverDropsWhatSomebodyWantsKept) {
  for (unsigned mix = 0; mix < 6 * 6 * 6; ++mix) {
    const std::vector<Action> actions = {static_cast<Action>(mix % 6),
                                         static_cast<Action>(mix / 6 % 6),
                                         static_cast<Action>(mix / 36)};
    for (unsigned bits = 0; bits < 8; ++bits) {
      const Means means{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
      const Outcome outcome = outcome_of(actions, means);
      EXPECT_TRUE(!outcome.keep || means.quarantine);
      EXPECT_TRUE(outcome.removed.empty() || means.remove_recipients);
      EXPECT_TRUE(outcome.whole != Whole::hold || means.hold);
      if (outcome.whole != Whole::discard) continue;
      for (std::size_t i = 0; i < actions.size(); ++i) {
        const bool kept = std::count(outcome.kept_for.begin(), outcome.kept_for.end(), i) > 0;
        EXPECT_TRUE(kept || actions[i] == Action::discard) << mix << " " << bits;
      }
    }
  }
}

}  // namespace
}  // namespace antidotary::gate
