// Method: small rule files with one thing wrong each. What is refused is told as "line: reason",
// what is taken is known by scanning an object with what was compiled.
#include "signatures/yara/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/reader.h"
#include "pack/yara.h"
#include "pack/yara_section.h"

namespace antidotary::signatures::yara {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// Rule files by their paths, compiled; what `include` may find is in `others`.
struct Rules {
  std::vector<std::pair<std::string, std::string>> files;
  std::map<std::string, std::string> others = {};
  std::string format = "yara";  ///< Of the sources.
  std::vector<std::string> ignores = {};
  UnitLimits limits = {};

  Compiled compiled = {};

  void compile() {
    std::vector<pack::Source> all;
    std::vector<Corpus::YaraText> texts;
    for (const auto& [path, text] : files) {
      texts.push_back({text, path, static_cast<std::uint32_t>(all.size())});
      all.push_back({path, format, "", 0, 0, 0, false});
    }
    std::vector<Corpus::Ignore> ignored;
    for (const std::string& name : ignores) ignored.push_back({name, ""});
    const auto read = [&](const std::string&, const std::string& path) -> Result<std::string> {
      const auto found = others.find(path);
      if (found == others.end()) return fail(ErrorKind::not_found, "there is no such file");
      return found->second;
    };
    auto done = yara::compile({all, texts, {}, ignored}, read, limits);
    ASSERT_TRUE(done.has_value()) << done.error().what;
    compiled = std::move(*done);
  }

  std::vector<std::string> refusals() {
    compile();
    std::vector<std::string> out;
    for (const pack::Refusal& refusal : compiled.refusals) {
      out.push_back(std::to_string(refusal.line) + ": " + refusal.reason);
    }
    return out;
  }

