// Method: rules of several subsignatures, decided by number without the pass over literals: what
// counts, what is asked only where something else was hit, and what refers to the match before.
#include "pack/candidates.h"

#include <gmock/gmock.h>

#include <numeric>
#include <string>

#include "pack/pack_sample.h"

namespace antidotary::pack {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Offset::Kind;

class Bench {
 public:
  explicit Bench(const std::vector<Rule>& rules) {
    PackSample sample;
    for (const Rule& rule : rules) sample.add(rule);
    file_ = std::move(sample).finish();
    pack_.emplace(Pack::open(file_).value());
  }
  explicit Bench(const Rule& rule) : Bench(std::vector<Rule>{rule}) {}

  std::vector<Finding> findings(const Subject& subject, Limits limits = {}) {
    std::vector<std::uint32_t> all(pack_->rule_count());
    std::iota(all.begin(), all.end(), 0u);
    std::vector<Finding> out;
    Budget budget(limits);
    RegexCache regexes;
    gaps.clear();
    status = Candidates(*pack_, regexes, gaps).decide(all, subject, budget, out);
    return out;
  }
  std::vector<Finding> findings(std::string_view object) {
    Subject subject;
    subject.bytes = as_bytes(object);
    return findings(subject);
  }
  bool finds(std::string_view object) { return !findings(object).empty(); }

  Status status;
  Gaps gaps;  ///< Of the last call.

 private:
  Buffer file_;
  std::optional<Pack> pack_;
};

match::Expr leaf(std::uint32_t index) {
  match::Expr out;
  out.index = index;
  return out;
}

match::Expr counted(std::uint32_t index, match::Expr::Count count, std::uint32_t value) {
  match::Expr out = leaf(index);
  out.count = count;
  out.count_value = value;
  return out;
}

TEST(Candidates, NeedAllThatTheirExpressionNeeds) {
  Bench bench(PackSample::rule("Test", {PackSample::body("first"), PackSample::body("second")}));
  EXPECT_TRUE(bench.finds("second, first"));
  EXPECT_FALSE(bench.finds("first, first"));
}

TEST(Candidates, ShowTheFirstPlaceOfEachSubsignature) {
  Bench bench(PackSample::rule("Test", {PackSample::body("first"), PackSample::body("second")}));
  const auto found = bench.findings("second first second");
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].evidence.size(), 2u);
  EXPECT_EQ(found[0].evidence[0].what, "subsignature 0");
  EXPECT_EQ(found[0].evidence[0].span, (match::Span{7, 12}));
  EXPECT_EQ(found[0].evidence[1].span, (match::Span{0, 6}));
}

TEST(Candidates, ShowSixteenPlacesAtMost) {
  std::vector<Subsignature> subs;
  std::string object;
  for (char letter = 'a'; letter < 'a' + 20; ++letter) {
    subs.emplace_back(PackSample::body(std::string("sub-") + letter));
    object += std::string("sub-") + letter;
  }
  const auto found = Bench(PackSample::rule("Test", subs)).findings(object);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].evidence.size(), 16u);
}

TEST(Candidates, CountHitsWhereTheExpressionAsksHowMany) {
  Rule rule = PackSample::rule("Test", {PackSample::body("hit")});
  rule.expr = counted(0, match::Expr::Count::equal, 2);
  Bench bench(rule);
  EXPECT_FALSE(bench.finds("hit"));
  EXPECT_TRUE(bench.finds("hit hit"));
  EXPECT_FALSE(bench.finds("hit hit hit"));
}

TEST(Candidates, CountMatchesByTheirDifferentEnds) {
  // "ab" then "c" anywhere: two begins, one end.
  Body body;
  match::Pattern pattern = PackSample::text("ab");
  pattern.parts.push_back(PackSample::text("c").parts[0]);
  pattern.parts[1].gap_max = match::unbounded;
  body.patterns = {pattern};
  Rule rule = PackSample::rule("Test", {body});
  rule.expr = counted(0, match::Expr::Count::equal, 1);
  Bench bench(rule);
  EXPECT_TRUE(bench.finds("ab ab c"));
  EXPECT_FALSE(bench.finds("ab c c"));
}

TEST(Candidates, CountOnlyInsideTheirWindow) {
  Rule rule = PackSample::rule("Test", {PackSample::body("hit", {Kind::start, 0, 0, 4})});
  rule.expr = counted(0, match::Expr::Count::equal, 2);
  Bench bench(rule);
  EXPECT_TRUE(bench.finds("hit hit hit"));
  EXPECT_FALSE(bench.finds("hit  hit hit"));
}

TEST(Candidates, AreDecidedAlikeWhenThereAreThousands) {
  std::vector<Rule> rules;
  for (int i = 0; i < 5000; ++i) {
    rules.push_back(PackSample::rule("Test", {PackSample::body(i % 2 == 0 ? "even" : "odd")}));
  }
  EXPECT_EQ(Bench(rules).findings("even").size(), 2500u);
}

