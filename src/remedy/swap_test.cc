// Swaps at the one instant that matters, each made to happen there: what the race finds by luck.
#include <gmock/gmock.h>

#include "remedy/fake_host.h"

namespace antidotary::remedy {
namespace {

using ::testing::HasSubstr;
using namespace std::string_view_literals;

class SwapTest : public ::testing::Test {
 protected:
  ~SwapTest() override { files::set_checkpoint(nullptr); }

  /// Does `what` once, at the first checkpoint of that name for which `when` holds.
  static void at(std::string_view name, std::function<bool()> when, std::function<void()> what) {
    files::set_checkpoint([=, done = false](const char* place) mutable {
      if (done || name != place || !when()) return;
      done = true;
      what();
    });
  }
  /// The private folder beside the worm, below the tree; empty where there is none.
  std::string private_folder() const {
    for (const auto& entry : std::filesystem::directory_iterator(host_.path("WINDOWS"))) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(".antidotary-")) return "WINDOWS/" + name;
    }
    return "";
  }
  std::function<bool()> folder_made() const {
    return [this] { return !private_folder().empty(); };
  }
  std::function<bool()> file_moved() const {
    return [this] { return !private_folder().empty() && host_.exists(private_folder() + "/file"); };
  }
  StepResult apply() {
    const files::Root tree = host_.tree();
    const auto run = FakeHost::remedy(state_)->apply(tree, host_.plan());
    files::set_checkpoint(nullptr);
    EXPECT_TRUE(run.has_value());
    if (!run) return {};
    id_ = run->id;
    return run->steps[0];
  }
  StepResult undo() {
    const auto run = FakeHost::remedy(state_)->undo(id_);
    files::set_checkpoint(nullptr);
    EXPECT_TRUE(run.has_value());
    return run ? run->steps[0] : StepResult{};
  }
  void exchange(const std::string& a, const std::string& b) const {
    EXPECT_EQ(::renameat2(AT_FDCWD, host_.path(a).c_str(), AT_FDCWD, host_.path(b).c_str(),
                          RENAME_EXCHANGE),
              0);
  }
  FakeHost host_;
  files::Root state_ = host_.state();
  std::string id_;
};

TEST_F(SwapTest, AFileThatTookItsPlaceIsGivenBack) {
  host_.add_file("WINDOWS/videodrv.exe");
  // Like the worm in all but identity: size and time.
  host_.scratch().file("tree/WINDOWS/twin.exe", "an honest twin..");
  std::filesystem::last_write_time(
      host_.path("WINDOWS/twin.exe"),
      std::filesystem::last_write_time(host_.path("WINDOWS/videodrv.exe")));
  at("mkdir:after", folder_made(), [&] { exchange("WINDOWS/videodrv.exe", "WINDOWS/twin.exe"); });
  const StepResult step = apply();
  EXPECT_EQ(step.outcome, StepOutcome::refused);
  EXPECT_THAT(step.detail, HasSubstr("another file took its name"));
  EXPECT_EQ(host_.content("WINDOWS/videodrv.exe"), "an honest twin..");
  EXPECT_EQ(host_.content("WINDOWS/twin.exe"), "the worm's body\n");
  EXPECT_EQ(private_folder(), "");
}

TEST_F(SwapTest, AFileThatIsWrittenToAfterItsCopyIsGivenBack) {
  host_.add_file("WINDOWS/videodrv.exe");
  at("rename:after", file_moved(),
     [&] { host_.scratch().file("tree/" + private_folder() + "/file", "written by another"); });
  EXPECT_EQ(apply().outcome, StepOutcome::refused);
  EXPECT_EQ(host_.content("WINDOWS/videodrv.exe"), "written by another");
  EXPECT_TRUE(FakeHost::remedy(state_)->quarantine()->empty());
}

