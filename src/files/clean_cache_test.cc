#include "files/clean_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files/scratch.h"
#include "files/state.h"

namespace antidotary::files {
namespace {

constexpr std::uint64_t now_s = 2'000'000'000;

Stat settled() {
  Stat stat;
  stat.device = 1;
  stat.inode = 0xfedcba9876543210;
  stat.size_bytes = 3;
  stat.modified_unix_ns = 5;
  stat.changed_unix_ns = 6;
  return stat;
}

class CleanCacheTest : public ::testing::Test {
 protected:
  CleanCache open(const std::string& key, std::uint64_t when_s = now_s) {
    auto cache = CleanCache::open(*state_, key, when_s);
    EXPECT_TRUE(cache.has_value());
    return std::move(*cache);
  }
  Scratch scratch_;
  Result<Root> state_ = open_state(scratch_.folder("state"));
};

TEST_F(CleanCacheTest, KnowsAFileUntilAnythingOfItChanges) {
  {
    CleanCache cache = open("pack one");
    EXPECT_FALSE(cache.find(settled()));
    cache.remember(settled(), "abc", now_s);
    EXPECT_EQ(cache.find(settled()), "abc");
  }
  CleanCache cache = open("pack one");
  EXPECT_EQ(cache.find(settled()), "abc");
  for (const auto change :
       {+[](Stat& stat) { ++stat.device; }, +[](Stat& stat) { ++stat.inode; },
        +[](Stat& stat) { ++stat.size_bytes; }, +[](Stat& stat) { ++stat.modified_unix_ns; },
        +[](Stat& stat) { ++stat.changed_unix_ns; }}) {
    Stat other = settled();
    change(other);
    EXPECT_FALSE(cache.find(other));
  }
}

TEST_F(CleanCacheTest, KnowsNothingUnderAnotherKey) {
  open("pack one").remember(settled(), "", now_s);
  EXPECT_FALSE(open("pack two").find(settled()));
  EXPECT_EQ(open("pack one").find(settled()), "");
}

TEST_F(CleanCacheTest, DoesNotRememberWhatMayChangeWithinOneTickOfItsClock) {
  CleanCache cache = open("key");
  Stat fresh = settled();
  fresh.changed_unix_ns = (static_cast<std::int64_t>(now_s) - 1) * 1'000'000'000;
  cache.remember(fresh, "", now_s);
  EXPECT_FALSE(cache.find(fresh));
}

TEST_F(CleanCacheTest, DropsKeysThatNobodyUsedForAMonth) {
  open("old").remember(settled(), "", now_s);
  static_cast<void>(open("new", now_s + 31 * 86'400));
  EXPECT_FALSE(open("old", now_s + 31 * 86'400).find(settled()));
}

TEST_F(CleanCacheTest, SaysThatAFileIsNoCache) {
  scratch_.file("state/clean.sqlite", std::string(5000, 'x'));
  const auto cache = CleanCache::open(*state_, "key", now_s);
  ASSERT_FALSE(cache.has_value());
  EXPECT_THAT(cache.error().what, ::testing::HasSubstr("the cache of clean files: "));
}

}  // namespace
}  // namespace antidotary::files
