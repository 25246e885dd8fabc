// Method: names as the published databases write them, and the odd ones that a file may hold.
#include "pack/names.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/reader.h"

namespace antidotary::pack {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Adds each name of source 7 and asks for it again.
std::vector<std::string> round_trip(const std::vector<std::string>& names) {
  NamesBuilder builder;
  std::vector<std::uint32_t> references;
  for (const std::string& name : names) references.push_back(builder.add(name, 7));
  const Buffer section = std::move(builder).finish();
  const auto opened = Names::open(section);
  std::vector<std::string> out;
  for (const std::uint32_t reference : references) {
    const auto name = opened->at(reference);
    out.push_back(name && name->source == 7 ? name->text : "(failed)");
  }
  return out;
}

TEST(Names, ComeBackAsTheyWere) {
  const std::vector<std::string> names = {
      "Win.Trojan.Agent-6353252-0",
      "Win.Trojan.Agent-6353252-1",
      "Win.Trojan.Agent-6353252-0",
      "",
      "0",
      "00",
      "007",
      "Worm.Zero-00012-0",
      "123456789012345678",
      "1234567890123456789",
      "99999999999999999999999999",
      "Doc-\xc3\xa4\xff-5",
      std::string("with\0nul-3", 10),
      "Sanesecurity.Foxhole.Zip_fs1.UNOFFICIAL",
  };
  EXPECT_EQ(round_trip(names), names);
}

TEST(Names, KeepWhatTheyCanOfAnOverlongOne) {
  const std::string longest(4096, 'x');
  EXPECT_THAT(round_trip({longest + "tail"}), ElementsAre(longest));
}

TEST(Names, ShowAByteThatStandsForANumberAsAQuestionMark) {
  EXPECT_THAT(round_trip({"a\x01"
                          "b-12"}),
              ElementsAre("a?b-12"));
}

TEST(Names, TellTheSourceOfEachOfTwoEqualOnes) {
  NamesBuilder builder;
  const std::uint32_t first = builder.add("Same-1", 0);
  const std::uint32_t second = builder.add("Same-1", 70'000);
  const Buffer section = std::move(builder).finish();
  const auto names = Names::open(section);
  EXPECT_EQ(names->at(first)->source, 0U);
  EXPECT_EQ(names->at(second)->source, 70'000U);
}

TEST(Names, TakeNineBytesWhereOnlyTheNumbersDiffer) {
  NamesBuilder builder;
  constexpr std::uint64_t count = 20'000;
  for (std::uint64_t i = 0; i < count; ++i) {
    builder.add("Win.Trojan.Agent-" + std::to_string(6'353'252 + i) + "-0", 3);
  }
  EXPECT_LE(std::move(builder).finish().size(), 9 * count);
}

TEST(Names, AreKeptOnceWhereOneFollowsItself) {
  NamesBuilder builder;
  const std::uint32_t first = builder.add("List.Of.Mine-5", 1);
  EXPECT_EQ(builder.add("List.Of.Mine-5", 1), first);
  EXPECT_NE(builder.add("List.Of.Mine-6", 1), first);
}

TEST(Names, AreFoundWhateverTheirSource) {
  NamesBuilder builder;
  builder.add("Win.Trojan.Agent-1-0", 0);
  const std::uint32_t first = builder.add("Win.Trojan.Agent-2-0", 0);
  builder.add("Win.Trojan.Agent-2-1", 0);
  const std::uint32_t plain = builder.add("Eicar", 0);
  const std::uint32_t second = builder.add("Win.Trojan.Agent-2-0", 5);
  const Buffer section = std::move(builder).finish();
  const auto names = Names::open(section);
  EXPECT_THAT(names->find({"Win.Trojan.Agent-2-0"}).value(), ElementsAre(first, second));
  EXPECT_THAT(names->find({"Eicar", "Win.Trojan.Agent-2-0"}).value(),
              ElementsAre(first, plain, second));
  EXPECT_THAT(names->find({"Win.Trojan.Agent-02-0", "eicar"}).value(), IsEmpty());
}

TEST(Names, OfAnEmptySectionAreNone) {
  const auto names = Names::open({});
  ASSERT_TRUE(names);
  EXPECT_EQ(names->at(0).error().kind, ErrorKind::malformed);
  EXPECT_THAT(names->find({"a"}).value(), IsEmpty());
}

TEST(Names, RefuseReferencesToNothing) {
  NamesBuilder builder;
  builder.add("Name-300", 0);
  const Buffer section = std::move(builder).finish();
  const auto names = Names::open(section);
  EXPECT_FALSE(names->at(3));  // behind the end
  EXPECT_FALSE(names->at(no_name));
  EXPECT_FALSE(names->at(2));  // inside a record: a template that is not there
}

TEST(Names, RefuseEveryTruncation) {
  NamesBuilder builder;
  const std::uint32_t last = (builder.add("First-1", 0), builder.add("Second-22-333", 0));
  const Buffer section = std::move(builder).finish();
  for (std::size_t size = 1; size < section.size(); ++size) {
    const auto names = Names::open(Bytes(section).first(size));
    EXPECT_FALSE(names && names->at(last)) << size;
  }
}

}  // namespace
}  // namespace antidotary::pack
