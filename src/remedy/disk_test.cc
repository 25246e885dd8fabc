// What the system refuses: a full quarantine, a file too large to copy, a tree that is read only.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "remedy/fake_host.h"

namespace antidotary::remedy {
namespace {

// Runs `body` in a child; its answer is the child's exit code, 77 meaning "cannot be tried here".
int in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

TEST(DiskTest, AFileThatCannotBeCopiedIsNotTouched) {
  FakeHost host;
  host.scratch().file("tree/WINDOWS/large.exe", std::string(300'000, 'x'));
  host.add_file("WINDOWS/large.exe");
  host.add_file("WINDOWS/videodrv.exe");
  const int code = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 77;
    const files::Root state = host.state();
    const files::Root tree = host.tree();
    const auto run = FakeHost::remedy(state)->apply(tree, host.plan());
    if (!run || run->state != RunState::partly) return 1;
    if (run->steps[0].outcome != StepOutcome::failed) return 2;
    return run->steps[1].outcome == StepOutcome::done ? 0 : 3;
  });
  if (code == 77) GTEST_SKIP();
  EXPECT_EQ(code, 0);
  EXPECT_EQ(host.content("WINDOWS/large.exe"), std::string(300'000, 'x'));
  const files::Root state = host.state();
  const auto items = FakeHost::remedy(state)->quarantine().value();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].path, "WINDOWS/videodrv.exe");
}

TEST(DiskTest, AFullQuarantineIsSaidBeforeAnythingIsTouched) {
  FakeHost host;
  host.scratch().file("tree/WINDOWS/large.exe", std::string(3'000'000, 'x'));
  host.add_file("WINDOWS/large.exe");
  host.add_value("VALUE-ONE");
  const std::string before = host.picture();
  host.scratch().folder("state");
  const int code = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", host.scratch().path("state").c_str(), "tmpfs", 0, "size=2m,mode=700") !=
            0) {
      return 77;
    }
    const files::Root state = host.state();
    const files::Root tree = host.tree();
    const auto run = FakeHost::remedy(state)->apply(tree, host.plan());
    if (!run) return 1;
    if (run->steps[0].outcome != StepOutcome::failed) return 2;
    if (run->steps[0].detail.find("no room") == std::string::npos) return 3;
    return run->steps[1].outcome == StepOutcome::done ? 0 : 4;
  });
  if (code == 77) GTEST_SKIP() << "needs the right to mount";
  EXPECT_EQ(code, 0);
  EXPECT_EQ(host.content("WINDOWS/large.exe"), std::string(3'000'000, 'x'));
}

// The disk fills up under the journal itself: the run stops, and goes on when there is room.
TEST(DiskTest, ARunWhoseJournalCannotGrowStopsAndIsResumed) {
  for (rlim_t most = 500; most < 9'000; most += 250) {
    FakeHost fresh;
    fresh.add_usual_steps();
    const int code = in_child([&] {
      const files::Root state = fresh.state();
      const files::Root tree = fresh.tree();
      auto remedy = FakeHost::remedy(state);
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{most, most};
      if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 77;
      return remedy->apply(tree, fresh.plan()) ? 0 : 1;
    });
    if (code == 77) GTEST_SKIP();
    const files::Root state = fresh.state();
    auto remedy = FakeHost::remedy(state);
    const auto runs = remedy->runs().value();
    if (runs.empty()) {
      EXPECT_EQ(fresh.picture(), fresh.original()) << most;
      continue;
    }
    const auto undone = remedy->undo(runs[0].id);
    ASSERT_TRUE(undone.has_value()) << most << ": " << undone.error().what;
    EXPECT_EQ(fresh.picture(), fresh.original()) << most;
  }
}

TEST(DiskTest, AReadOnlyTreeIsLeftAsItIs) {
  FakeHost host;
  host.add_usual_steps();
  const int code = in_child([&] {
    const std::string tree_path = host.path("");
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount(tree_path.c_str(), tree_path.c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        ::mount(nullptr, tree_path.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) !=
            0) {
      return 77;
    }
    const files::Root state = host.state();
    const files::Root tree = host.tree();
    const auto run = FakeHost::remedy(state)->apply(tree, host.plan());
    if (!run || run->state != RunState::partly) return 1;
    for (const StepResult& step : run->steps) {
      if (step.outcome != StepOutcome::failed) return 2;
    }
    return FakeHost::remedy(state)->quarantine()->empty() ? 0 : 3;
  });
  if (code == 77) GTEST_SKIP() << "needs the right to mount";
  EXPECT_EQ(code, 0);
  EXPECT_EQ(host.picture(), host.original());
}

TEST(DiskTest, AnotherUserWithoutTheRightsChangesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another";
  FakeHost host;
  host.add_usual_steps();
  ::chmod(host.scratch().path().c_str(), 0755);
  const std::string state_path = host.scratch().folder("other");
  ASSERT_EQ(::chown(state_path.c_str(), 12345, 12345), 0);
  const int code = in_child([&] {
    if (::setgid(12345) != 0 || ::setuid(12345) != 0) return 77;
    const auto state = files::open_state(state_path);
    const auto tree = files::Root::open(host.path(""));
    if (!state || !tree) return 1;
    const auto run = FakeHost::remedy(*state)->apply(*tree, host.plan());
    return run && run->state == RunState::partly ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(host.picture(), host.original());
}

}  // namespace
}  // namespace antidotary::remedy