  /// Names of the rules that match `text`.
  std::vector<std::string> matches(std::string_view text = "an object") const {
    std::vector<std::string> out;
    if (compiled.section.empty()) return out;
    const auto opened = pack::Yara::open(compiled.section);
    EXPECT_TRUE(opened.has_value()) << opened.error().what;
    Budget budget;
    pack::YaraSubject subject;
    subject.bytes = as_bytes(text);
    std::vector<pack::YaraMatch> found;
    const Status scanned = opened->scan(subject, budget, found);
    EXPECT_TRUE(scanned.has_value()) << scanned.error().what;
    for (const pack::YaraMatch& match : found) out.push_back(match.shown_name);
    return out;
  }
};

Rules file(std::string text) { return {{{"rules/a.yar", std::move(text)}}}; }

TEST(YaraCompile, TakesWhatIsRight) {
  Rules rules = file(
      "import \"pe\"\nprivate rule p { condition: filesize > 1 }\n"
      "rule a { strings: $s = \"object\" condition: $s and p }\n"
      "rule b { condition: pe.is_pe }\n");
  EXPECT_THAT(rules.refusals(), IsEmpty());
  EXPECT_THAT(rules.compiled.taken, ElementsAre(3));
  EXPECT_THAT(rules.matches(), ElementsAre("a"));
}

TEST(YaraCompile, RefusesOneRuleAlone) {
  Rules rules = file(
      "rule a { condition: true }\n"
      "rule b {\n  condition:\n    nothing\n}\n"
      "rule c { condition: true }\n");
  EXPECT_THAT(rules.refusals(), ElementsAre("4: rule \"b\": undefined identifier \"nothing\""));
  EXPECT_THAT(rules.matches(), ElementsAre("a", "c"));
  EXPECT_THAT(rules.compiled.taken, ElementsAre(2));
}

TEST(YaraCompile, RefusesEachKindOfFaultAlone) {
  const std::pair<const char*, const char*> faults[] = {
      {"strings: $a = \"x\" condition: true", "unreferenced string \"$a\""},
      {"strings: $a = \"x\" $a = \"y\" condition: $a", "duplicated string identifier \"$a\""},
      {"strings: $a = /a{2,1}/ condition: $a", "invalid regular expression"},
      {"strings: $a = { 61 [5-2] 62 } condition: $a", "invalid hex string"},
      {"strings: $a = { zz } condition: $a", "syntax error"},
      {"strings: $a = \"x\" condition: $b", "undefined string \"$b\""},
      {"strings: $a = \"x\" xor(3-999) condition: $a", "upper bound for xor range"},
      {"condition: )", "syntax error"},
      {"condition: 99999999999999999999 == 1", "integer overflow"},
      {"meta: a = \"x\n condition: true", "unterminated string"},
      {"strings: $a = \"x\n condition: $a", "unterminated string"},
      {"strings: $a = /x\n condition: $a", "unterminated regular expression"},
      {"strings: $a = \"\\q\" condition: $a", "illegal escape sequence"},
      {"condition: true \xc3\xbc", "non-ascii character"},
      {"strings: $a = { 61 condition: $a", "syntax error"},
      {"condition: 1 of (x*)", ""},
  };
  for (const auto& [body, reason] : faults) {
    Rules rules = file("rule a { condition: true }\nrule bad { " + std::string(body) +
                       " }\nrule c { condition: a }\nrule d { condition: c }\n");
    EXPECT_THAT(rules.refusals(), ElementsAre(HasSubstr(std::string("rule \"bad\": ") + reason)))
        << body;
    EXPECT_THAT(rules.matches(), ElementsAre("a", "c", "d")) << body;
  }
}

TEST(YaraCompile, FindsTheRuleThatIsNotFinished) {
  // libyara complains at the next rule's first line.
  Rules rules =
      file("rule a { condition: true\nrule b { condition: true }\nrule c { condition: b }");
  EXPECT_THAT(rules.refusals(), ElementsAre("1: rule \"a\": syntax error"));
  EXPECT_THAT(rules.matches(), ElementsAre("b", "c"));
}

TEST(YaraCompile, RefusesWhatDependsOnARefusedRule) {
  Rules rules = file(
      "rule a1 { condition: nothing }\nrule b { condition: a1 or true }\n"
      "rule c { condition: b }\nrule d { condition: true }\n"
      "rule e { condition: any of (a*) or true }\nrule a2 { condition: true }");
  EXPECT_THAT(rules.refusals(),
              UnorderedElementsAre("1: rule \"a1\": undefined identifier \"nothing\"",
                                   "2: rule \"b\": depends on rule \"a1\", which was refused",
                                   "3: rule \"c\": depends on rule \"b\", which was refused",
                                   "5: rule \"e\": depends on rule \"a1\", which was refused"));
  EXPECT_THAT(rules.matches(), ElementsAre("d", "a2"));
}

TEST(YaraCompile, RefusesAllThatAGlobalRuleGuarded) {
  // Without it the others would match where they should not.
  Rules rules = file("global rule g { condition: nothing }\nrule a { condition: true }");
  rules.files.push_back({"rules/b.yar", "rule b { condition: true }"});
  EXPECT_THAT(rules.refusals(),
              ElementsAre("1: rule \"g\": undefined identifier \"nothing\"",
                          "2: rule \"a\": depends on the global rule \"g\", which was refused"));
  EXPECT_THAT(rules.matches(), ElementsAre("b"));
}

TEST(YaraCompile, KeepsTheFirstOfTwoRulesOfOneName) {
  Rules rules = file(
      "rule a { condition: filesize == 9 }\nrule a { condition: true }\n"
      "rule b { condition: a }");
  EXPECT_THAT(rules.refusals(), ElementsAre("2: rule \"a\": duplicated identifier \"a\""));
  EXPECT_THAT(rules.matches(), ElementsAre("a", "b"));
  Rules wrong_first = file("rule a { condition: nothing }\nrule a { condition: true }");
  EXPECT_THAT(wrong_first.refusals(), ElementsAre(HasSubstr("1: rule \"a\": undefined")));
  EXPECT_THAT(wrong_first.matches(), ElementsAre("a"));
}

TEST(YaraCompile, KnowsRulesOnOneLineByTheirNames) {
  Rules rules = file(
      "rule a { condition: true } rule b { condition: nothing } rule c { condition: "
      "true } rule b2 { condition: ) } rule d { condition: true }");
  EXPECT_THAT(rules.refusals(),
              UnorderedElementsAre("1: rule \"b\": undefined identifier \"nothing\"",
                                   "1: rule \"b2\": syntax error"));
  EXPECT_THAT(rules.matches(), ElementsAre("a", "c", "d"));
}

TEST(YaraCompile, RefusesAnUnknownModuleAndWhoUsesIt) {
  Rules rules = file(
      "import \"androguard\"\nrule a { condition: androguard.app_name(/x/) }\n"
      "rule b { condition: true }");
  EXPECT_THAT(rules.refusals(),
              UnorderedElementsAre("1: unknown module \"androguard\"",
                                   "2: rule \"a\": invalid field name \"app_name\""));
  EXPECT_THAT(rules.matches(), ElementsAre("b"));
}

TEST(YaraCompile, RefusesWordsThatBelongToNoRule) {
  Rules rules = file("some words\nrule a { condition: true } }\nrule b { condition: true }");
  EXPECT_THAT(rules.refusals(), ElementsAre("1: what stands here belongs to no rule",
                                            "2: what stands here belongs to no rule"));
  EXPECT_THAT(rules.matches(), ElementsAre("a", "b"));
}

TEST(YaraCompile, RefusesWhatIsNoText) {
  Rules rules = file(std::string("rule a { condition: true }\0", 27));
  rules.files.push_back({"rules/b.yar", "\xef\xbb\xbfrule b { condition: true }"});
  EXPECT_THAT(rules.refusals(), ElementsAre(HasSubstr("0: not a text of YARA rules")));
  EXPECT_THAT(rules.matches(), ElementsAre("b"));
}

TEST(YaraCompile, RefusesATextOfOtherWordsAsAWhole) {
  Rules rules = file("hello world\n");
  EXPECT_THAT(rules.refusals(), ElementsAre("0: there is no rule in it"));
  EXPECT_THAT(file("import \"pe\"\n").refusals(), IsEmpty());
  EXPECT_THAT(file("").refusals(), IsEmpty());
}

TEST(YaraCompile, TellsOfACommentThatIsNeverClosed) {
  Rules rules = file("rule a { condition: true }\n/* rule b {\nrule c { condition: true }\n");
  EXPECT_THAT(rules.refusals(), ElementsAre(HasSubstr("2: a comment that is never closed")));
  EXPECT_THAT(rules.matches(), ElementsAre("a"));
  EXPECT_THAT(
      file("/* rule b { condition: true }").refusals(),
      ElementsAre(HasSubstr("1: a comment that is never closed"), "0: there is no rule in it"));
}

TEST(YaraCompile, CompilesNothingWhereNoRuleIsLeft) {
  Rules rules = file("rule a { condition: nothing }");
  rules.compile();
  EXPECT_THAT(rules.compiled.section, IsEmpty());
  Rules empty = file("// nothing here\n");
  EXPECT_THAT(empty.refusals(), IsEmpty());
  EXPECT_THAT(empty.compiled.section, IsEmpty());
}

TEST(YaraCompile, HoldsManyFaultsInOneFileApart) {
  std::string text;
  std::vector<std::string> good;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    constexpr const char* bodies[] = {"true", ")", "nothing", "true }  }", "\"x"};
    text += "rule r" + n + " { condition: " + bodies[i % 5] + " }\n";
    if (i % 5 == 0 || i % 5 == 3) good.push_back("r" + n);
  }
  Rules rules = file(text);
  EXPECT_EQ(rules.refusals().size(), 240U);
  EXPECT_THAT(rules.matches(), ::testing::ElementsAreArray(good));
}

