// Method: packs of a few rules and digests (pack_sample.h) against short objects; what is found is
// compared by name, kind and place.
#include "pack/matcher.h"

#include <gmock/gmock.h>

#include <string>

#include "pack/pack_sample.h"

namespace antidotary::pack {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Kind = Offset::Kind;

/// A pack, kept in memory, and what its matcher finds.
class Bench {
 public:
  explicit Bench(PackSample sample)
      : file_(std::move(sample).finish()), pack_(Pack::open(file_).value()), matcher_(pack_) {}

  std::vector<Finding> findings(const Subject& subject, Limits limits = {}) {
    std::vector<Finding> out;
    Budget budget(limits);
    status = matcher_.match(subject, budget, out, digests);
    return out;
  }
  std::vector<std::string> names(const Subject& subject) {
    std::vector<std::string> out;
    for (const Finding& one : findings(subject)) out.push_back(one.name);
    return out;
  }
  std::vector<std::string> names(std::string_view object, Target target = Target::other) {
    Subject subject;
    subject.bytes = as_bytes(object);
    subject.target = target;
    return names(subject);
  }
  Matcher& matcher() { return matcher_; }

  Status status;
  Digests digests;

 private:
  Buffer file_;
  Pack pack_;
  Matcher matcher_;
};

PackSample with(const Rule& rule) {
  PackSample out;
  out.add(rule);
  return out;
}

Subject subject_of(std::string_view object, Target target = Target::other) {
  Subject out;
  out.bytes = as_bytes(object);
  out.target = target;
  return out;
}

TEST(Matcher, OfAnEmptyPackFindsNothing) {
  Bench bench{PackSample{}};
  EXPECT_THAT(bench.names("anything"), IsEmpty());
  EXPECT_THAT(bench.names(""), IsEmpty());
  EXPECT_TRUE(bench.status);
}

TEST(Matcher, FindsAPatternAndSaysWhere) {
  Bench bench(with(PackSample::rule("Test.Plain", {PackSample::body("marker-one")})));
  const auto found = bench.findings(subject_of("...marker-one..."));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "Test.Plain");
  EXPECT_EQ(found[0].kind, "pattern");
  ASSERT_EQ(found[0].evidence.size(), 1u);
  EXPECT_EQ(found[0].evidence[0].span, (match::Span{3, 13}));
}

TEST(Matcher, ReportsARuleOnceHoweverOftenItsPatternStands) {
  Bench bench(with(PackSample::rule("Test.Plain", {PackSample::body("marker-one")})));
  EXPECT_THAT(bench.names("marker-one marker-one marker-one"), ElementsAre("Test.Plain"));
  EXPECT_THAT(bench.names("marker-one"), ElementsAre("Test.Plain")) << "of the next object again";
}

TEST(Matcher, FindsPatternsAcrossTheBlocksItReads) {
  Bench bench(with(PackSample::rule("Test.Plain", {PackSample::body("marker-one")})));
  constexpr std::size_t block = 128 << 10;
  for (std::size_t shift = 0; shift <= 12; ++shift) {
    std::string object(2 * block + 100, '.');
    object.replace(block - shift, 10, "marker-one");
    EXPECT_THAT(bench.names(object), ElementsAre("Test.Plain")) << shift;
  }
}

TEST(Matcher, TriesRulesOfTheSubjectsTargetAndOfAny) {
  PackSample sample;
  sample.add(PackSample::rule("Test.Any", {PackSample::body("marker")}));
  sample.add(PackSample::rule("Test.Pe", {PackSample::body("marker")}, Target::pe));
  sample.add(PackSample::rule("Test.Elf", {PackSample::body("marker")}, Target::elf));
  Bench bench(std::move(sample));
  EXPECT_THAT(bench.names("marker", Target::pe), UnorderedElementsAre("Test.Any", "Test.Pe"));
  Subject subject = subject_of("marker", Target::pe);
  subject.any_rules = false;
  EXPECT_THAT(bench.names(subject), ElementsAre("Test.Pe"));
  subject.any_rules = true;
  subject.own_rules = false;
  EXPECT_THAT(bench.names(subject), ElementsAre("Test.Any"));
}

TEST(Matcher, HoldsAPlainRuleToItsOffset) {
  Bench bench(
      with(PackSample::rule("Test.At", {PackSample::body("marker", {Kind::start, 0, 4, 2})})));
  EXPECT_THAT(bench.names("...marker"), IsEmpty());
  EXPECT_THAT(bench.names("....marker"), ElementsAre("Test.At"));
  EXPECT_THAT(bench.names("......marker"), ElementsAre("Test.At"));
  EXPECT_THAT(bench.names(".......marker"), IsEmpty());
  EXPECT_THAT(bench.names("marker....marker...marker"), IsEmpty());
  EXPECT_THAT(bench.names("markermarker"), ElementsAre("Test.At"));
}

