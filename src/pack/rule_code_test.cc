// Method: one rule with every part there is goes through its bytes; then each limit is passed.
#include "pack/rule_code.h"

#include <gmock/gmock.h>

#include "match/random_pattern.h"

namespace antidotary::pack {
namespace {

using match::Expr;
using testing::ElementsAre;
using testing::HasSubstr;

Expr sub(std::uint32_t index) {
  Expr out;
  out.index = index;
  return out;
}

Rule whole_rule() {
  Rule out;
  out.name = "Win.Trojan.Sample-1-0";
  out.origin = {3, 1'000'000};
  out.conditions.target = Target::pe;
  out.conditions.file_size = Range{10, 20};
  out.conditions.entry_point = Range{1, match::unbounded};
  out.conditions.sections = Range{4, 4};
  out.conditions.container = "CL_TYPE_ZIP";
  out.conditions.intermediates = {"CL_TYPE_MAIL", "CL_TYPE_ZIP"};
  out.conditions.handler_type = "CL_TYPE_HTML";
  out.conditions.icon_group1 = "one";
  out.conditions.icon_group2 = "two";
  out.expr.op = Expr::Op::all;
  for (std::uint32_t i = 0; i < 5; ++i) out.expr.kids.push_back(sub(i));
  out.expr.kids[1].count = Expr::Count::more;
  out.expr.kids[1].count_value = 2;
  Body body;
  body.offset = {Offset::Kind::end, 0, -1234, 56};
  body.patterns.resize(2);
  out.subs.emplace_back(body);
  out.subs.emplace_back(RegexUse{sub(0), {Offset::Kind::start, 0, 7, 0}, "a+\\x00b", "ig"});
  ByteCompare compare;
  compare.trigger = 1;
  compare.offset = -9;
  compare.base = 'h';
  compare.little_endian = false;
  compare.exact = true;
  compare.bytes = 8;
  compare.comparisons = {{'<', ~0ULL}, {'=', 0}};
  out.subs.emplace_back(compare);
  out.subs.emplace_back(FuzzyImage{0xfedcba9876543210, 3});
  out.subs.emplace_back(MacroUse{1, 99, 31});
  return out;
}

TEST(RuleCode, GivesBackEveryPartButPatternsAndText) {
  const Rule rule = whole_rule();
  const auto back = decode_rule(encode(rule).value());
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(back->name, rule.name);
  EXPECT_EQ(back->origin.source, 3U);
  EXPECT_EQ(back->origin.line, 1'000'000U);
  EXPECT_EQ(back->conditions.target, Target::pe);
  EXPECT_EQ(back->conditions.file_size, rule.conditions.file_size);
  EXPECT_EQ(back->conditions.entry_point, rule.conditions.entry_point);
  EXPECT_EQ(back->conditions.sections, rule.conditions.sections);
  EXPECT_EQ(back->conditions.container, "CL_TYPE_ZIP");
  EXPECT_THAT(back->conditions.intermediates, ElementsAre("CL_TYPE_MAIL", "CL_TYPE_ZIP"));
  EXPECT_EQ(back->conditions.handler_type, "CL_TYPE_HTML");
  EXPECT_EQ(back->conditions.icon_group1, "one");
  EXPECT_EQ(back->conditions.icon_group2, "two");
  EXPECT_EQ(back->expr, rule.expr);
  ASSERT_EQ(back->subs.size(), 5U);
  const auto& body = std::get<Body>(back->subs[0]);
  EXPECT_EQ(body.offset, std::get<Body>(rule.subs[0]).offset);
  EXPECT_EQ(body.patterns.size(), 2U);
  const auto& regex = std::get<RegexUse>(back->subs[1]);
  EXPECT_EQ(regex.trigger, sub(0));
  EXPECT_EQ(regex.offset.shift, 7);
  EXPECT_EQ(regex.regex, "a+\\x00b");
  EXPECT_EQ(regex.flags, "ig");
  const auto& compare = std::get<ByteCompare>(back->subs[2]);
  EXPECT_EQ(compare.trigger, 1U);
  EXPECT_EQ(compare.offset, -9);
  EXPECT_EQ(compare.base, 'h');
  EXPECT_FALSE(compare.little_endian);
  EXPECT_TRUE(compare.exact);
  EXPECT_EQ(compare.bytes, 8U);
  ASSERT_EQ(compare.comparisons.size(), 2U);
  EXPECT_EQ(compare.comparisons[0].op, '<');
  EXPECT_EQ(compare.comparisons[0].value, ~0ULL);
  const auto& image = std::get<FuzzyImage>(back->subs[3]);
  EXPECT_EQ(image.hash, 0xfedcba9876543210);
  EXPECT_EQ(image.distance, 3U);
  const auto& macro = std::get<MacroUse>(back->subs[4]);
  EXPECT_EQ(macro.min, 1U);
  EXPECT_EQ(macro.max, 99U);
  EXPECT_EQ(macro.group, 31U);
}

TEST(RuleCode, KeepsTheExtremesOfAnOffset) {
  for (const std::int64_t shift :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1},
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    Rule rule;
    Body body;
    body.offset = {Offset::Kind::section, 0xffffffff, shift, match::unbounded};
    rule.subs.emplace_back(body);
    const auto back = decode_rule(encode(rule).value());
    ASSERT_TRUE(back);
    EXPECT_EQ(std::get<Body>(back->subs[0]).offset, body.offset) << shift;
  }
}

TEST(RuleCode, OfAPlainRuleIsShort) {
  Rule rule;
  rule.name = "N";
  rule.subs.emplace_back(Body{{}, std::vector<match::Pattern>(1)});
  EXPECT_LE(encode(rule)->size(), 20U);
}

TEST(RuleCode, RefusesEveryTruncationAndBytesBehindTheEnd) {
  Buffer code = encode(whole_rule()).value();
  for (std::size_t size = 0; size < code.size(); ++size) {
    const auto cut = decode_rule(Bytes(code).first(size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().kind, ErrorKind::malformed);
  }
  code.push_back(std::byte{0});
  EXPECT_FALSE(decode_rule(code));
}

TEST(RuleCode, RefusesToWriteWhatItWouldNotRead) {
  const auto error_of = [](auto change) {
    Rule rule = whole_rule();
    change(rule);
    const auto code = encode(rule);
    return code ? std::string("(taken)") : code.error().what;
  };
  EXPECT_THAT(error_of([](Rule& r) { r.subs.resize(65); }), HasSubstr("65 subsignatures"));
  EXPECT_THAT(error_of([](Rule& r) { std::get<Body>(r.subs[0]).patterns.resize(65); }),
              HasSubstr("65 patterns"));
  EXPECT_THAT(error_of([](Rule& r) { r.conditions.intermediates.resize(65); }),
              HasSubstr("65 intermediate"));
  EXPECT_THAT(error_of([](Rule& r) { std::get<ByteCompare>(r.subs[2]).trigger = 64; }),
              HasSubstr("trigger"));
  EXPECT_THAT(error_of([](Rule& r) { std::get<ByteCompare>(r.subs[2]).bytes = 65; }),
              HasSubstr("65 digits"));
  EXPECT_THAT(error_of([](Rule& r) { std::get<ByteCompare>(r.subs[2]).comparisons.resize(5); }),
              HasSubstr("5 comparisons"));
  EXPECT_THAT(error_of([](Rule& r) { std::get<FuzzyImage>(r.subs[3]).distance = 65; }),
              HasSubstr("distance"));
  EXPECT_THAT(error_of([](Rule& r) { std::get<MacroUse>(r.subs[4]).group = 65'536; }),
              HasSubstr("macro group"));
  EXPECT_THAT(error_of([](Rule& r) { r.expr.kids[0].index = 64; }), HasSubstr("64"));
}

TEST(RuleCode, GivesBackRulesOverMembers) {
  MemberRule rule;
  rule.name = "Archive.Sample-1";
  rule.container = "CL_TYPE_ZIP";
  rule.container_size = {1, 2};
  rule.regex = "(?i)\\.exe$";
  rule.packed_size = {3, 4};
  rule.real_size = {5, match::unbounded};
  rule.encrypted = false;
  rule.position = {1, 1};
  rule.checksum = 0;
  rule.origin = {1, 2};
  MemberRule bare;
  bare.name = "B";
  const auto back = decode_member_rules(encode(std::vector<MemberRule>{rule, bare}));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 2U);
  const MemberRule& first = back->front();
  EXPECT_EQ(first.name, rule.name);
  EXPECT_EQ(first.container, rule.container);
  EXPECT_EQ(first.container_size, rule.container_size);
  EXPECT_EQ(first.regex, rule.regex);
  EXPECT_EQ(first.packed_size, rule.packed_size);
  EXPECT_EQ(first.real_size, rule.real_size);
  EXPECT_EQ(first.encrypted, false);
  EXPECT_EQ(first.position, rule.position);
  EXPECT_EQ(first.checksum, 0U);
  EXPECT_EQ(first.origin.line, 2U);
  EXPECT_FALSE(back->back().encrypted.has_value());
  EXPECT_FALSE(back->back().checksum.has_value());
}

TEST(RuleCode, GivesBackMagicsWithTheirWholePatterns) {
  match::RandomPatterns random(1);
  std::vector<Magic> magics(200);
  for (Magic& magic : magics) {
    magic.kind = 1;
    magic.offset = {Offset::Kind::start, 0, 8, 0};
    magic.pattern = random.pattern();
    magic.description = "Some format";
    magic.from_type = "CL_TYPE_ANY";
    magic.type = "CL_TYPE_SOME";
  }
  const auto back = decode_magics(encode(magics).value());
  ASSERT_TRUE(back) << back.error().what;
  ASSERT_EQ(back->size(), magics.size());
  for (std::size_t i = 0; i < magics.size(); ++i) {
    EXPECT_EQ((*back)[i].pattern, magics[i].pattern) << match::describe(magics[i].pattern);
    EXPECT_EQ((*back)[i].offset, magics[i].offset);
    EXPECT_EQ((*back)[i].kind, 1);
    EXPECT_EQ((*back)[i].description, "Some format");
    EXPECT_EQ((*back)[i].from_type, "CL_TYPE_ANY");
    EXPECT_EQ((*back)[i].type, "CL_TYPE_SOME");
  }
}

TEST(RuleCode, RefusesAMagicOfTooManyParts) {
  Magic magic;
  magic.pattern.parts.emplace_back().units.resize((1 << 16) + 1, match::Position{});
  EXPECT_EQ(encode(std::vector<Magic>{magic}).error().kind, ErrorKind::bad_input);
}

TEST(RuleCode, GivesBackIcons) {
  Icon icon;
  icon.name = "I";
  icon.group1 = "a";
  icon.group2 = "b";
  icon.hash = Buffer(62, std::byte{9});
  const auto back = decode_icons(encode(std::vector<Icon>{icon}));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 1U);
  EXPECT_EQ(back->front().name, "I");
  EXPECT_EQ(back->front().group1, "a");
  EXPECT_EQ(back->front().group2, "b");
  EXPECT_EQ(back->front().hash, icon.hash);
}

TEST(RuleCode, OfNoTableIsAnEmptyOne) {
  EXPECT_TRUE(decode_member_rules({})->empty());
  EXPECT_TRUE(decode_magics({})->empty());
  EXPECT_TRUE(decode_icons({})->empty());
}

}  // namespace
}  // namespace antidotary::pack