TEST_F(SwapTest, WhatCannotBeGivenBackStaysBesideAndIsNamed) {
  host_.add_file("WINDOWS/videodrv.exe");
  at("rename:after", file_moved(), [&] {
    host_.scratch().file("tree/" + private_folder() + "/file", "written by another");
    host_.scratch().file("tree/WINDOWS/videodrv.exe", "newer");
  });
  const StepResult step = apply();
  EXPECT_EQ(step.outcome, StepOutcome::refused);
  EXPECT_EQ(host_.content("WINDOWS/videodrv.exe"), "newer");
  ASSERT_NE(private_folder(), "");
  EXPECT_EQ(host_.content(private_folder() + "/file"), "written by another");
  EXPECT_THAT(step.detail, HasSubstr(private_folder().substr(8) + "/file"));
}

TEST_F(SwapTest, AFileThatVanishesIsRefused) {
  host_.add_file("WINDOWS/videodrv.exe");
  at("mkdir:after", folder_made(),
     [&] { std::filesystem::remove(host_.path("WINDOWS/videodrv.exe")); });
  EXPECT_EQ(apply().outcome, StepOutcome::refused);
  EXPECT_EQ(private_folder(), "");
}

// The folder that was opened is the one that is acted in, whatever its path leads to by then.
TEST_F(SwapTest, AFolderSwappedForALinkLeadsNowhereElse) {
  host_.add_file("WINDOWS/videodrv.exe");
  host_.scratch().file("outside/videodrv.exe", "outside");
  std::filesystem::create_symlink("../outside", host_.path("link"));
  at("mkdir:after", folder_made(), [&] { exchange("WINDOWS", "link"); });
  const StepResult step = apply();
  EXPECT_EQ(step.outcome, StepOutcome::done);
  EXPECT_FALSE(host_.exists("link/videodrv.exe"));
  EXPECT_EQ(files::Scratch::content(host_.scratch().path("outside/videodrv.exe")), "outside");
  EXPECT_EQ(undo().outcome, StepOutcome::failed);  // its place is behind a link now
  EXPECT_EQ(files::Scratch::content(host_.scratch().path("outside/videodrv.exe")), "outside");
  exchange("WINDOWS", "link");
  EXPECT_EQ(undo().outcome, StepOutcome::undone);
  EXPECT_EQ(host_.content("WINDOWS/videodrv.exe"), "the worm's body\n");
}

TEST_F(SwapTest, ARestoreFindsWhatCameAtTheLastInstant) {
  host_.add_file("WINDOWS/videodrv.exe");
  apply();
  at("times:after", file_moved(),
     [&] { host_.scratch().file("tree/WINDOWS/videodrv.exe", "newer"); });
  EXPECT_EQ(undo().outcome, StepOutcome::kept);
  EXPECT_EQ(host_.content("WINDOWS/videodrv.exe"), "newer");
}

// Half an edit, and then bytes that are neither the old nor the new ones: hands off.
TEST_F(SwapTest, AHiveThatAnotherWroteToDuringTheCutIsLeftAlone) {
  const std::string hive = "WINDOWS/system32/config/software";
  host_.add_value("VALUE-ONE");
  for (int n = 0;; ++n) {
    ASSERT_LT(n, 200) << "no kill left the hive half edited";
    const bool killed = killed_at(n, [&] { return apply().outcome == StepOutcome::done; });
    ASSERT_TRUE(killed);
    if (host_.content(hive)[0] == '2') break;  // the first of two edits is in
    std::filesystem::remove_all(host_.scratch().path("state"));
    state_ = host_.state();
  }
  std::string bytes = host_.content(hive);
  bytes[bytes.find("VALUE-ONE") + 3] = '?';
  host_.scratch().file("tree/" + hive, bytes);
  auto remedy = FakeHost::remedy(state_);
  const auto run = remedy->resume(remedy->runs()->front().id);
  ASSERT_TRUE(run.has_value()) << run.error().what;
  EXPECT_EQ(run->steps[0].outcome, StepOutcome::refused);
  EXPECT_THAT(run->steps[0].detail, HasSubstr("offset 10"));
  EXPECT_EQ(host_.content(hive), bytes);
}

}  // namespace
}  // namespace antidotary::remedy
