// Method: a few rules compiled here, an object a test, and what the scan says of it.
#include "pack/yara.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "core/digest.h"
#include "core/reader.h"
#include "pack/yara_sample.h"
#include "pack/yara_section.h"

namespace antidotary::pack {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

Yara opened(const std::string& text, std::vector<std::string> ignored = {}) {
  auto yara = Yara::open(yara_sample::section(text, std::move(ignored)));
  if (!yara) {
    ADD_FAILURE() << yara.error().what;
    std::abort();
  }
  return std::move(*yara);
}

std::vector<YaraMatch> scanned(const Yara& yara, std::string_view text) {
  Budget budget;
  YaraSubject subject;
  subject.bytes = as_bytes(text);
  std::vector<YaraMatch> found;
  const Status status = yara.scan(subject, budget, found);
  EXPECT_TRUE(status.has_value()) << status.error().what;
  return found;
}

std::vector<std::string> names(const std::vector<YaraMatch>& matches) {
  std::vector<std::string> out;
  for (const YaraMatch& match : matches) out.push_back(match.rule);
  return out;
}

TEST(Yara, TellsARuleWithAllThatItSays) {
  const Yara yara = opened(
      "rule a : t1 t2 { meta: author = \"A\" n = -3 yes = true raw = \"\\xff\" strings: $x = "
      "\"ab\" $y = \"cd\" private condition: any of them }");
  const auto found = scanned(yara, "..ab cd ab");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].rule, "a");
  EXPECT_EQ(found[0].shown_name, "a");
  EXPECT_EQ(found[0].name_space, "rules.yar");
  EXPECT_EQ(found[0].source, 7U);
  EXPECT_THAT(found[0].tags, ElementsAre("t1", "t2"));
  EXPECT_THAT(found[0].meta, ElementsAre(Pair("author", "A"), Pair("n", "-3"), Pair("yes", "true"),
                                         Pair("raw", "\xc3\xbf")));
  EXPECT_THAT(found[0].strings,
              ElementsAre(Pair("$x", match::Span{2, 4}), Pair("$x", match::Span{8, 10})));
  EXPECT_EQ(yara.rule_count(), 1U);
}

TEST(Yara, ShowsEveryStringBeforeItRepeatsOne) {
  const Yara yara = opened("rule a { strings: $x = \"ab\" $y = \"cd\" condition: all of them }");
  std::string text;
  for (int i = 0; i < 100; ++i) text += "ab ";
  const auto found = scanned(yara, text + "cd");
  ASSERT_THAT(found, SizeIs(1));
  ASSERT_THAT(found[0].strings, SizeIs(yara_strings_max));
  EXPECT_EQ(found[0].strings[0].first, "$x");
  EXPECT_EQ(found[0].strings[1].first, "$y");
  EXPECT_EQ(found[0].strings[2], std::pair("$x" + std::string(), match::Span{3, 5}));
}

TEST(Yara, DoesNotReportPrivateOrIgnoredRules) {
  const Yara yara = opened(
      "private rule p { condition: true } rule i { condition: p } rule a { condition: i }", {"i"});
  EXPECT_THAT(names(scanned(yara, "x")), ElementsAre("a"));
}

TEST(Yara, TellsRulesAboutTheObject) {
  const Yara yara = opened(
      "rule a { condition: filename == \"b.exe\" and filepath == \"a/b.exe\" and extension == "
      "\".exe\" and container == \"zip\" and filetype == \"EXE\" and owner == \"me\" and size == 3 "
      "}");
  Budget budget;
  YaraSubject subject;
  subject.bytes = as_bytes(std::string_view("abc"));
  subject.filename = "b.exe";
  subject.filepath = "a/b.exe";
  subject.container = "zip";
  subject.filetype = "EXE";
  subject.owner = "me";
  std::vector<YaraMatch> found;
  ASSERT_TRUE(yara.scan(subject, budget, found));
  EXPECT_THAT(names(found), ElementsAre("a"));
  // What was said of one object is not believed of the next.
  EXPECT_THAT(scanned(yara, "abc"), IsEmpty());
}

TEST(Yara, ScansEmptyObjects) {
  EXPECT_THAT(names(scanned(opened("rule a { condition: filesize == 0 }"), "")), ElementsAre("a"));
}

TEST(Yara, SaysThatAStringMatchesTooOften) {
  const Yara yara = opened("rule a { strings: $x = \"a\" condition: #x > 5 }");
  const std::string many(1'200'000, 'a');
  Budget budget;
  YaraSubject subject;
  subject.bytes = as_bytes(std::string_view(many));
  std::vector<std::string> incomplete;
  std::vector<YaraMatch> found;
  ASSERT_TRUE(yara.scan(subject, budget, found, &incomplete));
  EXPECT_THAT(names(found), ElementsAre("a"));
  EXPECT_THAT(incomplete, ElementsAre(HasSubstr("YARA rule a: string $x matches too often")));
  EXPECT_THAT(names(scanned(yara, "aaaaaaa")), ElementsAre("a"));
}

TEST(Yara, EndsWhenItsTimeIsUpAndGoesOnWithTheNextObject) {
  const Yara yara = opened(
      "rule a { condition: filesize > 1 and for all i in (0..100000000) : (for all j in "
      "(0..100000) : (i + j >= 0)) } rule b { condition: true }");
  Limits limits;
  limits.time_ms_max = 300;
  Budget budget(limits);
  YaraSubject subject;
  subject.bytes = as_bytes(std::string_view("an object"));
  std::vector<YaraMatch> found;
  const Status status = yara.scan(subject, budget, found);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::budget_spent);
  EXPECT_EQ(budget.spent(), Limit::time);
  EXPECT_THAT(names(scanned(yara, "x")), ElementsAre("b"));
}

