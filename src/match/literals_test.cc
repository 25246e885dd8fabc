#include "match/literals.h"

#include <gmock/gmock.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <random>
#include <set>
#include <tuple>
#include <vector>

namespace antidotary::match {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using FoundAt = std::pair<std::uint32_t, std::uint64_t>;

/// A set with the image that it is used in.
LiteralSet set_of(const std::vector<Literal>& literals) {
  static std::deque<Buffer> images;
  auto image = compile_literals(literals);
  EXPECT_TRUE(image) << image.error().what;
  images.push_back(std::move(*image));
  auto set = LiteralSet::open(images.back());
  EXPECT_TRUE(set) << set.error().what;
  return std::move(*set);
}

std::vector<FoundAt> hits(const LiteralSet& set, Bytes block, std::uint64_t base = 0,
                          std::size_t skip = 0) {
  LiteralSet::Scratch scratch;
  EXPECT_TRUE(scratch.fit(set));
  std::vector<FoundAt> found;
  const auto keep = [](void* context, std::uint32_t id, std::uint64_t begin) {
    static_cast<std::vector<FoundAt>*>(context)->emplace_back(id, begin);
    return true;
  };
  EXPECT_TRUE(set.scan(block, base, skip, scratch, keep, &found));
  return found;
}

std::vector<FoundAt> hits(const LiteralSet& set, std::string_view text) {
  return hits(set, as_bytes(text));
}

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte; }

std::multiset<FoundAt> naive(const std::vector<Literal>& literals, const std::string& text) {
  std::multiset<FoundAt> found;
  for (const Literal& literal : literals) {
    for (std::size_t i = 0; i + literal.bytes.size() <= text.size(); ++i) {
      bool same = true;
      for (std::size_t j = 0; j < literal.bytes.size(); ++j) {
        const char here = text[i + j];
        same = same && literal.bytes[j] == (literal.nocase ? lower(here) : here);
      }
      if (same) found.emplace(literal.id, i);
    }
  }
  return found;
}

TEST(Literals, ReportWhereTheFirstByteLies) {
  const LiteralSet set = set_of({{"virus", false, 7}, {"us", false, 9}});
  EXPECT_THAT(hits(set, "a virus"), UnorderedElementsAre(FoundAt{7, 2}, FoundAt{9, 5}));
  EXPECT_THAT(hits(set, "nothing"), IsEmpty());
}

TEST(Literals, OfOneTextWithAndWithoutCaseAreTwo) {
  const LiteralSet set = set_of({{"macro", false, 1}, {"macro", true, 2}});
  EXPECT_THAT(hits(set, "macro"), UnorderedElementsAre(FoundAt{1, 0}, FoundAt{2, 0}));
  EXPECT_THAT(hits(set, "MaCrO"), ElementsAre(FoundAt{2, 0}));
}

TEST(Literals, OfOneIdAreToldApartByPlace) {
  const LiteralSet set = set_of({{"one", false, 5}, {"three", false, 5}});
  EXPECT_THAT(hits(set, "one three"), UnorderedElementsAre(FoundAt{5, 0}, FoundAt{5, 4}));
}

TEST(Literals, MayBeginWithNulOrBeNulAlone) {
  const std::string nul(1, '\0');
  const LiteralSet set =
      set_of({{nul, false, 1}, {nul + nul + "a", false, 2}, {nul + "a", true, 3}, {"a", false, 4}});
  EXPECT_THAT(hits(set, nul + nul + "a"),
              UnorderedElementsAre(FoundAt{1, 0}, FoundAt{1, 1}, FoundAt{2, 0}, FoundAt{3, 1},
                                   FoundAt{4, 2}));
}

TEST(Literals, TakeEveryByteLiterally) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const LiteralSet set = set_of({{text + "." + text, false, 1}});
    EXPECT_THAT(hits(set, "x" + text + "." + text), ElementsAre(FoundAt{1, 1})) << byte;
    EXPECT_THAT(hits(set, "x" + text + "~" + text), IsEmpty()) << byte;
  }
}