TEST(Candidates, LeaveOutRulesWhoseConditionsDoNotHold) {
  Rule rule = PackSample::rule("Test", {PackSample::body("hit")});
  rule.conditions.file_size = Range{100, 200};
  EXPECT_FALSE(Bench(rule).finds("hit"));
}

TEST(Candidates, CompareFromTheLastMatchOfTheTrigger) {
  ByteCompare compare;
  compare.base = 'd';
  compare.bytes = 1;
  compare.offset = 4;
  compare.comparisons = {{'=', 7}};
  Bench bench(PackSample::rule("Test", {PackSample::body("size"), compare}));
  EXPECT_TRUE(bench.finds("size7"));
  EXPECT_TRUE(bench.finds("size1size7"));
  EXPECT_FALSE(bench.finds("size7size1"));
  EXPECT_FALSE(bench.finds("other7"));
}

RegexUse regex(std::string text, std::string flags = "") {
  RegexUse out;
  out.trigger = leaf(0);
  out.regex = std::move(text);
  out.flags = std::move(flags);
  return out;
}

TEST(Candidates, AskAnExpressionOnlyWhereItsTriggerHeld) {
  Rule rule = PackSample::rule("Test", {PackSample::body("trigger"), regex("[0-9]+x")});
  rule.expr = leaf(1);
  Bench bench(rule);
  EXPECT_TRUE(bench.finds("42x trigger"));
  EXPECT_FALSE(bench.finds("42x"));
  EXPECT_FALSE(bench.finds("trigger"));
}

TEST(Candidates, CountTheMatchesOfAGlobalExpression) {
  Rule rule = PackSample::rule("Test", {PackSample::body("trigger"), regex("[0-9]", "g")});
  rule.expr = counted(1, match::Expr::Count::equal, 3);
  Bench bench(rule);
  EXPECT_TRUE(bench.finds("1 2 3 trigger"));
  EXPECT_FALSE(bench.finds("1 2 trigger"));
  EXPECT_FALSE(bench.finds("1 2 3 4 trigger"));
}

