// Method: each expression was given to clamscan 1.4.6 with files of every combination of hits.
#include <gmock/gmock.h>

#include "match/logic.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using match::Expr;
using testing::HasSubstr;

std::string refusal(std::string_view text) {
  const auto out = parse_expression(text);
  return out ? "taken" : out.error().what;
}

Expr tree(std::string_view text) {
  const auto out = parse_expression(text);
  EXPECT_TRUE(out) << text;
  return out.value_or(Expr{});
}

/// Which of eleven files it holds for: none, A, B, C, AB, AC, BC, ABC, AAA, AAAB, AABB.
std::string answers(std::string_view text) {
  const auto expr = parse_expression(text);
  if (!expr) return expr.error().what;
  constexpr std::uint32_t files[][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1},
                                        {1, 1, 0}, {1, 0, 1}, {0, 1, 1}, {1, 1, 1},
                                        {3, 0, 0}, {3, 1, 0}, {2, 2, 0}};
  std::string out;
  for (const auto& hits : files) {
    const auto holds = match::evaluate(*expr, hits);
    out += !holds ? '?' : *holds ? '+' : '-';
  }
  return out;
}

TEST(ClamavExpression, HasNoPrecedenceAndNestsToTheRight) {
  EXPECT_EQ(answers("0&1&2"), "-------+---");
  EXPECT_EQ(answers("0&1|2"), "----++-+-++");
  EXPECT_EQ(answers("0&(1|2)"), answers("0&1|2"));
  EXPECT_EQ(answers("0|1&2"), "-+--+++++++");
  EXPECT_EQ(answers("(0&1)|2"), "---+++++-++");
  EXPECT_EQ(answers("((0&1))|2"), answers("(0&1)|2"));
}

TEST(ClamavExpression, InParenthesesGivesTheLastOperatorAllThatIsLeftOfIt) {
  EXPECT_EQ(tree("(0&1|2)"), tree("((0&1)|2)"));
  EXPECT_EQ(tree("(0&1|2&3)"), tree("(0&(1|2)&3)"));
  EXPECT_EQ(tree("4|(0|1&2&3|4)"), tree("4|(0|(1&2&3)|4)"));
  EXPECT_EQ(answers("(0&1|2)"), "---+++++-++");
}

TEST(ClamavExpression, CountsSubsignaturesAndGroups) {
  EXPECT_EQ(answers("0=2|1|2"), "--++++++-++");
  EXPECT_EQ(answers("0>1|1|2"), "--+++++++++");
  EXPECT_EQ(answers("0<2&1|2"), "--++++++---");
  EXPECT_EQ(answers("0=0&1&2"), "------+----");
  EXPECT_EQ(answers("0=0|1|2"), "+-++++++-++");
  EXPECT_EQ(answers("(0|1|2)=2"), "----+++----");
  EXPECT_EQ(answers("(0|1|2)>1"), "----+++++++");
  EXPECT_EQ(answers("(0|1|2)>1,2"), "----++++-++");
  EXPECT_EQ(answers("(0|1|2)<3"), "+++++++----");
  EXPECT_EQ(answers("(0&1&2)=3"), "-------+---");
  EXPECT_EQ(answers("(0&1)=2&2"), "-------+---");
  EXPECT_EQ(answers("(0&1)>2|2"), "---+-+++-++");
  EXPECT_EQ(answers("((0|1)>1|2)>2"), "-------++++");
  EXPECT_EQ(answers("(0|1)>1,|2"), "---++++++++");
  EXPECT_EQ(answers("(0&1|2)=2"), "----+------");
  EXPECT_EQ(answers("(0|1&2)>2"), "-------+---");
  EXPECT_EQ(answers("(0=1|1)>1|2"), "---+++++--+");
}

TEST(ClamavExpression, TakesBlanksAndLeadingNoughts) {
  EXPECT_EQ(answers("0 | 1 | 2"), answers("0|1|2"));
  EXPECT_EQ(answers("00|01|02"), answers("0|1|2"));
  EXPECT_EQ(answers(" ( 0 & 1 ) = 2 , 1 & 2 "), answers("(0&1)=2,1&2"));
  EXPECT_EQ(answers("0|1|(2)"), answers("0|1|2"));
}

TEST(ClamavExpression, IsRefusedWithItsColumn) {
  EXPECT_THAT(refusal("(0)=2|1"), HasSubstr("column 4 of the logical expression: a count of a"));
  EXPECT_THAT(refusal("0|1)"), HasSubstr("column 4 of the logical expression: a ')' without"));
  EXPECT_THAT(refusal("(0|1"), HasSubstr("a '(' without its ')'"));
  EXPECT_THAT(refusal("64"), HasSubstr("number 64 or more"));
  EXPECT_EQ(refusal("63"), "taken");
  for (const std::string_view text :
       {"",         " ",    "0&&1",    "0&|1",        "&0",           "0&",
        "0|",       "()",   "()|0",    "0||1",        "0+1",          "a",
        "0=",       "0=a",  "0>",      "0==2",        "!0",           "(0|1),2",
        "(0|1)(2)", "0(1)", "(0|1)2",  "((0|1)>1)=1", "((0|1))=2",    "(0|1)>1>2",
        "0=1=2",    "0=-1", "0>1,2,3", "0;1",         "0=99999999999"}) {
    EXPECT_NE(refusal(text), "taken") << text;
  }
}

TEST(ClamavExpression, NestsToItsLimitAndNoDeeper) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "0" + std::string(depth, ')');
  };
  EXPECT_EQ(refusal(nested(59)), "taken");
  EXPECT_THAT(refusal(nested(60)), HasSubstr("too deeply"));
  const auto chain = [](std::size_t items, std::string_view operators) {
    std::string out = "0";
    for (std::size_t i = 1; i < items; ++i) {
      out += operators[i % operators.size()];
      out += '0';
    }
    return out;
  };
  EXPECT_EQ(refusal(chain(2048, "|")), "taken");
  EXPECT_THAT(refusal(chain(2049, "|")), HasSubstr("over 2048"));
  EXPECT_EQ(refusal(chain(60, "|&")), "taken");
  EXPECT_THAT(refusal(chain(61, "|&")), HasSubstr("too deeply"));
}

}  // namespace
}  // namespace antidotary::signatures::clamav