TEST(YaraCompile, KeepsANamespaceForEachFile) {
  Rules rules = file("rule same { condition: true }");
  rules.files.push_back({"rules/b.yar", "rule same { condition: true }"});
  rules.files.push_back({"rules/b.yar", "rule same { condition: true }"});
  EXPECT_THAT(rules.refusals(), IsEmpty());
  EXPECT_THAT(rules.matches(), ElementsAre("same", "same", "same"));
  const auto opened = pack::Yara::open(rules.compiled.section);
  Budget budget;
  std::vector<pack::YaraMatch> found;
  ASSERT_TRUE(opened->scan({}, budget, found));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name_space, "rules/a.yar");
  EXPECT_EQ(found[1].name_space, "rules/b.yar");
  EXPECT_EQ(found[1].source, 1U);
  EXPECT_EQ(found[2].source, 2U);
}

TEST(YaraCompile, IncludesWhatWasReadWithIt) {
  Rules rules{{{"rules/x/a.yar", "include \"../y/b.yar\"\nrule a { condition: b }"},
               {"rules/y/b.yar", "rule b { condition: true }"}}};
  EXPECT_THAT(rules.refusals(), IsEmpty());
  EXPECT_THAT(rules.matches(), ElementsAre("b", "a", "b"));
  EXPECT_THAT(rules.compiled.taken, ElementsAre(2, 1));
}

