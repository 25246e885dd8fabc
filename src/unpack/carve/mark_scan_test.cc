#include "unpack/carve/mark_scan.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::Pair;

constexpr std::array marks = {"MZ"sv, "PK\x03\x04"sv, "ab"sv, "abc"sv, "\xff\0\xff"sv};

using Hits = std::vector<std::pair<std::size_t, std::size_t>>;

Hits all_hits(const std::string& text, bool plain) {
  const MarkScan scan(marks);
  Hits out;
  MarkScan::Hit hit;
  for (std::size_t at = 0;; at = hit.offset + 1) {
    const bool more =
        plain ? scan.next_plain(as_bytes(text), at, hit) : scan.next(as_bytes(text), at, hit);
    if (!more) return out;
    out.emplace_back(hit.offset, hit.mark);
  }
}

TEST(MarkScan, FindsEveryMarkAndTheFirstOfTwoAtOnePlace) {
  EXPECT_THAT(all_hits("xMZyPK\x03\x04"
                       "abc" +
                           std::string("\xff\0\xff", 3),
                       false),
              ElementsAre(Pair(1, 0), Pair(4, 1), Pair(8, 2), Pair(11, 4)));
}

TEST(MarkScan, FindsAMarkAtTheVeryEndAndNoneThatIsCut) {
  EXPECT_THAT(all_hits(std::string(61, 'x') + "MZ", false), ElementsAre(Pair(61, 0)));
  EXPECT_THAT(all_hits(std::string(61, 'x') + "PK\x03", false), ElementsAre());
  EXPECT_THAT(all_hits("", false), ElementsAre());
  EXPECT_THAT(all_hits("M", false), ElementsAre());
}

TEST(MarkScan, AgreesWithTheSearchByteByByte) {
  constexpr std::string_view alphabet =
      "MZPK\x03\x04"
      "abc\xff\0Q"sv;
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 200, '\0');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    ASSERT_EQ(all_hits(text, false), all_hits(text, true));
  }
}

}  // namespace
}  // namespace antidotary::unpack
