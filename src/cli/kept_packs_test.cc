#include "cli/kept_packs.h"

#include <gmock/gmock.h>

#include <ctime>

#include "files/scratch.h"

namespace antidotary::cli {
namespace {

class KeptPacksTest : public ::testing::Test {
 protected:
  KeptPacks open(KeptPacks::Limits limits = {}) {
    return KeptPacks(std::move(*files::Root::open(scratch_.folder("packs"))), limits);
  }
  KeptPacks::Place find(KeptPacks& packs, bool trust_times = true) {
    auto place = packs.find({scratch_.path("db")}, {}, trust_times, later_s_);
    EXPECT_TRUE(place);
    return place ? *place : KeptPacks::Place{};
  }
  bool has(const std::string& key) const {
    return std::filesystem::exists(scratch_.path("packs/" + key + ".pack"));
  }
  /// A pack of `bytes`, used at `used_s`.
  KeptPacks::Place pack(KeptPacks& packs, const std::string& key, std::size_t bytes,
                        std::uint64_t used_s) {
    scratch_.file("packs/" + key + ".pack", std::string(bytes, 'x'));
    const KeptPacks::Place place{key, "", ""};
    packs.use(place, used_s);
    return place;
  }

  files::Scratch scratch_;
  /// So late that no file's change is fresh.
  std::uint64_t later_s_ = static_cast<std::uint64_t>(std::time(nullptr)) + 100;
};

TEST_F(KeptPacksTest, HashesDatabasesOnceWhileNothingOfThemChanges) {
  scratch_.file("db/a.ndb", "T.One:0:*:58595a57\n");
  KeptPacks packs = open();
  const KeptPacks::Place first = find(packs);
  EXPECT_EQ(packs.hashed(), 1u);
  EXPECT_EQ(first.path, scratch_.path("packs/" + first.key + ".pack"));
  EXPECT_EQ(find(packs).key, first.key);
  EXPECT_EQ(packs.hashed(), 1u);
  EXPECT_EQ(find(packs, false).key, first.key);
  EXPECT_EQ(packs.hashed(), 2u);
}

TEST_F(KeptPacksTest, NamesTheOlderPackWhereASourceChanged) {
  scratch_.file("db/a.ndb", "T.One:0:*:58595a57\n");
  KeptPacks packs = open();
  const KeptPacks::Place first = find(packs);
  EXPECT_EQ(first.older, "");
  scratch_.file("db/a.ndb", "T.One:0:*:58595a58\n");
  const KeptPacks::Place second = find(packs);
  EXPECT_NE(second.key, first.key);
  EXPECT_EQ(second.older, first.path);
  scratch_.file("db/b.ndb", "T.Two:0:*:58595a59\n");
  EXPECT_EQ(find(packs).older, second.path);
}

TEST_F(KeptPacksTest, HashesAgainWhatHadJustChanged) {
  scratch_.file("db/a.ndb", "T.One:0:*:58595a57\n");
  later_s_ = static_cast<std::uint64_t>(std::time(nullptr));
  KeptPacks packs = open();
  find(packs);
  find(packs);
  EXPECT_EQ(packs.hashed(), 2u);
}

// What a rule includes need not lie in the folder, and need not be there yet.
TEST_F(KeptPacksTest, HashesAgainWhereAnIncludedFileChanges) {
  scratch_.file("db/a.yar", "include \"parts/b.inc\"\nrule a { condition: true }\n");
  KeptPacks packs = open();
  const KeptPacks::Place without = find(packs);
  scratch_.file("db/parts/b.inc", "rule b { condition: false }\n");
  const KeptPacks::Place with = find(packs);
  EXPECT_NE(with.key, without.key);
  scratch_.file("db/parts/b.inc", "rule b { condition: true  }\n");
  EXPECT_NE(find(packs).key, with.key);
}

TEST_F(KeptPacksTest, PrunesWhatWasUsedLongestAgo) {
  KeptPacks packs = open({.packs_max = 3});
  pack(packs, "old", 10, 1000);
  pack(packs, "oldest", 10, 500);
  pack(packs, "young", 10, 3000);
  packs.prune(pack(packs, "mine", 10, 1));
  EXPECT_TRUE(has("mine") && has("young") && has("old"));
  EXPECT_FALSE(has("oldest"));
}

TEST_F(KeptPacksTest, PrunesToSoManyBytesButNeverTheOneInUse) {
  KeptPacks packs = open({.bytes_max = 100});
  pack(packs, "old", 60, 1000);
  pack(packs, "young", 30, 3000);
  const KeptPacks::Place mine = pack(packs, "mine", 50, 4000);
  packs.prune(mine);
  EXPECT_TRUE(has("mine") && has("young"));
  EXPECT_FALSE(has("old"));
  packs.prune(pack(packs, "large", 400, 5000));
  EXPECT_TRUE(has("large"));
  EXPECT_FALSE(has("mine") || has("young"));
}

}  // namespace
}  // namespace antidotary::cli