TEST(YaraCompile, DefinesTheVariables) {
  Rules rules = file(
      "rule a { condition: filename == \"\" and filepath == \"\" and extension == "
      "\"\" and filetype == \"\" and owner == \"\" and container == \"\" and size "
      "== filesize }");
  EXPECT_THAT(rules.refusals(), IsEmpty());
  EXPECT_THAT(rules.matches(), ElementsAre("a"));
}

TEST(YaraCompile, NamesRulesBesideClamAvDatabasesAsClamAvDoes) {
  Rules rules{{{"db/a.yar", "rule a { condition: true }\nrule c { condition: a }"}}};
  rules.format = "clamav-yara";
  EXPECT_THAT(rules.refusals(), IsEmpty());
  EXPECT_THAT(rules.matches(), ElementsAre("YARA.a.UNOFFICIAL", "YARA.c.UNOFFICIAL"));
  Rules member{{{"own/b.yar", "rule b { condition: true }"},
                {"db/x.cvd > c.yar", "rule c { condition: true }"}}};
  member.compile();
  EXPECT_THAT(member.matches(), ElementsAre("b", "YARA.c.UNOFFICIAL"));
}

TEST(YaraCompile, DoesNotReportIgnoredNamesWithOrWithoutClamAvsPrefix) {
  Rules rules = file("rule a { condition: true }\nrule b { condition: a }");
  rules.ignores = {"YARA.a", "b"};
  EXPECT_THAT(rules.refusals(), IsEmpty());
  EXPECT_THAT(rules.matches(), IsEmpty());
}

TEST(YaraCompile, IsTheSameEachTime) {
  const auto build = [] {
    Rules rules = file(
        "import \"pe\"\nrule a : t { meta: m = 1 strings: $a = /x(y|z)+/i $b = {61 "
        "[2-300] ?2} condition: any of them }\nrule b { condition: nothing }");
    rules.compile();
    return rules.compiled.section;
  };
  const Buffer first = build();
  std::vector<Buffer> disturbance(1000, Buffer(100, std::byte{0xa5}));
  disturbance.clear();
  EXPECT_EQ(first, build());
}

TEST(YaraCompile, TakesCompiledFilesAndNoDamagedOnes) {
  Rules text = file("rule a { strings: $s = \"object\" condition: $s }");
  text.compile();
  const auto section = pack::read_yara_section(text.compiled.section);
  ASSERT_TRUE(section.has_value());
  const Buffer stream = to_buffer(section->parts.front().stream);
  const auto compile_files = [](std::vector<Buffer> files) {
    std::vector<pack::Source> sources;
    std::vector<Corpus::CompiledYara> compiled;
    for (Buffer& bytes : files) {
      compiled.push_back({std::move(bytes), "x.yarc", static_cast<std::uint32_t>(sources.size())});
      sources.push_back({"x.yarc", "yarc", "", 0, 0, 0, false});
    }
    return *yara::compile({sources, {}, compiled, {}});
  };
  Buffer newer = stream;
  newer[4] = std::byte{0x99};
  Buffer outside = stream;
  store_u32_le(outside, outside.size() - 4, 0xfffffff0);
  const Compiled done = compile_files(
      {stream, newer, Buffer(stream.begin(), stream.begin() + 200), outside, Buffer(3)});
  Rules held;
  held.compiled = done;
  EXPECT_THAT(held.matches(), ElementsAre("a"));
  EXPECT_THAT(done.taken, ElementsAre(1, 0, 0, 0, 0));
  ASSERT_EQ(done.refusals.size(), 4U);
  EXPECT_THAT(done.refusals[0].reason, HasSubstr("another YARA"));
}

}  // namespace
}  // namespace antidotary::signatures::yara
