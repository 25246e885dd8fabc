#include "files/act.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "files/root.h"
#include "files/scratch.h"

namespace antidotary::files {
namespace {

using ::testing::ElementsAre;
using namespace std::string_view_literals;

class Act : public ::testing::Test {
 protected:
  Act() : folder_(::open(scratch_.path().c_str(), O_PATH | O_DIRECTORY)) {}
  ~Act() override { set_checkpoint(nullptr); }
  int folder() const { return folder_.get(); }
  Scratch scratch_;
  Fd folder_;
};

TEST_F(Act, PassesACheckpointBeforeAndAfterAndHalfwayThroughAWrite) {
  std::vector<std::string> seen;
  set_checkpoint([&](const char* place) { seen.emplace_back(place); });
  const Fd fd = act::create(folder(), "f", 0600).value();
  ASSERT_TRUE(act::write_all(fd.get(), as_bytes("abcd"sv)).has_value());
  ASSERT_TRUE(act::sync(folder()).has_value());
  ASSERT_TRUE(act::remove(folder(), "f").has_value());
  EXPECT_THAT(seen, ElementsAre("create:before", "create:after", "write:before", "write:half",
                                "write:after", "sync:before", "sync:after", "remove:before",
                                "remove:after"));
}

TEST_F(Act, CreatesOnlyWhatIsNotThereAndFollowsNoLink) {
  scratch_.file("there", "x");
  ASSERT_EQ(::symlink("target", scratch_.path("link").c_str()), 0);
  EXPECT_EQ(act::create(folder(), "there", 0600).error().kind, ErrorKind::busy);
  EXPECT_EQ(act::create(folder(), "link", 0600).error().kind, ErrorKind::busy);
  EXPECT_EQ(act::append_open(folder(), "link", 0600).error().kind, ErrorKind::refused);
  EXPECT_EQ(::access(scratch_.path("target").c_str(), F_OK), -1);
}

TEST_F(Act, RenamesWithoutReplacing) {
  scratch_.file("a", "first");
  scratch_.file("b", "second");
  EXPECT_EQ(act::rename_no_replace(folder(), "a", folder(), "b").error().kind, ErrorKind::busy);
  EXPECT_EQ(Scratch::content(scratch_.path("b")), "second");
  ASSERT_TRUE(act::rename_no_replace(folder(), "a", folder(), "c").has_value());
  EXPECT_EQ(Scratch::content(scratch_.path("c")), "first");
  ASSERT_TRUE(act::rename_over(folder(), "c", folder(), "b").has_value());
  EXPECT_EQ(Scratch::content(scratch_.path("b")), "first");
}

TEST_F(Act, WritesAtAnOffsetAndLeavesTheRest) {
  scratch_.file("f", "0123456789");
  const Fd fd(::open(scratch_.path("f").c_str(), O_RDWR));
  ASSERT_TRUE(act::write_at(fd.get(), 3, as_bytes("abc"sv)).has_value());
  EXPECT_EQ(Scratch::content(scratch_.path("f")), "012abc6789");
  set_checkpoint([](const char*) {});  // in two halves, the same
  ASSERT_TRUE(act::write_at(fd.get(), 7, as_bytes("xyz"sv)).has_value());
  EXPECT_EQ(Scratch::content(scratch_.path("f")), "012abc6xyz");
}

TEST_F(Act, SetsTimesOfFilesAndOfFoldersHeldByPath) {
  const Fd file = act::create(folder(), "f", 0600).value();
  // One nanosecond before 1970 is the awkward case: seconds round down, not towards 0.
  ASSERT_TRUE(act::set_times(file.get(), 5, -1).has_value());
  EXPECT_EQ(stat_of(file.get())->modified_unix_ns, -1);
  EXPECT_EQ(stat_of(file.get())->accessed_unix_ns, 5);
  ASSERT_TRUE(act::set_times(folder(), 7, 1'234'567'890'123'456'789).has_value());
  EXPECT_EQ(stat_of(folder())->modified_unix_ns, 1'234'567'890'123'456'789);
}

TEST_F(Act, SaysThatTheDiskIsFull) {
  const Fd full(::open("/dev/full", O_WRONLY));
  if (!full.valid()) GTEST_SKIP() << "no /dev/full";
  const auto written = act::write_all(full.get(), as_bytes("x"sv));
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().kind, ErrorKind::io);
  EXPECT_THAT(written.error().what, ::testing::HasSubstr("No space left"));
}

TEST_F(Act, ChangesModeAndAttribute) {
  const Fd file = act::create(folder(), "f", 0600).value();
  ASSERT_TRUE(act::change_mode(file.get(), 04750).has_value());
  EXPECT_EQ(stat_of(file.get())->mode & 07777, 04750u);
  EXPECT_EQ(act::set_attribute(file.get(), std::string(256, 'a'), {}).error().kind,
            ErrorKind::bad_input);
}

}  // namespace
}  // namespace antidotary::files
