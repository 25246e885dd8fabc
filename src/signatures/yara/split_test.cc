// Method: small texts with one trap each; what the parts are is written beside them.
#include "signatures/yara/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace antidotary::signatures::yara {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// "rule a 1-3", "import pe 1", "stray 4"
std::vector<std::string> told(std::string_view text) {
  constexpr std::string_view kinds[] = {"rule", "import", "include", "stray"};
  std::vector<std::string> out;
  for (const Part& part : split(text)) {
    std::string line(kinds[static_cast<std::size_t>(part.kind)]);
    if (part.is_global) line = "global " + line;
    if (!part.name.empty()) line += " " + part.name;
    line += " " + std::to_string(part.first_line);
    if (part.last_line != part.first_line) line += "-" + std::to_string(part.last_line);
    out.push_back(line);
  }
  return out;
}

TEST(YaraSplit, CutsATextIntoItsParts) {
  EXPECT_THAT(told("import \"pe\"\n"
                   "include \"other.yar\" // rule no {\n"
                   "private rule a : tag {\n condition: true\n}\n"
                   "global private rule b { condition: a } rule c { condition: b }\n"),
              ElementsAre("import pe 1", "include other.yar 2", "rule a 3-5", "global rule b 6",
                          "rule c 6"));
}

TEST(YaraSplit, IsNotMisledByBracesThatAreHidden) {
  EXPECT_THAT(told("rule a { strings: $s = \"}\\\"} rule x {\" condition: $s }\n"
                   "rule b { strings: $s = /\\/}{[/ condition: $s }\n"
                   "rule c { strings: $s = { 61 /* } */ 62 // }\n 63 } condition: $s }\n"
                   "/* rule d { */ rule e { condition: 4 \\ 2 == 2 /* } */ }"),
              ElementsAre("rule a 1", "rule b 2", "rule c 3-4", "rule e 5"));
}

TEST(YaraSplit, KnowsAKeywordFromAName) {
  EXPECT_THAT(told("rule a { strings: $rule = \"x\" condition: #rule > 1 and @rule[1] < !rule[1] "
                   "and m.rule == 1 }"),
              ElementsAre("rule a 1"));
}

TEST(YaraSplit, GoesOnAfterWhatIsUnfinished) {
  EXPECT_THAT(told("rule a { condition: true\nprivate rule b { condition: true }"),
              ElementsAre("rule a 1", "rule b 2"));
  EXPECT_THAT(told("rule a { strings: $s = \"x\nrule b { condition: true }"),
              ElementsAre("rule a 1", "rule b 2"));
  EXPECT_THAT(told("rule a { strings: $s = /x\nrule b { condition: true }"),
              ElementsAre("rule a 1", "rule b 2"));
  EXPECT_THAT(told("rule a { strings: $s = { 61\n condition: $s }\nrule b { condition: true }"),
              ElementsAre("rule a 1-2", "rule b 3"));
  EXPECT_THAT(told("rule\nrule b { condition: true }"), ElementsAre("rule 1", "rule b 2"));
}

TEST(YaraSplit, KeepsWhatIsNoPartApart) {
  EXPECT_THAT(told("some words\nrule a { condition: true } }\nimport pe\nrule b { condition: a }"),
              ElementsAre("stray 1", "rule a 2", "stray 2", "stray 3", "stray 3", "rule b 4"));
  EXPECT_THAT(told("// a comment\n/* another, unfinished: rule a {\n"), ElementsAre("stray 2-3"));
  EXPECT_THAT(told(""), IsEmpty());
}

TEST(YaraSplit, TellsWhatARuleMentions) {
  const Mentions found = mentions(
      "rule a { strings: $b = \"c\" condition: any of (d*, e) or f * 2 == 4 or pe.g or any of "
      "($h*) }");
  EXPECT_THAT(found.prefixes, ElementsAre("d"));
  EXPECT_THAT(found.names, ElementsAre("a", "any", "condition", "d", "e", "f", "of", "or", "pe",
                                       "rule", "strings"));
}

TEST(YaraSplit, BlanksWithoutMovingLines) {
  std::string text = "ab\ncd\nef";
  blank(text, 1, 7);
  EXPECT_EQ(text, "a \n  \n f");
}

TEST(YaraSplit, TakesTimeInProportion) {
  // A hundred times what a quadratic reader would manage within the test's time.
  std::string words;
  for (int i = 0; i < 1'000'000; ++i) words += "private ";
  EXPECT_EQ(split(words).size(), 1U);
  std::string rules;
  for (int i = 0; i < 200'000; ++i) rules += "rule a { ";
  EXPECT_EQ(split(rules).size(), 200'000U);
}

}  // namespace
}  // namespace antidotary::signatures::yara
