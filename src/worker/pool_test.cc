// Method: real workers; processes are killed under the pool, and it has to go on.
#include "worker/pool.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "files/scratch.h"
#include "scan/specimens.h"

namespace antidotary::worker {
namespace {

using testing::HasSubstr;

std::vector<pid_t> children() {
  std::ifstream in(fmt::format("/proc/self/task/{}/children", getpid()));
  std::vector<pid_t> out;
  for (pid_t one = 0; in >> one;) out.push_back(one);
  return out;
}

scan::Knowledge knowledge() {
  scan::Knowledge out;
  out.encyclopedia = &scan::specimens::encyclopedia();
  return out;
}

class PoolAhead : public testing::Test {
 protected:
  scan::Verdict verdict() {
    scan::Verdict out = scan::Verdict::incomplete;
    files::Fd file(open(scratch_.file("object", "words").c_str(), O_RDONLY | O_CLOEXEC));
    pool_.scan({std::move(file), 5, "object", {}},
               [&out](scan::Report&& report) { out = report.verdict(); });
    pool_.finish();
    return out;
  }

  files::Scratch scratch_;
  Pool pool_{knowledge(), {}, 1, Manner{.ahead = true}};
};

TEST_F(PoolAhead, FoundsItsNurseryAgain) {
  ASSERT_TRUE(pool_.warm());
  EXPECT_EQ(verdict(), scan::Verdict::clean);
  EXPECT_EQ(pool_.take_trouble(), "");
  for (const pid_t one : children()) {
    kill(one, SIGKILL);
    siginfo_t ended{};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(one), &ended, WEXITED | WNOWAIT), 0);
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(verdict(), scan::Verdict::clean) << i;
  EXPECT_THAT(pool_.take_trouble(), HasSubstr("another one is started"));
  EXPECT_EQ(pool_.take_trouble(), "") << "it is told once";
  EXPECT_GE(children().size(), 2u) << "a worker, and the nursery that bore it";
}

}  // namespace
}  // namespace antidotary::worker