TEST(Literals, AgreeWithTheNaiveSearch) {
  std::mt19937 random(11);
  const std::string alphabet("\0abAB\xff\n*", 8);
  const auto text_of = [&](std::size_t length) {
    std::string text(length, ' ');
    for (char& byte : text) byte = alphabet[random() % alphabet.size()];
    return text;
  };
  for (int round = 0; round < 60; ++round) {
    std::set<std::pair<std::string, bool>> known;
    std::vector<Literal> literals;
    const std::size_t wanted = 1 + random() % 300;
    for (std::size_t i = 0; i < wanted; ++i) {
      Literal literal{text_of(1 + random() % 8), random() % 2 == 0,
                      static_cast<std::uint32_t>(random())};
      if (literal.nocase) {
        std::transform(literal.bytes.begin(), literal.bytes.end(), literal.bytes.begin(), lower);
      }
      if (known.emplace(literal.bytes, literal.nocase).second) literals.push_back(literal);
    }
    const std::string text = text_of(random() % 3000);
    const auto found = hits(set_of(literals), text);
    EXPECT_EQ(std::multiset<FoundAt>(found.begin(), found.end()), naive(literals, text));
  }
}

TEST(Literals, ThatEndInWhatIsSkippedAreNotTold) {
  const LiteralSet set = set_of({{"abc", false, 1}});
  const std::string text = "abcabc";
  EXPECT_THAT(hits(set, as_bytes(text), 1000, 2),
              UnorderedElementsAre(FoundAt{1, 1000}, FoundAt{1, 1003}));
  EXPECT_THAT(hits(set, as_bytes(text), 1000, 3), ElementsAre(FoundAt{1, 1003}));
  EXPECT_THAT(hits(set, as_bytes(text), 1000, 6), IsEmpty());
  EXPECT_THAT(hits(set, as_bytes(text), 1000, 100), IsEmpty());
}

TEST(Literals, EndTheScanWhereTheCallerSaysSo) {
  const LiteralSet set = set_of({{"a", false, 1}});
  LiteralSet::Scratch scratch;
  ASSERT_TRUE(scratch.fit(set));
  int calls = 0;
  const auto stop = [](void* context, std::uint32_t, std::uint64_t) {
    return ++*static_cast<int*>(context) < 3;
  };
  EXPECT_TRUE(set.scan(as_bytes(std::string_view("aaaaaaaa")), 0, 0, scratch, stop, &calls));
  EXPECT_EQ(calls, 3);
}

TEST(Literals, OfNoneFindNothing) {
  const LiteralSet set = set_of({});
  EXPECT_THAT(hits(set, "anything"), IsEmpty());
  EXPECT_THAT(hits(set_of({{"a", false, 1}}), ""), IsEmpty());
}

TEST(Literals, ShareOneScratch) {
  const LiteralSet a = set_of({{"aa", false, 1}});
  const LiteralSet b = set_of({{"a", false, 1}, {"bcdefgh", true, 2}, {"b", false, 3}});
  LiteralSet::Scratch scratch;
  ASSERT_TRUE(scratch.fit(a));
  ASSERT_TRUE(scratch.fit(b));
  const auto count = [](void* context, std::uint32_t, std::uint64_t) {
    ++*static_cast<int*>(context);
    return true;
  };
  int found = 0;
  EXPECT_TRUE(a.scan(as_bytes(std::string_view("aab")), 0, 0, scratch, count, &found));
  EXPECT_TRUE(b.scan(as_bytes(std::string_view("aab")), 0, 0, scratch, count, &found));
  EXPECT_EQ(found, 4);
}

TEST(Literals, OfNoByteOrOfTooManyAreRefused) {
  const auto none = compile_literals(std::vector<Literal>{{"", false, 1}});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::bad_input);
  const auto nine = compile_literals(std::vector<Literal>{{"123456789", false, 1}});
  ASSERT_FALSE(nine);
  EXPECT_EQ(nine.error().kind, ErrorKind::bad_input);
}

TEST(Literals, CompileToTheSameBytes) {
  const std::vector<Literal> literals = {{"one", false, 1}, {"two", true, 2}, {"x", false, 3}};
  EXPECT_EQ(*compile_literals(literals), *compile_literals(literals));
}

// Every byte of an image is either covered by the checksum or named by the header.
TEST(LiteralImage, IsRefusedWhenAnyByteIsChangedOrMissing) {
  const Buffer image = *compile_literals(std::vector<Literal>{{"one", false, 1}, {"t", true, 2}});
  for (std::size_t i = 0; i < image.size(); ++i) {
    Buffer damaged = image;
    damaged[i] ^= std::byte{0x40};
    EXPECT_FALSE(LiteralSet::open(damaged)) << i;
    EXPECT_FALSE(LiteralSet::open(Bytes(image).first(i))) << i;
  }
  Buffer longer = image;
  longer.push_back(std::byte{});
  EXPECT_FALSE(LiteralSet::open(longer));
}

