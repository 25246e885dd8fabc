#include "remedy/run.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "remedy/fake_host.h"

namespace antidotary::remedy {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> outcomes(const remedy::Run& run) {
  std::vector<std::string> names;
  for (const StepResult& step : run.steps) names.emplace_back(enum_name(step.outcome));
  return names;
}

class RunTest : public ::testing::Test {
 protected:
  RunTest() : state_(host_.state()), tree_(host_.tree()), remedy_(*FakeHost::remedy(state_)) {}
  remedy::Run apply() {
    auto run = remedy_.apply(tree_, host_.plan());
    EXPECT_TRUE(run.has_value()) << (run ? "" : run.error().what);
    return run.value_or(remedy::Run{});
  }
  remedy::Run undo(const std::string& id) {
    auto run = remedy_.undo(id);
    EXPECT_TRUE(run.has_value()) << (run ? "" : run.error().what);
    return run.value_or(remedy::Run{});
  }
  FakeHost host_;
  files::Root state_;
  files::Root tree_;
  Remedy remedy_;
};

TEST_F(RunTest, CarriesOutEveryStepAndUndoesThemToTheLastTime) {
  host_.add_usual_steps();
  const remedy::Run run = apply();
  EXPECT_EQ(run.state, RunState::applied);
  EXPECT_THAT(outcomes(run), Each("done"));
  EXPECT_FALSE(host_.exists("WINDOWS/videodrv.exe"));
  EXPECT_FALSE(host_.exists("WINDOWS/eml.tmp"));
  EXPECT_EQ(host_.content("WINDOWS/system32/config/software"),
            std::string("3hive..\0\0\0\0\0\0\0\0\0..initial\0\0..end", 32));
  EXPECT_EQ(host_.content("WINDOWS/notepad.exe"), "innocent");

  const remedy::Run back = undo(run.id);
  EXPECT_EQ(back.state, RunState::undone);
  EXPECT_THAT(outcomes(back), Each("undone"));
  EXPECT_EQ(host_.picture(), host_.original());
}

TEST_F(RunTest, RefusesWhatWaitsForAStepThatWasRefused) {
  host_.add_line();
  host_.plan().steps[0].line->before.back() = std::byte{'?'};
  host_.add_file("WINDOWS/videodrv.exe").waits_for = std::vector<std::uint32_t>{1};
  host_.add_file("WINDOWS/eml.tmp").waits_for = std::vector<std::uint32_t>{2};
  const remedy::Run run = apply();
  EXPECT_THAT(outcomes(run), Each("refused"));
  EXPECT_EQ(run.steps[1].detail, "it waits for step 1, which was not carried out");
  EXPECT_EQ(host_.picture(), host_.original());
}

TEST_F(RunTest, RefusesALineThatIsNotAsThePlanSays) {
  const std::string path = host_.path("WINDOWS/win.ini");
  const auto rewritten = [&](const std::string& text) {
    host_.plan().steps.clear();
    host_.add_line();
    const int file = ::open(path.c_str(), O_WRONLY | O_TRUNC);
    EXPECT_EQ(::write(file, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(file);
    const remedy::Run run = apply();
    EXPECT_THAT(outcomes(run), ElementsAre("refused")) << text;
    EXPECT_EQ(host_.content("WINDOWS/win.ini"), text);
    std::ofstream(path) << "[windows]\r\nrun=worm.exe,a.exe\r\n";
  };
  rewritten("[windows]\r\nrun=worm.exe");
  rewritten("[windows]\r\nrun=worm.exe,a.exe,b.exe\r\n");
  rewritten("[windows]\r\nrun=worm.exe,a.exe2\n");
  rewritten("[windows]\r\nrun=other.exe,a.ex\r\n");
  host_.plan().steps.clear();
  host_.add_line();
  ASSERT_EQ(::link(path.c_str(), host_.path("WINDOWS/second.ini").c_str()), 0);
  EXPECT_THAT(outcomes(apply()), ElementsAre("refused"));
}

TEST_F(RunTest, UndoneTwiceIsAppliedAgainAndUndoneThriceIsUndone) {
  host_.add_usual_steps();
  const remedy::Run run = apply();
  const std::string cleaned = host_.picture(false);
  undo(run.id);
  const remedy::Run again = undo(run.id);
  EXPECT_EQ(again.state, RunState::applied);
  // The hives' times are those of the second writing.
  EXPECT_FALSE(host_.exists("WINDOWS/videodrv.exe"));
  EXPECT_EQ(host_.content("WINDOWS/system32/config/software")[0], '3');
  EXPECT_EQ(undo(run.id).state, RunState::undone);
  EXPECT_EQ(host_.picture(), host_.original());
}

TEST_F(RunTest, LeavesWhatThePlanLeaves) {
  host_.add_file("WINDOWS/videodrv.exe").left = "a genuine file of Windows";
  host_.add_file("WINDOWS/eml.tmp").act = plan::Act::advise;
  const remedy::Run run = apply();
  EXPECT_THAT(outcomes(run), ElementsAre("left", "left"));
  EXPECT_EQ(run.steps[0].detail, "a genuine file of Windows");
  EXPECT_EQ(host_.picture(), host_.original());
}

TEST_F(RunTest, RefusesAFileThatIsNotAsThePlanSays) {
  host_.add_file("WINDOWS/videodrv.exe");
  host_.add_file("WINDOWS/eml.tmp").file->sha256 = sha256_hex({});
  host_.add_file("WINDOWS/notepad.exe").file->node.inode += 1;
  host_.scratch().file("tree/WINDOWS/videodrv.exe", "the worm's body!");  // same size
  const std::string before = host_.picture();
  const remedy::Run run = apply();
  EXPECT_EQ(run.state, RunState::partly);
  EXPECT_THAT(outcomes(run), ElementsAre("refused", "refused", "refused"));
  EXPECT_THAT(run.steps[0].detail, HasSubstr("its content is another one"));
  EXPECT_THAT(run.steps[2].detail, HasSubstr("another file bears this name"));
  EXPECT_EQ(host_.picture(), before);
  EXPECT_TRUE(remedy_.quarantine()->empty());
}

TEST_F(RunTest, RefusesLinksHardAndSymbolicAndWhatIsGone) {
  host_.add_file("WINDOWS/videodrv.exe");
  host_.add_file("WINDOWS/eml.tmp");
  host_.add_file("WINDOWS/notepad.exe");
  host_.add_file("WINDOWS/system32/config/software");
  std::filesystem::create_hard_link(host_.path("WINDOWS/videodrv.exe"), host_.path("second"));
  std::filesystem::remove(host_.path("WINDOWS/eml.tmp"));
  std::filesystem::rename(host_.path("WINDOWS/notepad.exe"), host_.path("moved.exe"));
  std::filesystem::create_symlink("../moved.exe", host_.path("WINDOWS/notepad.exe"));
  std::filesystem::rename(host_.path("WINDOWS/system32"), host_.path("real"));
  std::filesystem::create_symlink("../real", host_.path("WINDOWS/system32"));
  const std::string before = host_.picture();
  const remedy::Run run = apply();
  EXPECT_THAT(outcomes(run), ElementsAre("refused", "refused", "refused", "refused"));
  EXPECT_THAT(run.steps[0].detail, HasSubstr("2 names"));
  EXPECT_THAT(run.steps[3].detail, HasSubstr("link"));
  EXPECT_EQ(host_.picture(), before);
}

TEST_F(RunTest, RefusesAHiveThatDoesNotHoldTheValue) {
  host_.add_value("VALUE-SIX");
  host_.add_value("VALUE-ONE");
  EXPECT_THAT(outcomes(apply()), ElementsAre("refused", "done"));
}

// Each answer breaks one rule of what a jailed worker may say.
TEST_F(RunTest, BelievesNoEditThatTheJailMayNotAnswer) {
  const auto one = [](std::uint64_t offset, std::size_t before, std::size_t after) {
    return regf::Edit{offset, Buffer(before, std::byte{'h'}), Buffer(after)};
  };
  const std::vector<std::vector<regf::Edit>> answers{
      {one(1, 1, 2)},                   // changes the length
      {one(1, 0, 0)},                   // empty
      {one(32, 1, 1)},                  // outside
      {one(0xffffffffffffffff, 1, 1)},  // far outside
      {one(1, 1, 1), one(1, 1, 1)},     // overlap
      {one(2, 1, 1), one(1, 1, 1)},     // not in order
      {one(3, 1, 1)},                   // not what stands there ('v')
  };
  const std::string before = host_.picture();
  host_.add_value("VALUE-ONE");
  for (const auto& answer : answers) {
    auto remedy = Remedy::open(
        state_, [&](int, const plan::Step&, std::uint64_t) { return answer; }, FakeHost::clock());
    const auto run = remedy->apply(tree_, host_.plan());
    ASSERT_TRUE(run.has_value());
    EXPECT_NE(run->steps[0].outcome, StepOutcome::done);
    EXPECT_EQ(host_.picture(), before);
  }
}

TEST_F(RunTest, HandsTheJailADescriptorThatCannotWrite) {
  host_.add_value("VALUE-ONE");
  auto remedy = Remedy::open(
      state_,
      [](int hive, const plan::Step&, std::uint64_t) -> Result<std::vector<regf::Edit>> {
        EXPECT_EQ(::fcntl(hive, F_GETFL) & O_ACCMODE, O_RDONLY);
        return fail(ErrorKind::worker_died, "killed");
      },
      FakeHost::clock());
  EXPECT_THAT(outcomes(*remedy->apply(tree_, host_.plan())), ElementsAre("failed"));
}

TEST_F(RunTest, UndoNeverOverwritesSomethingNewer) {
  host_.add_file("WINDOWS/videodrv.exe");
  const remedy::Run run = apply();
  host_.scratch().file("tree/WINDOWS/videodrv.exe", "newer");
  const remedy::Run back = undo(run.id);
  EXPECT_EQ(back.state, RunState::partly_undone);
  EXPECT_THAT(outcomes(back), ElementsAre("kept"));
  EXPECT_EQ(host_.content("WINDOWS/videodrv.exe"), "newer");
  const std::string beside = "WINDOWS/videodrv.exe.antidotary-restored-" + run.id;
  EXPECT_EQ(host_.content(beside), "the worm's body\n");
  EXPECT_THAT(back.steps[0].detail, HasSubstr(beside));
}

TEST_F(RunTest, UndoKeepsAHiveThatWasChangedSince) {
  host_.add_value("VALUE-ONE");
  const remedy::Run run = apply();
  std::string hive = host_.content("WINDOWS/system32/config/software");
  hive[0] = '7';
  host_.scratch().file("tree/WINDOWS/system32/config/software", hive);
  const remedy::Run back = undo(run.id);
  EXPECT_THAT(outcomes(back), ElementsAre("kept"));
  EXPECT_THAT(back.steps[0].detail, HasSubstr("changed since"));
  EXPECT_EQ(host_.content("WINDOWS/system32/config/software"), hive);
}

TEST_F(RunTest, UndoLeavesTheTimeOfAFolderThatAnotherChanged) {
  host_.add_file("WINDOWS/videodrv.exe");
  const remedy::Run run = apply();
  host_.scratch().file("tree/WINDOWS/new.txt", "new");
  const timespec times[2] = {{1'700'000'000, 0}, {1'700'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, host_.path("WINDOWS").c_str(), times, 0), 0);
  EXPECT_EQ(undo(run.id).state, RunState::undone);
  struct stat status {};
  ASSERT_EQ(::stat(host_.path("WINDOWS").c_str(), &status), 0);
  EXPECT_NE(status.st_mtim.tv_sec, 1'056'700'001);
}

TEST_F(RunTest, ASwappedOrChangedItemIsNeverRestored) {
  host_.add_file("WINDOWS/videodrv.exe");
  host_.add_file("WINDOWS/eml.tmp");
  const remedy::Run run = apply();
  const std::string folder = host_.scratch().path("state/quarantine/");
  const std::string first = folder + run.id + "-1.item";
  const std::string second = folder + run.id + "-2.item";
  std::filesystem::copy_file(second, first, std::filesystem::copy_options::overwrite_existing);
  std::string bytes = files::Scratch::content(second);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  host_.scratch().file("state/quarantine/" + run.id + "-2.item", bytes);

  const remedy::Run back = undo(run.id);
  EXPECT_THAT(outcomes(back), ElementsAre("failed", "failed"));
  EXPECT_THAT(back.steps[0].detail, HasSubstr("not that of this step"));
  EXPECT_THAT(back.steps[1].detail, HasSubstr("was changed"));
  EXPECT_FALSE(host_.exists("WINDOWS/videodrv.exe"));
  EXPECT_FALSE(host_.exists("WINDOWS/eml.tmp"));
}

TEST_F(RunTest, SaysWhichLineOfAJournalIsDamaged) {
  host_.add_usual_steps();
  const remedy::Run run = apply();
  const std::string journal = "state/runs/" + run.id + "/journal";
  std::string text = files::Scratch::content(host_.scratch().path(journal));
  const std::size_t third = text.find('\n', text.find('\n') + 1) + 1;
  text[third + 70] ^= 1;
  host_.scratch().file(journal, text);
  const auto back = remedy_.undo(run.id);
  ASSERT_FALSE(back.has_value());
  EXPECT_EQ(back.error().kind, ErrorKind::malformed);
  EXPECT_THAT(back.error().what, HasSubstr("line 3"));
  const auto runs = remedy_.runs().value();
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].state, RunState::cut);
  EXPECT_THAT(runs[0].steps[0].detail, HasSubstr("line 3"));
}

TEST_F(RunTest, RefusesAChangedPlanOfARun) {
  host_.add_usual_steps();
  const remedy::Run run = apply();
  const std::string path = "state/runs/" + run.id + "/plan.json";
  std::string text = files::Scratch::content(host_.scratch().path(path));
  text.replace(text.find("clean"), 5, "CLEAN");
  host_.scratch().file(path, text);
  EXPECT_EQ(remedy_.undo(run.id).error().kind, ErrorKind::malformed);
}

TEST_F(RunTest, RefusesPlansThatAreNotForThisTree) {
  host_.add_usual_steps();
  plan::Plan other = host_.plan();
  other.version = 2;
  EXPECT_EQ(remedy_.apply(tree_, other).error().kind, ErrorKind::bad_input);
  other = host_.plan();
  other.root = host_.path("WINDOWS");
  EXPECT_EQ(remedy_.apply(tree_, other).error().kind, ErrorKind::bad_input);
  other = host_.plan();
  other.steps[1].number = 7;
  EXPECT_EQ(remedy_.apply(tree_, other).error().kind, ErrorKind::bad_input);
  other.root = host_.scratch().path();
  const files::Root around = files::Root::open(host_.scratch().path()).value();
  other.steps[1].number = 2;
  const auto inside = remedy_.apply(around, other);
  EXPECT_EQ(inside.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(inside.error().what, HasSubstr("ANTIDOTARY_STATE"));
  EXPECT_EQ(host_.picture(), host_.original());
  EXPECT_TRUE(remedy_.runs()->empty());
}

TEST_F(RunTest, OneRunAtATimeOnOneTree) {
  host_.add_usual_steps();
  const remedy::Run run = apply();
  struct stat status {};
  ASSERT_EQ(::stat(host_.path("").c_str(), &status), 0);
  const auto locks = state_.open_directory("locks").value();
  const auto held =
      files::Lock::take(locks.get(), fmt::format("tree-{}-{}", status.st_dev, status.st_ino));
  ASSERT_TRUE(held.has_value());
  EXPECT_EQ(remedy_.apply(tree_, host_.plan()).error().kind, ErrorKind::busy);
  EXPECT_EQ(remedy_.undo(run.id).error().kind, ErrorKind::busy);
}

TEST_F(RunTest, ListsRestoresExportsAndForgetsItems) {
  host_.add_file("WINDOWS/videodrv.exe");
  host_.add_file("WINDOWS/eml.tmp");
  const remedy::Run run = apply();
  auto items = remedy_.quarantine().value();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].id, run.id + "/1");
  EXPECT_EQ(items[0].path, "WINDOWS/videodrv.exe");
  EXPECT_EQ(items[0].entry, "win32/mimail");
  EXPECT_EQ(items[0].sha256, host_.plan().steps[0].file->sha256);
  EXPECT_FALSE(items[0].restored);

  const std::string out = host_.scratch().path("out");
  ASSERT_TRUE(remedy_.export_item(items[0].id, out).has_value());
  EXPECT_EQ(files::Scratch::content(out), "the worm's body\n");
  EXPECT_EQ(remedy_.export_item(items[0].id, out).error().kind, ErrorKind::busy);
  EXPECT_EQ(remedy_.export_item("../../x/1", out).error().kind, ErrorKind::bad_input);

  EXPECT_EQ(remedy_.restore(items[0].id)->outcome, StepOutcome::undone);
  EXPECT_EQ(host_.content("WINDOWS/videodrv.exe"), "the worm's body\n");
  EXPECT_TRUE(remedy_.quarantine()->at(0).restored);
  EXPECT_EQ(remedy_.restore(items[0].id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(remedy_.show(run.id)->state, RunState::partly_undone);

  ASSERT_TRUE(remedy_.forget(items[1].id).has_value());
  EXPECT_EQ(remedy_.forget(items[1].id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(remedy_.quarantine()->size(), 1u);
  EXPECT_THAT(outcomes(undo(run.id)), ElementsAre("undone", "failed"));
}

TEST_F(RunTest, StoresNothingThatLooksLikeTheOriginal) {
  host_.add_file("WINDOWS/videodrv.exe");
  const remedy::Run run = apply();
  const std::string path = host_.scratch().path("state/quarantine/" + run.id + "-1.item");
  EXPECT_EQ(files::Scratch::content(path).find("worm's body"), std::string::npos);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(RunTest, SaysNotFoundForARunThatIsNot) {
  EXPECT_EQ(remedy_.undo("20260101-000000-ffff").error().kind, ErrorKind::not_found);
  EXPECT_EQ(remedy_.undo("../../etc").error().kind, ErrorKind::bad_input);
  EXPECT_EQ(remedy_.restore("20260101-000000-ffff/0").error().kind, ErrorKind::bad_input);
}

TEST_F(RunTest, KeepsTheCopyOfAFileWhoseFolderIsGoneAndPutsItBackLater) {
  host_.add_file("WINDOWS/videodrv.exe");
  const remedy::Run run = apply();
  std::filesystem::rename(host_.path("WINDOWS"), host_.path("WINNT"));
  EXPECT_THAT(outcomes(undo(run.id)), ElementsAre("failed"));
  EXPECT_FALSE(remedy_.quarantine()->at(0).restored);
  std::filesystem::rename(host_.path("WINNT"), host_.path("WINDOWS"));
  EXPECT_THAT(outcomes(undo(run.id)), ElementsAre("undone"));
  EXPECT_EQ(host_.content("WINDOWS/videodrv.exe"), "the worm's body\n");
}

}  // namespace
}  // namespace antidotary::remedy
