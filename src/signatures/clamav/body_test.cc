// Method: each body was given to clamscan 1.4.6; what loads there and finds the bytes is taken
// here, what ends its load is refused. Patterns are shown by match::describe where that is exact.
#include <gmock/gmock.h>

#include "match/pattern.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using match::Choice;
using match::Edge;
using match::Pattern;
using match::Position;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

Pattern one(std::string_view hex, std::string_view modifiers = "") {
  auto out = parse_body(hex, modifiers);
  EXPECT_TRUE(out) << hex << ": " << out.error().what;
  return out && out->size() == 1 ? out->front() : Pattern{};
}

std::string refusal(std::string_view hex, std::string_view modifiers = "") {
  const auto out = parse_body(hex, modifiers);
  return out ? "taken" : out.error().what;
}

Position exact(int byte) { return {static_cast<std::uint8_t>(byte), 0xff}; }
constexpr Position any{0, 0};

TEST(ClamavBody, OfBytesIsOnePartOfThem) {
  const Pattern pattern = one("6aFF");
  ASSERT_THAT(pattern.parts, SizeIs(1));
  EXPECT_THAT(pattern.parts[0].units, ElementsAre(exact(0x6a), exact(0xff)));
  EXPECT_FALSE(pattern.nocase);
}

TEST(ClamavBody, TakesNibblesAndWildcards) {
  EXPECT_THAT(
      one("6162?36???").parts[0].units,
      ElementsAre(exact(0x61), exact(0x62), Position{0x03, 0x0f}, Position{0x60, 0xf0}, any));
}

TEST(ClamavBody, TakesGapsOfEveryForm) {
  struct Case {
    std::string_view gap;
    std::uint64_t min;
    std::uint64_t max;
  };
  for (const Case& one_gap :
       {Case{"*", 0, match::unbounded}, Case{"{4-8}", 4, 8}, Case{"{-8}", 0, 8},
        Case{"{4-}", 4, match::unbounded}, Case{"{128}", 128, 128}, Case{"{4-4}", 4, 4},
        Case{"{-}", 0, match::unbounded}, Case{"{}", 0, match::unbounded},
        Case{"{-0}", 0, match::unbounded}}) {
    const Pattern pattern = one("6162" + std::string(one_gap.gap) + "6364");
    ASSERT_THAT(pattern.parts, SizeIs(2)) << one_gap.gap;
    EXPECT_EQ(pattern.parts[1].gap_min, one_gap.min) << one_gap.gap;
    EXPECT_EQ(pattern.parts[1].gap_max, one_gap.max) << one_gap.gap;
  }
  EXPECT_THAT(one("6162{3}63").parts[0].units,
              ElementsAre(exact(0x61), exact(0x62), any, any, any, exact(0x63)));
  EXPECT_THAT(one("6162{127}63").parts[0].units, SizeIs(130));
  EXPECT_THAT(one("6162{0}6364").parts[0].units, SizeIs(4));
}

TEST(ClamavBody, TakesShortGapsBesideSingleBytes) {
  const Pattern pattern = one("61[1-2]6263[3]6?");
  ASSERT_THAT(pattern.parts, SizeIs(3));
  EXPECT_EQ(pattern.parts[1].gap_max, 2u);
  EXPECT_EQ(pattern.parts[2].gap_min, 3u);
  EXPECT_THAT(one("6162[1-1]63*6465").parts, SizeIs(3));
  for (const std::string_view hex :
       {"6162[1-2]6566", "61[1-1]63", "6162[2-1]65", "6162[1-33]65", "[1-2]6162", "6162[1-2]",
        "61[1-1]63[1-1]65", "6162[1-1]63{2}6465", "61[1-1]6263[1-1]64[1-1]65", "6162[]63",
        "6162[a]63", "6162[1-2](63|64)", "6162[1-263"}) {
    EXPECT_NE(refusal(hex), "taken") << hex;
  }
}

