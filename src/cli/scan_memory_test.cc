#include "cli/scan_memory.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include "core/record.h"
#include "files/scratch.h"
#include "files/state.h"

namespace antidotary::cli {
namespace {

constexpr std::uint64_t now_s = 2'000'000'000;

files::Stat settled() {
  files::Stat stat;
  stat.kind = files::Kind::file;
  stat.inode = 7;
  stat.size_bytes = 12;
  return stat;
}

scan::Report clean() {
  scan::Report report;
  report.objects = 3;
  return report;
}

scan::Report infected(const std::string& shown) {
  scan::Report report = clean();
  report.sha256 = "abc";
  scan::Alert alert;
  alert.name = "Some.Thing-1";
  alert.path = {shown, "member"};
  report.alerts.push_back(alert);
  report.unread.push_back({scan::Gap::opaque, {shown, "other"}, "encrypted"});
  return report;
}

class ScanMemoryTest : public ::testing::Test {
 protected:
  ScanMemory open(ScanMemory::Trust trust = {}) {
    return ScanMemory(std::move(*files::ScanCache::open(*state_, "key", now_s)), trust);
  }
  void keep(const scan::Report& report, ScanMemory::Trust trust = {}) {
    ScanMemory memory = open(trust);
    memory.keep("a/file", settled(), report, now_s);
    memory.flush();
  }
  files::Scratch scratch_;
  Result<files::Root> state_ = files::open_state(scratch_.folder("state"));
};

TEST_F(ScanMemoryTest, TellsACleanFileAgain) {
  keep(clean());
  const auto report = open().recall("b/file", settled());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict(), scan::Verdict::clean);
  EXPECT_EQ(report->bytes, 12u);
}

TEST_F(ScanMemoryTest, TellsWhatWasFoundAgainAndWhereItLiesNow) {
  keep(infected("a/file"));
  const auto report = open().recall("b/file", settled());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict(), scan::Verdict::found);
  EXPECT_THAT(report->alerts[0].path, testing::ElementsAre("b/file", "member"));
  EXPECT_THAT(report->unread[0].path, testing::ElementsAre("b/file", "other"));
  EXPECT_EQ(report->objects, 3u);
}

// A limit of time may not be reached, a dead worker may live: the file is read again.
TEST_F(ScanMemoryTest, DoesNotKeepWhatALimitOrAFailureSpoilt) {
  for (const scan::Gap gap : {scan::Gap::limited, scan::Gap::failed}) {
    scan::Report report = infected("a/file");
    report.unread.push_back({gap, {"a/file"}, "why"});
    keep(report);
    EXPECT_FALSE(open().recall("a/file", settled()));
  }
}

TEST_F(ScanMemoryTest, AsksForTheNameWhereRulesDo) {
  keep(clean(), {.names_matter = true});
  EXPECT_TRUE(open({.names_matter = true}).recall("a/file", settled()));
  EXPECT_FALSE(open({.names_matter = true}).recall("b/file", settled()));
}

TEST_F(ScanMemoryTest, TellsNoReportWithoutTheDigestThatIsWanted) {
  scan::Report report = infected("a/file");
  report.sha256.clear();
  keep(report);
  EXPECT_TRUE(open().recall("a/file", settled()));
  EXPECT_FALSE(open({.digest_wanted = true}).recall("a/file", settled()));
}

TEST_F(ScanMemoryTest, TrustsTheContentAloneWhereTimesAreNotTrusted) {
  const std::string path = scratch_.file("content", "as it was");
  const files::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  scan::Report report = infected("a/file");
  report.sha256 = *files::sha256_of(file.get());
  keep(report);
  const ScanMemory::Trust paranoid{.paranoid = true};
  EXPECT_TRUE(open(paranoid).recall("a/file", settled(), file.get()));
  EXPECT_FALSE(open(paranoid).recall("a/file", settled()));
  scratch_.file("content", "not as it was");
  const files::Fd changed(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(open(paranoid).recall("a/file", settled(), changed.get()));
  report.sha256.clear();
  keep(report);
  EXPECT_FALSE(open(paranoid).recall("a/file", settled(), file.get()));
}

TEST(KeptForm, CutAnywhereIsToldAsNothing) {
  const Buffer whole = *kept_form(infected("a"));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Buffer cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(told_again({"", cut}, "a", 1)) << size;
  }
}

}  // namespace
}  // namespace antidotary::cli