TEST(Yara, KeepsTheMatchesOfTheOtherSetsWhereOneCannotBeAsked) {
  const auto part = [](const Buffer& stream) {
    return YaraPart{{{"rules.yar", 7, YaraNaming::plain}}, stream};
  };
  const Buffer good = yara_sample::stream("rule good { condition: true }");
  const Buffer endless = yara_sample::stream(
      "rule endless { condition: for all i in (0..100000000) : (for all j in (0..100000) : "
      "(i + j >= 0)) }");
  const auto yara = Yara::open(write_yara_section({{}, {part(good), part(endless)}}));
  ASSERT_TRUE(yara.has_value());
  Limits limits;
  limits.time_ms_max = 300;
  Budget budget(limits);
  YaraSubject subject;
  subject.bytes = as_bytes(std::string_view("an object"));
  std::vector<YaraMatch> found;
  const Status status = yara->scan(subject, budget, found);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::budget_spent);
  EXPECT_THAT(names(found), ElementsAre("good"));
}

TEST(Yara, EvaluatesNoConditionWhenItIsWarmed) {
  Yara yara = opened(
      "import \"pe\" import \"magic\" rule endless { condition: filesize > 30 and for all i in "
      "(0..100000000) : (for all j in (0..100000) : (i + j >= 0)) } "
      "rule b { condition: filesize == 1 }");
  timespec before{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  yara.warm();
  timespec after{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  // A time-out alone would take a second for each of its objects.
  EXPECT_LT(after.tv_sec - before.tv_sec, 2);
  EXPECT_THAT(names(scanned(yara, "x")), ElementsAre("b")) << "and the rules are in force";
}

TEST(Yara, PaysForWhatItReads) {
  const Yara yara = opened("rule a { condition: true }");
  const std::string text(1'000'000, 'x');
  Limits limits;
  limits.steps_max = 500'000;
  Budget budget(limits);
  YaraSubject subject;
  subject.bytes = as_bytes(std::string_view(text));
  std::vector<YaraMatch> found;
  const Status status = yara.scan(subject, budget, found);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::budget_spent);
  EXPECT_EQ(budget.spent(), Limit::steps);
}

TEST(Yara, RefusesASectionThatIsNotAsItWasBuilt) {
  const Buffer good = yara_sample::section("rule a { strings: $x = \"ab\" condition: $x }");
  ASSERT_TRUE(Yara::open(good).has_value());
  for (std::size_t size = 0; size < good.size(); size += size < 100 ? 1 : 97) {
    EXPECT_FALSE(Yara::open(Bytes(good).first(size)).has_value()) << size;
  }
  for (std::size_t at = 0; at < good.size(); at += at < 200 ? 1 : 61) {
    Buffer bad = good;
    bad[at] ^= std::byte{1};
    EXPECT_FALSE(Yara::open(bad).has_value()) << at;
  }
}

TEST(YaraSection, SaysThatAnotherLibyaraMadeIt) {
  Buffer bytes = yara_sample::section("rule a { condition: true }");
  store_u32_le(bytes, 40, 0x040300);
  const Buffer digest = *from_hex(sha256_hex(Bytes(bytes).subspan(40)));
  std::copy(digest.begin(), digest.end(), bytes.begin() + 8);
  const auto opened = Yara::open(bytes);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(opened.error().what, HasSubstr("libyara 4.3.0"));
}

TEST(YaraSection, IsReadAsItWasWritten) {
  const Buffer stream = to_buffer(as_bytes(std::string_view("bytes")));
  const YaraSection written{
      {"a", "b"},
      {{{{"x.yar", 1, YaraNaming::plain}, {"y.yar", 2, YaraNaming::unofficial}}, stream},
       {{{"z", 3, YaraNaming::official}}, {}}}};
  const Buffer bytes = write_yara_section(written);
  const auto read = read_yara_section(bytes);
  ASSERT_TRUE(read.has_value()) << read.error().what;
  EXPECT_EQ(read->ignored, written.ignored);
  ASSERT_THAT(read->parts, SizeIs(2));
  EXPECT_EQ(read->parts[0].spaces, written.parts[0].spaces);
  EXPECT_EQ(as_text(read->parts[0].stream), "bytes");
  EXPECT_EQ(read->parts[1].spaces, written.parts[1].spaces);
}

TEST(YaraSection, KnowsTheShapeOfACompiledFile) {
  const Buffer good = yara_sample::stream("rule a { strings: $x = \"ab\" condition: $x }");
  EXPECT_TRUE(check_yara_stream(good).has_value());
  for (std::size_t size = 0; size < 150; ++size) {  // within the header
    EXPECT_FALSE(check_yara_stream(Bytes(good).first(size)).has_value()) << size;
  }
  Buffer outside = good;
  store_u32_le(outside, outside.size() - 4, 0xffff'fff0);
  EXPECT_EQ(check_yara_stream(outside).error().kind, ErrorKind::malformed);
  Buffer larger = good;
  store_u32_le(larger, 14, 0xffff'ffff);  // the first buffer's size
  EXPECT_EQ(check_yara_stream(larger).error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace antidotary::pack