TEST(ClamavBody, MultipliesAlternativesOut) {
  // {1} between half bytes is none of the grammar.
  EXPECT_THAT(refusal("6162(63|64??|6{1}5|(66|67)68)69"), HasSubstr("column 14"));
  const Pattern nested = one("6162(63|64??|65{1}66|(66|67)68)69");
  const auto& choice = std::get<Choice>(nested.parts[0].units[2]);
  EXPECT_FALSE(choice.negated);
  ASSERT_THAT(choice.strings, SizeIs(5));
  EXPECT_THAT(choice.strings[1], ElementsAre(exact(0x64), any));
  EXPECT_THAT(choice.strings[2], ElementsAre(exact(0x65), any, exact(0x66)));
  EXPECT_THAT(choice.strings[4], ElementsAre(exact(0x67), exact(0x68)));
}

TEST(ClamavBody, NegatesAlternativesOfOneLength) {
  const Pattern pattern = one("6162!(6364|6566)67");
  const auto& choice = std::get<Choice>(pattern.parts[0].units[2]);
  EXPECT_TRUE(choice.negated);
  EXPECT_THAT(choice.strings, SizeIs(2));
  EXPECT_THAT(refusal("6162!(63|6465)66"), HasSubstr("one length"));
  EXPECT_THAT(refusal("6162!(6?|64)66"), HasSubstr("without wildcards"));
  EXPECT_THAT(refusal("6162!(63)66", "w"), HasSubstr("wide or nocase"));
  EXPECT_THAT(refusal("6162!(63)66", "i"), HasSubstr("wide or nocase"));
}

TEST(ClamavBody, HasEdgesAtTheEndsOfAStretchAndBytesBetween) {
  const Pattern pattern = one("(B)6162(W)*!(L)6364(L)");
  EXPECT_THAT(pattern.parts[0].units,
              ElementsAre(Edge{Edge::Kind::word, false, false}, exact(0x61), exact(0x62),
                          Edge{Edge::Kind::non_alnum, false, true}));
  EXPECT_THAT(pattern.parts[1].units,
              ElementsAre(Edge{Edge::Kind::line, true, false}, exact(0x63), exact(0x64),
                          Edge{Edge::Kind::line, false, true}));
  const Pattern between = one("6162(W)6364");
  const auto& none = std::get<Choice>(between.parts[0].units[2]);
  EXPECT_TRUE(none.negated);
  EXPECT_THAT(none.strings, SizeIs(62));
  EXPECT_THAT(std::get<Choice>(one("6162(B)6364").parts[0].units[2]).strings, SizeIs(13));
  EXPECT_THAT(std::get<Choice>(one("6162!(B)6364").parts[0].units[2]).strings, SizeIs(13));
  EXPECT_THAT(std::get<Choice>(one("6162(L)6364").parts[0].units[2]).strings,
              ElementsAre(ElementsAre(exact('\n')), ElementsAre(exact('\r'), exact('\n'))));
  EXPECT_THAT(std::get<Choice>(one("6162!(L)6364").parts[0].units[2]).strings, SizeIs(1));
  // {1} is a wildcard, not a gap: the boundary before it takes a byte.
  EXPECT_TRUE(std::holds_alternative<Choice>(one("6162(W){1}6364").parts[0].units[2]));
  EXPECT_TRUE(std::holds_alternative<Edge>(one("6162(W){1-1}6364").parts[0].units[2]));
}

TEST(ClamavBody, WidensBytesAndWildcardsButNotGaps) {
  EXPECT_THAT(one("6162??", "w").parts[0].units,
              ElementsAre(exact(0x61), exact(0), exact(0x62), exact(0), any, exact(0)));
  EXPECT_THAT(
      one("6162{2}63", "w").parts[0].units,
      ElementsAre(exact(0x61), exact(0), exact(0x62), exact(0), any, any, exact(0x63), exact(0)));
  EXPECT_EQ(one("6162{2-4}6364", "w").parts[1].gap_max, 4u);
  const Pattern choice = one("6162(63|6465)66", "w");
  EXPECT_THAT(std::get<Choice>(choice.parts[0].units[4]).strings[0],
              ElementsAre(exact(0x63), exact(0)));
}

TEST(ClamavBody, IsTwoPatternsWhereWideAndAscii) {
  const auto both = parse_body("6162", "iwa");
  ASSERT_TRUE(both);
  ASSERT_THAT(*both, SizeIs(2));
  EXPECT_TRUE((*both)[0].nocase);
  EXPECT_THAT((*both)[0].parts[0].units, SizeIs(4));
  EXPECT_THAT((*both)[1].parts[0].units, SizeIs(2));
  EXPECT_THAT(one("6162", "a").parts[0].units, SizeIs(2));
  EXPECT_THAT(one("6162", "ii").parts[0].units, SizeIs(2));
}

