// Both ways of opening beneath a root are asked the same questions and must give the same answers.
#include "files/beneath.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/root.h"
#include "files/scratch.h"

namespace antidotary::files {
namespace {

using Way = Result<Fd> (*)(int, std::string_view, int, Mounts);

class OpenBeneath : public ::testing::TestWithParam<Way> {
 protected:
  OpenBeneath() {
    scratch_.file("tree/a/b/file", "inside");
    scratch_.file("outside/file", "outside");
    EXPECT_EQ(::symlink("../outside", scratch_.path("tree/link").c_str()), 0);
    EXPECT_EQ(::symlink("b", scratch_.path("tree/a/link_inside").c_str()), 0);
    EXPECT_EQ(::symlink("../../outside/file", scratch_.path("tree/a/file_link").c_str()), 0);
    root_ = Fd(::open(scratch_.path("tree").c_str(), O_PATH | O_DIRECTORY));
  }
  /// "opened" or the error's kind.
  std::string ask(std::string_view path, int flags = O_RDONLY) const {
    const auto opened = GetParam()(root_.get(), path, flags, Mounts::stay);
    return opened ? "opened" : std::string(name_of(opened.error().kind));
  }
  Scratch scratch_;
  Fd root_;
};

TEST_P(OpenBeneath, OpensFilesFoldersAndTheRootItself) {
  EXPECT_EQ(ask("a/b/file"), "opened");
  EXPECT_EQ(ask("a/b", O_PATH | O_DIRECTORY), "opened");
  EXPECT_EQ(ask("", O_PATH | O_DIRECTORY), "opened");
}

TEST_P(OpenBeneath, RefusesEveryLinkAlsoOneThatStaysInside) {
  EXPECT_EQ(ask("link/file"), "refused");
  EXPECT_EQ(ask("link", O_PATH | O_DIRECTORY), "refused");
  EXPECT_EQ(ask("a/link_inside/file"), "refused");
  EXPECT_EQ(ask("a/file_link"), "refused");
}

TEST_P(OpenBeneath, RefusesPathsThatClimbOrStartAtTheTop) {
  using namespace std::string_view_literals;
  for (const auto path : {"../outside/file"sv, "a/../../outside/file"sv, "."sv, "a/./b"sv, "a//b"sv,
                          "/etc/passwd"sv, "a/b/"sv, "a\0/b"sv}) {
    EXPECT_EQ(ask(path), "bad_input") << path;
  }
}

TEST_P(OpenBeneath, SaysNotFoundForWhatIsMissing) {
  EXPECT_EQ(ask("a/b/none"), "not_found");
  EXPECT_EQ(ask("none/file"), "not_found");
  EXPECT_EQ(ask("a/b/file/none"), "not_found");
  EXPECT_EQ(ask("a/b/file", O_PATH | O_DIRECTORY), "not_found");
}

INSTANTIATE_TEST_SUITE_P(BothWays, OpenBeneath,
                         ::testing::Values(&open_by_openat2, &open_by_walking));

TEST(OpenBeneathMounts, StaysOnItsOwnFileSystemUnlessAsked) {
  const Fd top(::open("/", O_PATH | O_DIRECTORY));
  const Stat root = stat_of(top.get()).value();
  struct stat proc {};
  if (::stat("/proc/self", &proc) != 0 || proc.st_dev == root.device) GTEST_SKIP() << "no /proc";
  for (const Way way : {&open_by_openat2, &open_by_walking}) {
    const auto stayed = way(top.get(), "proc/version", O_RDONLY, Mounts::stay);
    ASSERT_FALSE(stayed.has_value());
    EXPECT_EQ(stayed.error().kind, ErrorKind::refused);
    EXPECT_TRUE(way(top.get(), "proc/version", O_RDONLY, Mounts::cross).has_value());
  }
}

}  // namespace
}  // namespace antidotary::files