TEST(Matcher, HoldsAPlainRuleToItsConditions) {
  Rule rule = PackSample::rule("Test.Size", {PackSample::body("marker")});
  rule.conditions.file_size = Range{8, 10};
  Bench bench(with(rule));
  EXPECT_THAT(bench.names("marker"), IsEmpty());
  EXPECT_THAT(bench.names("marker.."), ElementsAre("Test.Size"));
}

TEST(Matcher, FindsEitherPatternOfABody) {
  const std::string_view wide("m\0a\0r\0k\0", 8);
  const Body both{{}, {PackSample::text("marker"), PackSample::text(wide)}};
  Bench bench(with(PackSample::rule("Test.Both", {both})));
  EXPECT_THAT(bench.names("marker"), ElementsAre("Test.Both"));
  EXPECT_THAT(bench.names(wide), ElementsAre("Test.Both"));
  EXPECT_THAT(bench.names("m.a.r.k"), IsEmpty());
}

TEST(Matcher, DecidesRulesThatNoLiteralImpliesOnEveryObject) {
  Rule rule = PackSample::rule("Test.Without", {PackSample::body("absent")});
  rule.expr.count = match::Expr::Count::equal;
  rule.expr.count_value = 0;
  PackSample sample;
  sample.add(rule, true);
  Bench bench(std::move(sample));
  EXPECT_THAT(bench.names("anything"), ElementsAre("Test.Without"));
  EXPECT_THAT(bench.names("is absent"), IsEmpty());
}

TEST(Matcher, FindsFilesByEachKindOfDigest) {
  const std::string_view object = "a whole file";
  for (const DigestKind kind : {DigestKind::md5, DigestKind::sha1, DigestKind::sha256}) {
    PackSample sample;
    sample.digest(kind, as_bytes(object), "Test.File");
    Bench bench(std::move(sample));
    EXPECT_THAT(bench.names(object), ElementsAre("Test.File"));
    EXPECT_EQ(bench.digests.hex[static_cast<std::size_t>(kind)],
              hex_digest(kind, as_bytes(object)));
    EXPECT_THAT(bench.names("another file"), IsEmpty());
  }
}

TEST(Matcher, HoldsADigestToItsSize) {
  const std::string_view object = "a whole file";
  PackSample sample;
  sample.digest(DigestKind::md5, as_bytes(object), "Test.Right", Scope::file, Role::detect, 12);
  sample.digest(DigestKind::md5, as_bytes(object), "Test.Wrong", Scope::file, Role::detect, 13);
  Bench bench(std::move(sample));
  EXPECT_THAT(bench.names(object), ElementsAre("Test.Right"));
}

TEST(Matcher, AllowsByDigestWithoutReportingIt) {
  const std::string_view object = "a whole file";
  PackSample sample;
  sample.digest(DigestKind::sha256, as_bytes(object), "Test.Good", Scope::file, Role::allow);
  Bench bench(std::move(sample));
  EXPECT_THAT(bench.names(object), IsEmpty());
  EXPECT_TRUE(bench.matcher().allowed(as_bytes(object)));
  EXPECT_FALSE(bench.matcher().allowed(as_bytes(std::string_view("another file"))));
}

TEST(Matcher, FindsSectionsAndListsOfImportsByDigest) {
  PackSample sample;
  sample.digest(DigestKind::md5, as_bytes(std::string_view("section")), "Test.Section",
                Scope::section, Role::detect, 7);
  sample.digest(DigestKind::md5, as_bytes(std::string_view("kernel32.sleep")), "Test.Imports",
                Scope::imports);
  Bench bench(std::move(sample));
  Executable executable;
  executable.sections = {{0, 2}, {2, 7}};
  executable.imports = "kernel32.sleep";
  Subject subject = subject_of("..section..", Target::pe);
  subject.executable = &executable;
  const auto found = bench.findings(subject);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].name, "Test.Section");
  EXPECT_EQ(found[0].kind, "section");
  EXPECT_EQ(found[0].evidence.at(0).what, "md5 of section 1");
  EXPECT_EQ(found[0].evidence.at(0).span, (match::Span{2, 9}));
  EXPECT_EQ(found[1].kind, "imports");
}

TEST(Matcher, LeavesOutSectionsThatLieOutsideTheObject) {
  PackSample sample;
  sample.digest(DigestKind::md5, as_bytes(std::string_view("section")), "Test.Section",
                Scope::section, Role::detect);
  Bench bench(std::move(sample));
  Executable executable;
  executable.sections = {{5, 7}, {match::unbounded, 1}, {1, match::unbounded}, {0, 0}};
  Subject subject = subject_of("..section", Target::pe);
  subject.executable = &executable;
  EXPECT_THAT(bench.names(subject), IsEmpty());
}

TEST(Matcher, LooksForRulesAloneInAView) {
  PackSample sample = with(PackSample::rule("Test.Html", {PackSample::body("marker")}));
  sample.digest(DigestKind::md5, as_bytes(std::string_view("marker")), "Test.File");
  Bench bench(std::move(sample));
  std::vector<Finding> found;
  Budget budget;
  ASSERT_TRUE(bench.matcher().match_view(subject_of("marker"), budget, found));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "Test.Html");
}

