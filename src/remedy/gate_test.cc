#include "remedy/gate.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "remedy/fake_host.h"

namespace antidotary::remedy {
namespace {

using ::testing::HasSubstr;

void expect_refused(const Error& error) {
  EXPECT_EQ(error.kind, ErrorKind::refused);
  EXPECT_THAT(error.what, HasSubstr("nothing is written"));
}

class GateTest : public ::testing::Test {
 protected:
  GateTest() : state_(host_.state()), remedy_(*FakeHost::remedy(state_)) {}
  void hibernate() { host_.scratch().file("tree/hiberfil.sys", "hibr and a session"); }

  FakeHost host_;
  files::Root state_;
  Remedy remedy_;
};

TEST_F(GateTest, RefusesARunOnAHibernatedDisk) {
  host_.add_usual_steps();
  hibernate();
  const std::string before = host_.picture();
  const auto run = remedy_.apply(host_.tree(), host_.plan());
  ASSERT_FALSE(run.has_value());
  expect_refused(run.error());
  EXPECT_EQ(host_.picture(), before);
  EXPECT_TRUE(remedy_.runs()->empty());
}

// The disk may have been booted, and hibernated, since the run.
TEST_F(GateTest, RefusesEveryWayBackOntoAHibernatedDisk) {
  host_.add_usual_steps();
  const auto run = remedy_.apply(host_.tree(), host_.plan());
  ASSERT_TRUE(run.has_value()) << run.error().what;
  hibernate();
  const std::string before = host_.picture();
  expect_refused(remedy_.undo(run->id).error());
  expect_refused(remedy_.resume(run->id).error());
  expect_refused(remedy_.restore(run->id + "/3").error());
  EXPECT_EQ(host_.picture(), before);
  ASSERT_EQ(unlink(host_.path("hiberfil.sys").c_str()), 0);
  const auto undone = remedy_.undo(run->id);
  ASSERT_TRUE(undone.has_value()) << undone.error().what;
  EXPECT_EQ(undone->state, RunState::undone);
}

TEST_F(GateTest, LooksAtWhatIsThereAndNotAtItsSize) {
  // Larger than what may be mapped; sparse.
  hibernate();
  ASSERT_EQ(truncate(host_.path("hiberfil.sys").c_str(), off_t{6} << 30), 0);
  EXPECT_FALSE(may_be_written(host_.tree()));
  host_.scratch().file("tree/hiberfil.sys", "wake");
  EXPECT_TRUE(may_be_written(host_.tree()));
  ASSERT_EQ(unlink(host_.path("hiberfil.sys").c_str()), 0);
  ASSERT_EQ(symlink("nowhere", host_.path("hiberfil.sys").c_str()), 0);
  EXPECT_FALSE(may_be_written(host_.tree()));
}

}  // namespace
}  // namespace antidotary::remedy