TEST(ClamavBody, OfAFullWordHasEdgesAtItsEnds) {
  EXPECT_THAT(one("6162", "f").parts[0].units,
              ElementsAre(Edge{Edge::Kind::non_alnum, false, false}, exact(0x61), exact(0x62),
                          Edge{Edge::Kind::non_alnum, false, true}));
  const Pattern wide = one("6162*6364", "wf");
  EXPECT_EQ(std::get<Edge>(wide.parts[0].units.front()).kind, Edge::Kind::wide_non_alnum);
  EXPECT_EQ(std::get<Edge>(wide.parts[1].units.back()).kind, Edge::Kind::wide_non_alnum);
}

TEST(ClamavBody, IsRefusedWhereItCannotBeReadWithItsColumn) {
  EXPECT_THAT(refusal("616"), HasSubstr("column 3 of the body: half a byte"));
  EXPECT_THAT(refusal("6162zz"), HasSubstr("column 5 of the body: not two hexadecimal digits"));
  for (const std::string_view hex : {"",
                                     "61zz",
                                     "*",
                                     "6162*",
                                     "*6162",
                                     "6162**6364",
                                     "6162)63",
                                     "6162!63",
                                     "6162(63",
                                     "6162()63",
                                     "6162(|63)",
                                     "6162(63|)64",
                                     "6162(63*64|65)66",
                                     "6162(64{0-1}65|63)66",
                                     "6162(63|!(64)65)66",
                                     "6162(6|63)64",
                                     "6162{1-",
                                     "6162{a}6566",
                                     "6162{3-1}6566",
                                     "6162{-4}",
                                     "6162{130}",
                                     "{130}6162",
                                     "6162{4294967295}6364",
                                     "6162{1-99999999999}6364",
                                     "6162 6364",
                                     "(b)616263",
                                     "(X)616263",
                                     "(B)",
                                     "(B|61)6263",
                                     "(B)*616263",
                                     "616263*(B)",
                                     "6162::i"}) {
    EXPECT_NE(refusal(hex), "taken") << hex;
  }
  EXPECT_THAT(refusal("6162", "x"), HasSubstr("unknown modifier 'x'"));
  EXPECT_THAT(refusal("6162", "I"), HasSubstr("unknown modifier 'I'"));
}

TEST(ClamavBody, NeedsTwoExactBytesInARowInEachStretch) {
  for (const std::string_view hex :
       {"61", "6162*63", "61*6263", "61{1}63", "6?62", "6?6?", "61??63", "616?63??65",
        "61(62|63)64", "(61|62)", "(63|6465)66", "616263{4-4}71", "616263{128}71",
        "616263{4-5}{4}7171x"}) {
    EXPECT_NE(refusal(hex), "taken") << hex;
  }
  for (const std::string_view hex : {"6162", "61??6364", "(61|62)6364", "616263{127}71", "??6162",
                                     "6162??", "{2}6162", "6162{2}"}) {
    EXPECT_EQ(refusal(hex), "taken") << hex;
  }
}

TEST(ClamavBody, BoundsWhatAlternativesMultiplyTo) {
  std::string many = "6162";
  std::string inner = "(61|62)(61|62)(61|62)(61|62)(61|62)(61|62)(61|62)(61|62)(61|62)(61|62)";
  EXPECT_EQ(refusal(many + "(" + inner + ")"), "taken");
  EXPECT_THAT(refusal(many + "(" + inner + "(61|62))"), HasSubstr("over 1024"));
  EXPECT_EQ(refusal("6162" + std::string(8, '(') + "63" + std::string(8, ')')), "taken");
  EXPECT_THAT(refusal("6162" + std::string(9, '(') + "63" + std::string(9, ')')),
              HasSubstr("too deeply"));
  EXPECT_THAT(refusal("6162(63{127}{127}{127}{127}{127})"), HasSubstr("over 512 bytes"));
}

}  // namespace
}  // namespace antidotary::signatures::clamav