TEST(Matcher, ShowsNamesOfUncheckedSourcesAsUnofficial) {
  PackSample sample = with(PackSample::rule("Test.Plain", {PackSample::body("marker")}));
  sample.digest(DigestKind::md5, as_bytes(std::string_view("marker")), "Test.File");
  sample.sources[0].official = false;
  Bench bench(std::move(sample));
  EXPECT_THAT(bench.names("marker"),
              UnorderedElementsAre("Test.Plain.UNOFFICIAL", "Test.File.UNOFFICIAL"));
}

TEST(Matcher, PassesOnTheTypeToLookAgainAs) {
  Rule rule = PackSample::rule("Test.Type", {PackSample::body("marker")});
  rule.conditions.handler_type = "CL_TYPE_HTML";
  Bench bench(with(rule));
  const auto found = bench.findings(subject_of("marker"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].handler_type, "CL_TYPE_HTML");
}

TEST(Matcher, KeepsWhatItFoundWhenTheBudgetEnds) {
  Bench bench(with(PackSample::rule("Test.Plain", {PackSample::body("marker")})));
  const std::string object = "marker" + std::string(1 << 20, '.');
  Limits limits;
  limits.steps_max = 10'000;
  const auto found = bench.findings(subject_of(object), limits);
  ASSERT_FALSE(bench.status);
  EXPECT_EQ(bench.status.error().kind, ErrorKind::budget_spent);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "Test.Plain");
}

MemberRule member_rule(std::string name) {
  MemberRule out;
  out.name = std::move(name);
  return out;
}

TEST(Matcher, HoldsMembersToEveryFieldOfTheirRule) {
  PackSample sample;
  MemberRule rule = member_rule("Test.Member");
  rule.container = "CL_TYPE_ZIP";
  rule.container_size = {10, 20};
  rule.regex = "\\.exe$";
  rule.packed_size = {1, 5};
  rule.real_size = {2, 6};
  rule.encrypted = true;
  rule.position = {1, 1};
  rule.checksum = 7;
  sample.member_rules = {rule};
  Bench bench(std::move(sample));
  const Matcher::Member good{"CL_TYPE_ZIP", 15, "letter.exe", 5, 6, true, 1, 7};
  const auto found = [&](auto change) {
    Matcher::Member member = good;
    change(member);
    std::vector<Finding> out;
    Budget budget;
    EXPECT_TRUE(bench.matcher().match_member(member, budget, out));
    return out.size();
  };
  EXPECT_EQ(found([](auto&) {}), 1u);
  EXPECT_EQ(found([](auto& one) { one.container_type = "CL_TYPE_RAR"; }), 0u);
  EXPECT_EQ(found([](auto& one) { one.container_size = 21; }), 0u);
  EXPECT_EQ(found([](auto& one) { one.name = "letter.txt"; }), 0u);
  EXPECT_EQ(found([](auto& one) { one.packed_size = 0; }), 0u);
  EXPECT_EQ(found([](auto& one) { one.real_size = 7; }), 0u);
  EXPECT_EQ(found([](auto& one) { one.encrypted = false; }), 0u);
  EXPECT_EQ(found([](auto& one) { one.position = 2; }), 0u);
  EXPECT_EQ(found([](auto& one) { one.checksum = 8; }), 0u);
  EXPECT_EQ(found([](auto& one) { one.checksum.reset(); }), 0u);
}

TEST(Matcher, FindsAnyMemberWhereARuleAsksNothing) {
  PackSample sample;
  sample.member_rules = {member_rule("Test.All")};
  Bench bench(std::move(sample));
  std::vector<Finding> found;
  Budget budget;
  EXPECT_TRUE(bench.matcher().match_member({}, budget, found));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "Test.All");
  EXPECT_EQ(found[0].kind, "member");
}

TEST(Matcher, FindsNoMemberByAnExpressionThatIsNone) {
  PackSample sample;
  MemberRule rule = member_rule("Test.Broken");
  rule.regex = "(";
  sample.member_rules = {rule};
  Bench bench(std::move(sample));
  std::vector<Finding> found;
  Budget budget;
  EXPECT_TRUE(bench.matcher().match_member({}, budget, found));
  EXPECT_THAT(found, IsEmpty());
}

TEST(Matcher, PaysForEachMemberAndRule) {
  PackSample sample;
  MemberRule rule = member_rule("Test.Member");
  rule.regex = "x$";
  sample.member_rules = std::vector<MemberRule>(100, rule);
  Bench bench(std::move(sample));
  Limits limits;
  limits.steps_max = 1000;
  Budget budget(limits);
  Matcher::Member member;
  member.name = std::string(1000, 'a');
  std::vector<Finding> found;
  const Status status = bench.matcher().match_member(member, budget, found);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::pack
