// Method: the program against the naive interpreter, on patterns and objects over a small
// alphabet: what the one finds the other must find, by every anchor and in every window.
#include "match/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "match/random_pattern.h"

namespace antidotary::match {
namespace {

TEST(Program, AgreesWithTheNaiveInterpreterOnRandomPatterns) {
  RandomPatterns random(1);
  std::size_t comparisons = 0;
  for (int i = 0; i < 150'000; ++i) {
    const Pattern pattern = random.pattern();
    std::string why;
    const std::size_t made = compare(pattern, random.object(), why);
    ASSERT_GT(made, 0u) << why;
    comparisons += made;
  }
  RecordProperty("comparisons", static_cast<int>(comparisons));
  EXPECT_GT(comparisons, 400'000u);
}

Pattern exact(std::string_view text) {
  Pattern out;
  out.parts.emplace_back();
  for (const char one : text)
    out.parts[0].units.push_back(Position{static_cast<std::uint8_t>(one)});
  return out;
}

TEST(Program, AgreesOnEveryShortPatternAndObject) {
  // All patterns "x gap y" with x, y in {a, b, ??} and small gaps; all objects to 6 letters.
  const std::vector<Position> letters = {{'a'}, {'b'}, {0, 0}};
  const std::vector<std::pair<std::uint64_t, std::uint64_t>> gaps = {
      {0, 0}, {0, 1}, {1, 2}, {2, unbounded}, {0, unbounded}};
  for (const Position& x : letters) {
    for (const Position& y : letters) {
      for (const auto& [least, most] : gaps) {
        Pattern pattern;
        pattern.parts = {Part{0, 0, {x}}, Part{least, most, {y}}};
        for (int size = 0; size <= 6; ++size) {
          for (int bits = 0; bits < 1 << size; ++bits) {
            std::string text;
            for (int i = 0; i < size; ++i) text += (bits >> i & 1) != 0 ? 'a' : 'b';
            std::string why;
            ASSERT_GT(compare(pattern, text, why), 0u) << why;
          }
        }
      }
    }
  }
}

TEST(Program, RefusesWhatCannotBeCompiled) {
  Pattern pattern = exact("abcd");
  const Anchor anchor = anchors(pattern).front();
  pattern.parts[0].units.push_back(Choice{true, {{{'a'}}, {{'a'}, {'b'}}}});
  EXPECT_EQ(compile(pattern, anchor).error().kind, ErrorKind::bad_input);
  EXPECT_FALSE(compile(Pattern{}, anchor));
  EXPECT_FALSE(compile(exact("abcd"), Anchor{}));
}

TEST(Program, OutlivesDamagedCode) {
  RandomPatterns random(2);
  for (int i = 0; i < 20'000; ++i) {
    const Pattern pattern = random.pattern();
    const auto all = anchors(pattern);
    if (all.empty()) continue;
    Buffer code = compile(pattern, all.front()).value();
    for (int flips = 0; flips < 3; ++flips) {
      code[random.below(code.size())] = static_cast<std::byte>(random.below(256));
    }
    code.resize(code.size() - random.below(4));
    const std::string text = random.object();
    const auto program = Program::open(code);
    if (!program) continue;
    Limits limits;
    limits.steps_max = 100'000;
    Budget budget(limits);
    for (std::uint64_t at = 0; at < text.size(); ++at) {
      (void)program->match_at(as_bytes(std::string_view(text)), at, Window{}, budget);
    }
  }
}

TEST(Program, PaysForWhatItDoes) {
  Pattern pattern;
  pattern.parts = {Part{0, 0, {Position{'a'}}}, Part{0, unbounded, {Position{'b'}}}};
  Anchor first;
  first.bytes = "a";
  const Buffer code = compile(pattern, first).value();
  const std::string text(1 << 20, 'a');
  Limits limits;
  limits.steps_max = 1000;
  Budget budget(limits);
  const auto found =
      Program::open(code)->match_at(as_bytes(std::string_view(text)), 0, Window{}, budget);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::budget_spent);
}

/// "first", any gap, `middle`, a gap of 0 to `last_gap_max` bytes, "last".
Pattern three_parts(std::string_view first, std::string_view middle, std::uint64_t last_gap_max,
                    std::string_view last) {
  Pattern out;
  out.parts = {exact(first).parts[0], exact(middle).parts[0], exact(last).parts[0]};
  out.parts[1].gap_max = unbounded;
  out.parts[2].gap_max = last_gap_max;
  return out;
}

Anchor anchor_of(const Pattern& pattern, std::string_view bytes) {
  for (const Anchor& one : anchors(pattern)) {
    if (one.bytes == bytes) return one;
  }
  return {};
}

TEST(Program, AsksTheClockWhileItSearches) {
  // Without case no part has a key that could be sought by itself: each place is tried.
  Pattern pattern = exact("abcdefgh");
  pattern.nocase = true;
  Choice choice;
  for (std::uint8_t i = 0; i < 100; ++i) choice.strings.push_back({{'q'}, {i}});
  pattern.parts.push_back({0, unbounded, {choice, Position{'z'}, Position{'z'}}});
  const Buffer code = compile(pattern, anchor_of(pattern, "abcdefgh")).value();
  const std::string text = "abcdefgh" + std::string(1 << 20, '\0');
  int looks = 0;
  Budget budget({}, [&] { return ++looks > 3 ? std::uint64_t{1'000'000} : 0; });
  const auto found =
      Program::open(code)->match_at(as_bytes(std::string_view(text)), 0, Window{}, budget);
  ASSERT_FALSE(found) << "a search that was cut is no search that found nothing";
  EXPECT_EQ(found.error().kind, ErrorKind::budget_spent);
}

TEST(Program, FollowsTheFirstPlaceAloneBeforeAGapWithoutBound) {
  const Pattern pattern = three_parts("first", "ZZ", unbounded, "last");
  const std::string text = "first" + std::string(1 << 20, 'Z') + "last";
  const Buffer code = compile(pattern, anchor_of(pattern, "first")).value();
  Limits limits;
  limits.steps_max = 200'000;
  Budget budget(limits);
  const auto found =
      Program::open(code)->match_at(as_bytes(std::string_view(text)), 0, Window{}, budget);
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(*found, (Span{0, text.size()}));
}

TEST(Program, KeepsTheLastPlaceAloneBehindAGapWithoutBound) {
  // More places than are followed, were each of them kept.
  const Pattern pattern = three_parts("first", "ZZ", unbounded, "last");
  const std::string text = "first" + std::string(3 << 20, 'Z') + "last";
  const Buffer code = compile(pattern, anchor_of(pattern, "last")).value();
  Budget budget;
  const auto found = Program::open(code)->match_at(as_bytes(std::string_view(text)),
                                                   text.size() - 4, Window{}, budget);
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(*found, (Span{0, text.size()}));
}

TEST(Program, TellsMorePlacesThanItFollows) {
  const Pattern pattern = three_parts("first", "ZZ", 1, "last");
  const std::string text = "first" + std::string(3 << 20, 'Z') + ".last";
  const Buffer code = compile(pattern, anchor_of(pattern, "first")).value();
  Budget budget;
  const auto found =
      Program::open(code)->match_at(as_bytes(std::string_view(text)), 0, Window{}, budget);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::refused);
}

}  // namespace
}  // namespace antidotary::match