TEST(Candidates, FindAGlobalExpressionThatMatchesEverywhere) {
  Rule rule = PackSample::rule("Test", {PackSample::body("trigger"), regex("aa", "g")});
  rule.expr = leaf(1);
  Bench bench(rule);
  const std::string text = "trigger" + std::string(1 << 20, 'a');
  Subject subject;
  subject.bytes = as_bytes(std::string_view(text));
  Limits limits;
  limits.steps_max = 2 * text.size();  // one a byte for the search of "trigger"
  EXPECT_EQ(bench.findings(subject, limits).size(), 1u) << "nobody counts it: one is enough";
  EXPECT_TRUE(bench.status);
  rule.expr = counted(1, match::Expr::Count::more, 90'000);
  Bench counting(rule);
  EXPECT_EQ(counting.findings(subject, {}).size(), 1u);
  EXPECT_TRUE(counting.status);
  EXPECT_THAT(counting.gaps.all(), IsEmpty());
}

TEST(Candidates, AreDecidedThoughTheBudgetEndsInOneOfThem) {
  const Rule dear =
      PackSample::rule("Dear", {PackSample::body("trigger"), regex("(?:a|a|a){8}[x-z]Q")});
  const Rule cheap = PackSample::rule("Cheap", {PackSample::body("trigger")});
  Bench bench(std::vector<Rule>{dear, cheap});
  const std::string text = "trigger" + std::string(200'000, 'a') + "Q";
  Subject subject;
  subject.bytes = as_bytes(std::string_view(text));
  Limits limits;
  limits.steps_max = text.size() + 100'000;
  EXPECT_EQ(bench.findings(subject, limits).size(), 1u);
  EXPECT_FALSE(bench.status) << "what was cut is told";
}

TEST(Candidates, CountNoFurtherThanIsAsked) {
  Rule rule = PackSample::rule("Test", {PackSample::body("a")});
  rule.expr = counted(0, match::Expr::Count::more, 3);
  const std::string text(300'000, 'a');
  Bench bench(rule);
  EXPECT_TRUE(bench.finds(text));
  EXPECT_THAT(bench.gaps.all(), IsEmpty()) << "a count that suffices is no gap";
  rule.expr = counted(0, match::Expr::Count::equal, 3);
  Bench exact(rule);
  EXPECT_FALSE(exact.finds(text));
  EXPECT_FALSE(exact.finds("aaaa"));
  EXPECT_TRUE(exact.finds("aaa"));
  rule.expr = counted(0, match::Expr::Count::fewer, 3);
  Bench fewer(rule);
  EXPECT_FALSE(fewer.finds(text));
}

TEST(Candidates, HoldAnExpressionToItsOffset) {
  RegexUse placed = regex("[0-9]");
  placed.offset = {Kind::start, 0, 1, 0};
  Bench bench(PackSample::rule("Test", {PackSample::body("trigger"), placed}));
  EXPECT_TRUE(bench.finds(".1 trigger"));
  EXPECT_FALSE(bench.finds("..1 trigger"));
  placed.flags = "r";
  Bench rolling(PackSample::rule("Test", {PackSample::body("trigger"), placed}));
  EXPECT_TRUE(rolling.finds("..1 trigger"));
  EXPECT_FALSE(rolling.finds("1.. trigger"));
}

TEST(Candidates, EndEmptyMatchesOfAGlobalExpression) {
  Bench bench(PackSample::rule("Test", {PackSample::body("trigger"), regex("z*", "g")}));
  EXPECT_TRUE(bench.finds("trigger"));
  EXPECT_TRUE(bench.status);
}

TEST(Candidates, TellAnExpressionThatMeetsItsLimit) {
  Bench bench(PackSample::rule("Test", {PackSample::body("trigger"), regex("(a|aa)+[0-9]")}));
  EXPECT_FALSE(bench.finds("trigger " + std::string(64, 'a')));
  EXPECT_TRUE(bench.status);
  ASSERT_EQ(bench.gaps.all().size(), 1u);
  EXPECT_EQ(bench.gaps.all()[0].kind, ErrorKind::budget_spent);
}

TEST(Candidates, TellAnExpressionThatCannotBeCompiled) {
  Bench bench(PackSample::rule("Test", {PackSample::body("trigger"), regex("(open")}));
  EXPECT_FALSE(bench.finds("trigger"));
  ASSERT_EQ(bench.gaps.all().size(), 1u);
  EXPECT_EQ(bench.gaps.all()[0].kind, ErrorKind::bad_input);
  EXPECT_FALSE(bench.finds("nothing"));
  EXPECT_THAT(bench.gaps.all(), IsEmpty());
}

TEST(Candidates, FindAMemberOfAMacroGroupBehindTheMatchBefore) {
  MacroUse use{1, 3, 5};
  const Rule rule = PackSample::rule("Test", {PackSample::body("first"), use});
  const Rule member =
      PackSample::rule("Member", {PackSample::body("second", {Kind::macro_group, 5, 0, 0})});
  const Rule other =
      PackSample::rule("Other", {PackSample::body("third", {Kind::macro_group, 6, 0, 0})});
  Bench bench({rule, member, other});
  EXPECT_TRUE(bench.finds("first.second"));
  EXPECT_TRUE(bench.finds("first...second"));
  EXPECT_FALSE(bench.finds("firstsecond"));
  EXPECT_FALSE(bench.finds("first....second"));
  EXPECT_FALSE(bench.finds("first.third"));
  EXPECT_TRUE(bench.finds("first second first....second"));
}

TEST(Candidates, CompareImagesByTheirHash) {
  Bench bench(PackSample::rule("Test", {FuzzyImage{0xf0, 1}}));
  Subject subject;
  subject.bytes = as_bytes(std::string_view("image"));
  EXPECT_THAT(bench.findings(subject), IsEmpty()) << "nobody computes it";
  subject.image_hash = [] { return std::optional<std::uint64_t>(0xf1); };
  EXPECT_EQ(bench.findings(subject).size(), 1u);
  subject.image_hash = [] { return std::optional<std::uint64_t>(0xf3); };
  EXPECT_THAT(bench.findings(subject), IsEmpty());
  subject.image_hash = [] { return std::optional<std::uint64_t>(); };
  EXPECT_THAT(bench.findings(subject), IsEmpty());
}

TEST(Candidates, AskForIconsLastAndByTheirGroups) {
  Rule rule = PackSample::rule("Test", {PackSample::body("hit")});
  rule.conditions.icon_group1 = "group";
  Bench bench(rule);
  std::size_t asked = 0;
  Subject subject;
  subject.bytes = as_bytes(std::string_view("hit"));
  EXPECT_THAT(bench.findings(subject), IsEmpty()) << "nobody can tell";
  subject.has_icon = [&](const std::string& one, const std::string& two) {
    ++asked;
    return one == "group" && two.empty();
  };
  EXPECT_EQ(bench.findings(subject).size(), 1u);
  EXPECT_EQ(asked, 1u);
  subject.bytes = as_bytes(std::string_view("nothing"));
  EXPECT_THAT(bench.findings(subject), IsEmpty());
  EXPECT_EQ(asked, 1u);
}

TEST(Candidates, SayWhenTheBudgetIsSpent) {
  Bench bench(PackSample::rule("Test", {PackSample::body("a"), PackSample::body("b")}));
  const std::string object(1 << 20, 'a');
  Subject subject;
  subject.bytes = as_bytes(object);
  Limits limits;
  limits.steps_max = 1000;
  EXPECT_THAT(bench.findings(subject, limits), IsEmpty());
  ASSERT_FALSE(bench.status);
  EXPECT_EQ(bench.status.error().kind, ErrorKind::budget_spent);
}

TEST(Candidates, ShowTheNameOfTheirSource) {
  PackSample sample;
  sample.sources[0].official = false;
  const Buffer file = std::move(sample).finish();
  const Pack pack = Pack::open(file).value();
  EXPECT_EQ(finding_of(pack, PackSample::rule("Test", {})).name, "Test.UNOFFICIAL");
}

}  // namespace
}  // namespace antidotary::pack