TEST(LiteralImage, OfAnotherLibraryIsUnsupported) {
  Buffer image = *compile_literals(std::vector<Literal>{{"one", false, 1}});
  const std::string platform = literals_platform();
  const auto place = as_text(image).find(platform);
  ASSERT_NE(place, std::string_view::npos);
  image[place + platform.size() - 1] ^= std::byte{1};
  const auto set = LiteralSet::open(image);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, ErrorKind::unsupported);
}

TEST(LiteralImage, IsUsedWhereverItLies) {
  const Buffer image = *compile_literals(std::vector<Literal>{{"one", false, 1}});
  alignas(64) static std::array<std::byte, 1 << 16> memory;
  ASSERT_LE(image.size() + 64, memory.size());
  for (std::size_t at = 0; at < 64; ++at) {
    const auto place = std::copy(image.begin(), image.end(), memory.begin() + at) - image.size();
    const auto set = LiteralSet::open(Bytes(place, image.size()));
    ASSERT_TRUE(set) << at;
    EXPECT_THAT(hits(*set, "one"), ElementsAre(FoundAt{1, 0})) << at;
  }
}

TEST(LiteralImage, IsTheSameForTheSameLiterals) {
  const std::vector<Literal> literals = {{"one", false, 1}, {"two", true, 2}};
  EXPECT_EQ(*compile_literals(literals), *compile_literals(literals));
}

TEST(LiteralImage, TellsWhatItReadsAndWhatItReadOnlyToCheckIt) {
  std::vector<Literal> literals;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    literals.push_back({std::to_string(1'000'000 + i * 7), false, i});
  }
  const Buffer image = *compile_literals(literals);
  std::size_t told = 0;
  std::size_t wanted = 0;
  const auto count_into = [&](std::size_t& sum) {
    return [&](Bytes piece) {
      EXPECT_GE(piece.data(), image.data());
      EXPECT_LE(piece.data() + piece.size(), image.data() + image.size());
      sum += piece.size();
    };
  };
  const auto set = LiteralSet::open(image, PageAdvice{count_into(wanted), count_into(told)});
  ASSERT_TRUE(set);
  EXPECT_GT(told + (8 << 20), image.size());
  EXPECT_GT(wanted + 4096, image.size());
}

// The library takes lengths of 32 bits, and pieces are cut at 2 GiB.
TEST(Literals, AreFoundAcrossTheBordersOfHugeBlocks) {
  const std::uint64_t size = (1ull << 32) + 4096;
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  // Across 2 GiB, the second piece's end and 4 GiB, and beside them.
  const std::vector<std::uint64_t> places = {
      0, (1ull << 31) - 3, (1ull << 31) + 10, (1ull << 32) - 17, (1ull << 32) - 3, size - 6};
  std::vector<FoundAt> expected;
  for (const std::uint64_t place : places) {
    std::memcpy(static_cast<char*>(memory) + place, "needle", 6);
    expected.emplace_back(1, place);
  }
  const LiteralSet set = set_of({{"needle", false, 1}});
  EXPECT_EQ(hits(set, view_of(memory, size)), expected);
  const auto late = hits(set, view_of(memory, size), 0, static_cast<std::size_t>(1ull << 32));
  EXPECT_THAT(late, ElementsAre(expected[4], expected[5]));
  munmap(memory, size);
}

// The jail kills a worker for a call that it does not expect: the scan makes none.
TEST(Literals, AreSoughtWithoutAnySystemCall) {
  std::vector<Literal> literals;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    literals.push_back({"lit" + std::to_string(i), i % 2 == 0, i});
  }
  const LiteralSet set = set_of(literals);
  LiteralSet::Scratch scratch;
  ASSERT_TRUE(scratch.fit(set));
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "lit" + std::to_string(i) + " ";
  const pid_t child = fork();
  if (child == 0) {
    const auto count = [](void* context, std::uint32_t, std::uint64_t) {
      ++*static_cast<int*>(context);
      return true;
    };
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) syscall(SYS_exit, 3);
    int found = 0;
    const Status status = set.scan(as_bytes(text), 0, 0, scratch, count, &found);
    syscall(SYS_exit, status && found > 2000 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace antidotary::match
