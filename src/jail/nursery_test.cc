#include "jail/nursery.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <utility>

namespace antidotary::jail {
namespace {

void echo(Channel& channel) {
  for (;;) {
    auto message = channel.receive(-1);
    if (!message || message->tag == 9) return;
    if (message->tag == 8) syscall(SYS_getppid);  // not on the list: kills
    if (!channel.send(message->tag, message->body)) return;
  }
}

TEST(Nursery, HandsOutWorkersThatAreLockedInAndOurs) {
  auto nursery = Nursery::start({}, echo);
  ASSERT_TRUE(nursery) << nursery.error().what;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(nursery->ask());
  EXPECT_EQ(nursery->asked(), 3u);
  for (int i = 0; i < 5; ++i) {
    auto child = nursery->take();
    ASSERT_TRUE(child) << child.error().what;
    ASSERT_TRUE(child->channel().send(1, as_bytes(std::string_view("hello"))));
    const auto answer = child->channel().receive(10'000);
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(as_text(answer->body), "hello");
    ASSERT_TRUE(child->channel().send(9, {}));
    EXPECT_FALSE(child->channel().receive(10'000));
    EXPECT_EQ(child->reap(), "ended") << "it is our child: we see how it ended";
  }
}

TEST(Nursery, ItsWorkersHaveAllTheLocksOfOthers) {
  auto nursery = Nursery::start({}, echo);
  ASSERT_TRUE(nursery);
  auto child = nursery->take();
  ASSERT_TRUE(child);
  ASSERT_TRUE(child->channel().send(8, {}));
  EXPECT_FALSE(child->channel().receive(10'000));
  EXPECT_EQ(child->reap(), "made a forbidden system call");
}

TEST(Nursery, GivesItsWorkersNothingThatCameLater) {
  static std::string secret;
  auto nursery = Nursery::start({}, [](Channel& channel) {
    static_cast<void>(channel.send(1, as_bytes(std::string_view(secret))));
  });
  ASSERT_TRUE(nursery);
  secret = "of another client";
  auto child = nursery->take();
  ASSERT_TRUE(child);
  const auto seen = child->channel().receive(10'000);
  ASSERT_TRUE(seen);
  EXPECT_EQ(as_text(seen->body), "");
}

TEST(Nursery, LeavesNoChildBehind) {
  for (int round = 0; round < 3; ++round) {
    auto nursery = Nursery::start({}, echo);
    ASSERT_TRUE(nursery);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(nursery->ask());
    if (round == 1) {
      auto taken = nursery->take();
      ASSERT_TRUE(taken) << taken.error().what;
    }
    if (round == 2) usleep(100'000);  // all are born
  }
  errno = 0;
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

/// The only child that we have.
pid_t only_child() {
  std::ifstream list("/proc/thread-self/children");
  pid_t pid = -1;
  list >> pid;
  return pid;
}

// It may be killed between a birth and the word of it: then nobody knows the worker's number.
TEST(Nursery, LeavesNoChildBehindWhereItIsKilledAtABirth) {
  for (unsigned round = 0; round < 60; ++round) {
    auto nursery = Nursery::start({}, echo);
    ASSERT_TRUE(nursery);
    const pid_t pid = only_child();
    ASSERT_GT(pid, 0);
    for (int i = 0; i < 8; ++i) ASSERT_TRUE(nursery->ask());
    auto taken = nursery->take();
    ASSERT_TRUE(taken) << taken.error().what;
    usleep(round * 37);
    kill(pid, SIGKILL);
    { const Nursery ended = std::move(*nursery); }
    ASSERT_TRUE(taken->channel().send(1, as_bytes(std::string_view("still here"))));
    EXPECT_TRUE(taken->channel().receive(10'000)) << "one that was taken lives on";
    taken->reap();
    errno = 0;
    ASSERT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "in round " << round;
    ASSERT_EQ(errno, ECHILD);
  }
}

}  // namespace
}  // namespace antidotary::jail
