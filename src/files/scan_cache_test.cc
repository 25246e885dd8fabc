#include "files/scan_cache.h"

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

class ScanCacheTest : public ::testing::Test {
 protected:
  ScanCache open(const std::string& key, std::uint64_t when_s = now_s) {
    auto cache = ScanCache::open(*state_, key, when_s);
    EXPECT_TRUE(cache.has_value());
    return std::move(*cache);
  }
  Scratch scratch_;
  Result<Root> state_ = open_state(scratch_.folder("state"));
};

/// A clean file of this digest.
Remembered clean(const std::string& sha256 = "") { return {sha256, {}}; }

TEST_F(ScanCacheTest, KnowsAFileUntilAnythingOfItChanges) {
  {
    ScanCache cache = open("pack one");
    EXPECT_FALSE(cache.find(settled(), "name"));
    cache.remember(settled(), "name", clean("abc"), now_s);
    ASSERT_TRUE(cache.flush());
    EXPECT_EQ(cache.find(settled(), "name")->sha256, "abc");
  }
  ScanCache cache = open("pack one");
  EXPECT_EQ(cache.find(settled(), "name")->sha256, "abc");
  EXPECT_FALSE(cache.find(settled(), "another name"));
  EXPECT_FALSE(cache.find(settled(), ""));
  for (const auto change :
       {+[](Stat& stat) { ++stat.device; }, +[](Stat& stat) { ++stat.inode; },
        +[](Stat& stat) { ++stat.size_bytes; }, +[](Stat& stat) { ++stat.modified_unix_ns; },
        +[](Stat& stat) { ++stat.changed_unix_ns; }}) {
    Stat other = settled();
    change(other);
    EXPECT_FALSE(cache.find(other, "name"));
  }
}

TEST_F(ScanCacheTest, KeepsWhatWasFound) {
  const Buffer report = to_buffer(octets(1, 0, 2));
  {
    ScanCache cache = open("key");
    cache.remember(settled(), "", {"abc", report}, now_s);
  }
  const auto known = open("key").find(settled(), "");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->report, report);
  EXPECT_EQ(known->sha256, "abc");
}

TEST_F(ScanCacheTest, KeepsTheLastOfTwoAnswersAndBothOfTwoNames) {
  {
    ScanCache cache = open("key");
    cache.remember(settled(), "", clean("first"), now_s);
    cache.remember(settled(), "", clean("last"), now_s);
    cache.remember(settled(), "link", clean("other"), now_s);
  }
  ScanCache cache = open("key");
  EXPECT_EQ(cache.find(settled(), "")->sha256, "last");
  EXPECT_EQ(cache.find(settled(), "link")->sha256, "other");
}

TEST_F(ScanCacheTest, DoesNotKeepALongReport) {
  ScanCache cache = open("key");
  cache.remember(settled(), "", {"", Buffer(remembered_report_bytes_max + 1)}, now_s);
  ASSERT_TRUE(cache.flush());
  EXPECT_FALSE(cache.find(settled(), ""));
}

TEST_F(ScanCacheTest, WritesWhileAnotherReads) {
  ScanCache reading = open("key");
  EXPECT_FALSE(reading.find(settled(), ""));
  ScanCache writing = open("key");
  writing.remember(settled(), "", clean(), now_s);
  ASSERT_TRUE(writing.flush());
  Stat other = settled();
  other.inode = 2;
  reading.remember(other, "", clean(), now_s);
  ASSERT_TRUE(reading.flush());
  EXPECT_TRUE(reading.find(settled(), ""));
  EXPECT_TRUE(reading.find(other, ""));
}

TEST_F(ScanCacheTest, KnowsNothingUnderAnotherKey) {
  open("pack one").remember(settled(), "", clean("abc"), now_s);
  EXPECT_FALSE(open("pack two").find(settled(), ""));
  EXPECT_EQ(open("pack one").find(settled(), "")->sha256, "abc");
}

TEST_F(ScanCacheTest, DoesNotRememberWhatMayChangeWithinOneTickOfItsClock) {
  ScanCache cache = open("key");
  Stat fresh = settled();
  fresh.changed_unix_ns = (static_cast<std::int64_t>(now_s) - 1) * 1'000'000'000;
  cache.remember(fresh, "", clean(), now_s);
  ASSERT_TRUE(cache.flush());
  EXPECT_FALSE(cache.find(fresh, ""));
}

TEST_F(ScanCacheTest, DropsKeysThatNobodyUsedForAMonth) {
  open("old").remember(settled(), "", clean(), now_s);
  static_cast<void>(open("new", now_s + 31 * 86'400));
  EXPECT_FALSE(open("old", now_s + 31 * 86'400).find(settled(), ""));
}

TEST_F(ScanCacheTest, SaysThatAFileIsNoCache) {
  scratch_.file("state/scans.sqlite", std::string(5000, 'x'));
  const auto cache = ScanCache::open(*state_, "key", now_s);
  ASSERT_FALSE(cache.has_value());
  EXPECT_THAT(cache.error().what, ::testing::HasSubstr("the cache of scans: "));
}

}  // namespace
}  // namespace antidotary::files
