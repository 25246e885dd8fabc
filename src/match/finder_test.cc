#include "match/finder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>

namespace antidotary::match {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using FoundAt = std::pair<std::uint64_t, std::uint32_t>;

struct Wanted {
  std::string bytes;
  bool nocase = false;
};

Finder finder_of(const std::vector<Wanted>& wanted) {
  std::vector<Sought> sought;
  for (const Wanted& one : wanted) sought.push_back({as_bytes(one.bytes), one.nocase});
  return Finder(sought);
}

/// (begin, index), as they were told.
std::vector<FoundAt> found(const std::vector<Wanted>& wanted, std::string_view text) {
  std::vector<FoundAt> out;
  const auto keep = [](void* context, std::uint32_t index, std::uint64_t begin) {
    static_cast<std::vector<FoundAt>*>(context)->emplace_back(begin, index);
    return true;
  };
  Budget budget;
  EXPECT_TRUE(finder_of(wanted).find(as_bytes(text), budget, keep, &out));
  return out;
}

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte; }

std::vector<FoundAt> naive(const std::vector<Wanted>& wanted, std::string_view text) {
  std::vector<FoundAt> out;
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
      std::string here(text.substr(begin, wanted[i].bytes.size()));
      if (wanted[i].nocase) std::transform(here.begin(), here.end(), here.begin(), lower);
      if (!here.empty() && here == wanted[i].bytes) out.emplace_back(begin, i);
    }
  }
  return out;
}

TEST(Finder, FindsOneStringWhereverItStands) {
  EXPECT_THAT(found({{"aa"}}, "aaaxaa"), ElementsAre(FoundAt{0, 0}, FoundAt{1, 0}, FoundAt{4, 0}));
  EXPECT_THAT(found({{"needle"}}, "needl"), IsEmpty());
  EXPECT_THAT(found({{"needle"}}, ""), IsEmpty());
}

TEST(Finder, FindsEachCaseWhereAskedTo) {
  EXPECT_THAT(found({{"ab", true}}, "aB Ab"), ElementsAre(FoundAt{0, 0}, FoundAt{3, 0}));
  EXPECT_THAT(
      found({{"ab", true}, {"ab", false}, {"AB", false}}, "ab AB"),
      testing::UnorderedElementsAre(FoundAt{0, 0}, FoundAt{0, 1}, FoundAt{3, 0}, FoundAt{3, 2}));
  // Bytes that differ from a letter's case by the same bit are no letters.
  EXPECT_THAT(found({{"@[", true}}, "`{"), IsEmpty());
  EXPECT_THAT(found({{"`{", true}, {"x", true}}, "@["), IsEmpty());
}

TEST(Finder, TellsEachOfEqualStrings) {
  EXPECT_THAT(found({{"ab"}, {"ab"}}, "xab"),
              testing::UnorderedElementsAre(FoundAt{1, 0}, FoundAt{1, 1}));
}

TEST(Finder, OfNothingFindsNothing) { EXPECT_THAT(found({}, "text"), IsEmpty()); }

TEST(Finder, FindsWhatStandsAtTheEnd) {
  EXPECT_THAT(found({{"d"}, {"cd"}, {"bcd"}, {"abcd"}, {"bcde"}}, "abcd"),
              ElementsAre(FoundAt{0, 3}, FoundAt{1, 2}, FoundAt{2, 1}, FoundAt{3, 0}));
}

TEST(Finder, AgreesWithTheNaiveSearch) {
  std::mt19937 random(21);
  const std::string alphabet("\0abAB@`\xff", 8);
  const auto text_of = [&](std::size_t length) {
    std::string text(length, ' ');
    for (char& byte : text) byte = alphabet[random() % alphabet.size()];
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<Wanted> wanted(1 + random() % (round % 10 == 0 ? 3000 : 5));
    for (Wanted& one : wanted) {
      one = {text_of(1 + random() % 8), random() % 2 == 0};
      if (one.nocase) std::transform(one.bytes.begin(), one.bytes.end(), one.bytes.begin(), lower);
    }
    const std::string text = text_of(random() % (round % 10 == 0 ? 300 : 2000));
    std::vector<FoundAt> all = found(wanted, text);
    const auto earlier = [](const FoundAt& a, const FoundAt& b) { return a.first < b.first; };
    ASSERT_TRUE(std::is_sorted(all.begin(), all.end(), earlier));
    std::sort(all.begin(), all.end());
    ASSERT_EQ(all, naive(wanted, text));
  }
}

// A single string is sought stretch by stretch: matches across their borders must not be lost.
TEST(Finder, FindsAcrossTheBordersOfItsStretches) {
  constexpr std::size_t stretch = 64 << 10;
  for (const std::size_t place :
       {stretch - 6, stretch - 5, stretch - 1, stretch, 2 * stretch - 3, 4 * stretch - 6}) {
    std::string text(4 * stretch, 'n');
    text.replace(place, 6, "needle");
    EXPECT_THAT(found({{"needle"}}, text), ElementsAre(FoundAt{place, 0}));
    EXPECT_THAT(found({{"needle"}, {"other"}}, text), ElementsAre(FoundAt{place, 0}));
  }
}

TEST(Finder, EndsWhereTheCallerSaysSo) {
  const auto stop = [](void* context, std::uint32_t, std::uint64_t) {
    return ++*static_cast<int*>(context) < 2;
  };
  for (const std::vector<Wanted>& wanted :
       {std::vector<Wanted>{{"a"}}, std::vector<Wanted>{{"a"}, {"b"}}}) {
    int calls = 0;
    Budget budget;
    EXPECT_TRUE(finder_of(wanted).find(as_bytes(std::string_view("aaaa")), budget, stop, &calls));
    EXPECT_EQ(calls, 2);
  }
}

TEST(Finder, PaysForBytesAndHits) {
  const auto go_on = [](void*, std::uint32_t, std::uint64_t) { return true; };
  const std::string none(1 << 20, 'x');
  const std::string all(1 << 20, 'a');
  for (const std::vector<Wanted>& wanted :
       {std::vector<Wanted>{{"a"}}, std::vector<Wanted>{{"a"}, {"b"}}}) {
    const Finder finder = finder_of(wanted);
    const auto affordable = [&](const std::string& text, std::uint64_t steps) {
      Limits limits;
      limits.steps_max = steps;
      Budget budget(limits);
      const Status status = finder.find(as_bytes(text), budget, go_on, nullptr);
      EXPECT_TRUE(status || status.error().kind == ErrorKind::budget_spent);
      return status.has_value();
    };
    EXPECT_FALSE(affordable(none, (1 << 20) - 1));
    EXPECT_TRUE(affordable(none, 1 << 20));
    EXPECT_FALSE(affordable(all, (2 << 20) - 1));
    EXPECT_TRUE(affordable(all, 3 << 20));
  }
}

// Thousands of strings that begin alike are compared at each place: that too is paid for.
TEST(Finder, PaysForStringsThatBeginAlike) {
  std::vector<Wanted> wanted;
  for (int i = 0; i < 4000; ++i) wanted.push_back({"aaaa" + std::to_string(i)});
  Limits limits;
  limits.steps_max = 10'000'000;
  Budget budget(limits);
  const std::string text(1 << 20, 'a');
  const auto go_on = [](void*, std::uint32_t, std::uint64_t) { return true; };
  const Status status = finder_of(wanted).find(as_bytes(text), budget, go_on, nullptr);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::match
