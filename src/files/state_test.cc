#include "files/state.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "files/act.h"
#include "files/scratch.h"

namespace antidotary::files {
namespace {

TEST(State, IsMadeWithItsParentsAndIsOursAlone) {
  const Scratch scratch;
  const Root state = open_state(scratch.path("a/b/state")).value();
  EXPECT_EQ(stat_of(state.descriptor())->mode & 0777, 0700u);
  EXPECT_TRUE(open_state(scratch.path("a/b/state")).has_value());
}

TEST(State, IsRefusedWhereOthersMayWrite) {
  const Scratch scratch;
  const std::string path = scratch.folder("state");
  for (const mode_t mode : {0770U, 0702U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    EXPECT_EQ(open_state(path).error().kind, ErrorKind::refused);
  }
  ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
  EXPECT_TRUE(open_state(path).has_value());
}

TEST(State, IsRefusedWhereItBelongsToAnother) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give a folder away";
  const Scratch scratch;
  const std::string path = scratch.folder("state");
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  EXPECT_EQ(open_state(path).error().kind, ErrorKind::refused);
}

TEST(StatePath, FollowsTheEnvironment) {
  const char* before = std::getenv("ANTIDOTARY_STATE");
  const std::string saved = before == nullptr ? "" : before;
  ::setenv("ANTIDOTARY_STATE", "/elsewhere", 1);
  EXPECT_EQ(state_path(), "/elsewhere");
  ::unsetenv("ANTIDOTARY_STATE");
  EXPECT_NE(state_path().find("antidotary"), std::string::npos);
  if (before != nullptr) ::setenv("ANTIDOTARY_STATE", saved.c_str(), 1);
}

TEST(Lock, IsHeldByOneAtATimeAndFreedWithItsHolder) {
  const Scratch scratch;
  const Root state = open_state(scratch.path("state")).value();
  {
    const auto held = Lock::take(state.descriptor(), "tree");
    ASSERT_TRUE(held.has_value());
    EXPECT_EQ(Lock::take(state.descriptor(), "tree").error().kind, ErrorKind::busy);
    EXPECT_TRUE(Lock::take(state.descriptor(), "other").has_value());
  }
  EXPECT_TRUE(Lock::take(state.descriptor(), "tree").has_value());
}

TEST(LocalKey, IsMadeOnceAndIsPrivate) {
  const Scratch scratch;
  const Root state = open_state(scratch.path("state")).value();
  const Buffer first = local_key(state).value();
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(local_key(state).value(), first);
  EXPECT_NE(local_key(open_state(scratch.path("second")).value()).value(), first);
  ASSERT_EQ(::chmod(scratch.path("state/key").c_str(), 0644), 0);
  EXPECT_EQ(local_key(state).error().kind, ErrorKind::refused);
  scratch.file("state/key", "short");
  ASSERT_EQ(::chmod(scratch.path("state/key").c_str(), 0600), 0);
  EXPECT_EQ(local_key(state).error().kind, ErrorKind::malformed);
}

// Killed anywhere while the key is made: the next one to ask gets a whole key.
TEST(LocalKey, SurvivesAKillAtEveryAct) {
  const Scratch scratch;
  bool killed = true;
  int n = 0;
  for (; killed; ++n) {
    const std::string path = scratch.path("state" + std::to_string(n));
    const pid_t child = ::fork();
    if (child == 0) {
      int left = n;
      set_checkpoint([&](const char*) {
        if (left-- == 0) ::raise(SIGKILL);
      });
      const auto state = open_state(path);
      ::_exit(state && local_key(*state) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    killed = WIFSIGNALED(status);
    EXPECT_TRUE(killed || WEXITSTATUS(status) == 0);
    const Root state = open_state(path).value();
    const auto key = local_key(state);
    ASSERT_TRUE(key.has_value()) << "after " << n << ": " << key.error().what;
    EXPECT_EQ(local_key(state).value(), *key);
  }
  EXPECT_GT(n, 10);
}

}  // namespace
}  // namespace antidotary::files
