// Runs on a disk image: carried out, undone to the same SHA-256, refused where the image is not as
// it was or would not be as meant, and killed at every act.
#include "remedy/image/image_run.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "core/record.h"
#include "core/text.h"
#include "remedy/fake_host.h"
#include "remedy/image/fake_disk.h"

namespace antidotary::remedy {
namespace {

using ::testing::HasSubstr;

constexpr const char* hive = "WINDOWS/system32/config/SOFTWARE";

/// The hive's bytes 4096 on, "VALUE-ONE", become zeros.
Result<std::vector<regf::Edit>> zero_value(int descriptor, const plan::Step&, std::uint64_t) {
  regf::Edit edit{4096, Buffer(9), Buffer(9)};
  const auto got = ANTIDOTARY_TRY(files::read_at(descriptor, edit.offset, edit.before));
  if (got != edit.before.size()) return fail(ErrorKind::truncated, "a short hive");
  return std::vector<regf::Edit>{edit};
}

class ImageRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    hive_content_ = std::string(4096, 'h') + "VALUE-ONE" + std::string(5000, 'h');
    disk_.file("WINDOWS/worm.exe", std::string(20'000, 'w'));
    disk_.file("WINDOWS/small.tmp", "small");
    disk_.file("WINDOWS/win.ini", "[windows]\r\nrun=worm.exe\r\n");
    disk_.file(hive, hive_content_);
    if (!disk_.make()) GTEST_SKIP() << "mkntfs or ntfs_fill is not there";
    before_ = disk_.sha256();
    state_ = disk_.scratch().path("state");
    for (const char* path : {"WINDOWS/worm.exe", "WINDOWS/small.tmp", "WINDOWS/win.ini", hive}) {
      records_[path] = disk_.record(path);
    }
  }

  plan::Step step(plan::Act act, const std::string& path, std::string_view content) {
    plan::Step out;
    out.number = static_cast<std::uint32_t>(plan_.steps.size() + 1);
    out.act = act;
    out.entry = "win32/mimail";
    out.variant = "a";
    out.what = "clean " + path;
    out.volume = "volume 1";
    out.file.emplace();
    out.file->path = path;
    out.file->node.inode = records_[path];
    out.file->node.size_bytes = content.size();
    out.file->sha256 = sha256_hex(as_bytes(content));
    return out;
  }
  void add_file(const std::string& path, std::string_view content) {
    plan_.steps.push_back(step(plan::Act::quarantine_file, path, content));
  }
  void add_value() {
    plan::Step out = step(plan::Act::remove_value, hive, hive_content_);
    out.registry.emplace();
    out.registry->hive = hive;
    out.registry->hive_node = out.file->node;
    out.file.reset();
    plan_.steps.push_back(std::move(out));
  }
  void add_line() {
    const std::string_view whole = "[windows]\r\nrun=worm.exe\r\n";
    plan::Step out = step(plan::Act::edit_line, "WINDOWS/win.ini", whole);
    out.line = ByteEdit{11, to_buffer(as_bytes(std::string_view("run=worm.exe"))),
                        to_buffer(as_bytes(std::string_view("run=        ")))};
    plan_.steps.push_back(std::move(out));
  }
  void add_all() {
    add_value();
    add_line();
    add_file("WINDOWS/worm.exe", std::string(20'000, 'w'));
    add_file("WINDOWS/small.tmp", "small");
  }
  /// The plan as it would be made now.
  const plan::Plan& plan() {
    plan_.root = disk_.path();
    plan_.image = disk_.fact();
    return plan_;
  }

  Result<Remedy> remedy(const files::Root& state) {
    Remedy out = ANTIDOTARY_TRY(Remedy::open(state, zero_value, FakeHost::clock()));
    ImageHands hands;
    hands.program = disk_.program();
    hands.may_be_written = [this](const std::string&, const plan::ImageFact&) { return may_; };
    hands.prove = [this](const Claim& claim) {
      touched_ = claim.touched.size();
      return proof_;
    };
    out.work_on_images(hands);
    return out;
  }
  Result<remedy::Run> apply() {
    const files::Root state = files::open_state(state_).value();
    auto out = remedy(state);
    if (!out) return tl::unexpected(out.error());
    return out->apply_to_image(plan());
  }
  using Act = Result<remedy::Run> (Remedy::*)(const std::string&);
  Result<remedy::Run> act(Act way, const std::string& id) {
    const files::Root state = files::open_state(state_).value();
    auto out = remedy(state);
    if (!out) return tl::unexpected(out.error());
    return ((*out).*way)(id);
  }
  std::string only_run() {
    const files::Root state = files::open_state(state_).value();
    const auto runs = remedy(state)->runs().value();
    return runs.empty() ? "" : runs.front().id;
  }
  void expect_cleaned() {
    EXPECT_EQ(disk_.content("WINDOWS/worm.exe"), "");
    EXPECT_EQ(disk_.content("WINDOWS/small.tmp"), "");
    EXPECT_EQ(disk_.content("WINDOWS/win.ini"), "[windows]\r\nrun=        \r\n");
    EXPECT_TRUE(disk_.content(hive) ==
                std::string(4096, 'h') + std::string(9, '\0') + std::string(5000, 'h'));
    EXPECT_TRUE(disk_.is_sound());
  }

  FakeDisk disk_;
  plan::Plan plan_;
  std::string hive_content_;
  std::string before_;
  std::string state_;
  std::map<std::string, std::uint64_t> records_;
  Status may_;
  Status proof_;
  std::size_t touched_ = 0;
};

TEST_F(ImageRunTest, IsCarriedOutUndoneAndCarriedOutAgain) {
  add_all();
  const auto run = apply();
  ASSERT_TRUE(run.has_value()) << run.error().what;
  EXPECT_EQ(run->state, RunState::applied) << to_json(*run).dump();
  EXPECT_EQ(touched_, 4u);
  expect_cleaned();
  const std::string cleaned = disk_.sha256();
  EXPECT_EQ(act(&Remedy::undo, run->id)->state, RunState::undone);
  EXPECT_EQ(disk_.sha256(), before_);
  EXPECT_EQ(act(&Remedy::undo, run->id)->state, RunState::applied);
  EXPECT_EQ(disk_.sha256(), cleaned);
  EXPECT_EQ(act(&Remedy::undo, run->id)->state, RunState::undone);
  EXPECT_EQ(disk_.sha256(), before_);
}

TEST_F(ImageRunTest, QuarantineHasTheFilesAndGivesNoneBackAlone) {
  add_all();
  const std::string id = apply().value().id;
  const files::Root state = files::open_state(state_).value();
  auto remedy = this->remedy(state).value();
  const auto items = remedy.quarantine().value();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].path, "WINDOWS/worm.exe");
  EXPECT_FALSE(items[0].restored);
  ASSERT_TRUE(remedy.export_item(items[0].id, disk_.path("worm")).has_value());
  EXPECT_EQ(files::Scratch::content(disk_.path("worm")), std::string(20'000, 'w'));
  const auto restored = remedy.restore(items[0].id);
  ASSERT_FALSE(restored.has_value());
  EXPECT_THAT(restored.error().what, HasSubstr("antidotary undo " + id));
  ASSERT_TRUE(remedy.forget(items[0].id).has_value());
  EXPECT_EQ(remedy.undo(id)->state, RunState::undone);
  EXPECT_EQ(disk_.sha256(), before_) << "undo needs no item";
}

TEST_F(ImageRunTest, AStepThatDoesNotFitIsRefusedAndTheOthersAreDone) {
  add_file("WINDOWS/worm.exe", "another content of another size");
  add_file("WINDOWS/small.tmp", "SMALL");
  add_line();
  plan_.steps.back().waits_for = {1};
  add_value();
  const auto run = apply();
  ASSERT_TRUE(run.has_value()) << run.error().what;
  EXPECT_EQ(run->state, RunState::partly);
  EXPECT_EQ(run->steps[0].outcome, StepOutcome::refused);
  EXPECT_EQ(run->steps[1].outcome, StepOutcome::refused);
  EXPECT_EQ(run->steps[2].outcome, StepOutcome::refused);
  EXPECT_THAT(run->steps[2].detail, HasSubstr("waits for step 1"));
  EXPECT_EQ(run->steps[3].outcome, StepOutcome::done);
  EXPECT_TRUE(disk_.content("WINDOWS/worm.exe") == std::string(20'000, 'w'));
  EXPECT_EQ(act(&Remedy::undo, run->id)->state, RunState::undone);
  EXPECT_EQ(disk_.sha256(), before_);
}

TEST_F(ImageRunTest, NothingIsWrittenOfWhatCannotBeProven) {
  add_all();
  proof_ = fail(ErrorKind::refused, "it would still be infected");
  const auto run = apply();
  ASSERT_TRUE(run.has_value()) << run.error().what;
  EXPECT_EQ(run->state, RunState::partly);
  for (const StepResult& one : run->steps) {
    EXPECT_EQ(one.outcome, StepOutcome::failed);
    EXPECT_THAT(one.detail, HasSubstr("still be infected; the image is as it was"));
  }
  EXPECT_EQ(disk_.sha256(), before_);
  EXPECT_EQ(act(&Remedy::undo, run->id)->state, RunState::partly) << "there is nothing to undo";
  EXPECT_EQ(disk_.sha256(), before_);
}

TEST_F(ImageRunTest, AVolumeInDoubtIsNotWrittenToNorUndone) {
  add_all();
  may_ = fail(ErrorKind::refused, "hibernated");
  EXPECT_EQ(apply().error().kind, ErrorKind::refused);
  may_ = {};
  const std::string id = apply().value().id;
  const std::string cleaned = disk_.sha256();
  may_ = fail(ErrorKind::refused, "hibernated");
  EXPECT_EQ(act(&Remedy::undo, id).error().kind, ErrorKind::refused);
  EXPECT_EQ(disk_.sha256(), cleaned);
}

TEST_F(ImageRunTest, AnImageThatChangedSinceThePlanIsRefused) {
  add_all();
  const plan::Plan old = plan();
  disk_.scratch().file("disk.raw", files::Scratch::content(disk_.path()) + "x");
  const files::Root state = files::open_state(state_).value();
  const auto run = remedy(state)->apply_to_image(old);
  ASSERT_FALSE(run.has_value());
  EXPECT_EQ(run.error().kind, ErrorKind::changed);
}

TEST_F(ImageRunTest, UndoLeavesAnImageThatSomebodyElseWroteTo) {
  add_all();
  const std::string id = apply().value().id;
  std::string whole = files::Scratch::content(disk_.path());
  const std::size_t at = whole.find("run=        ");
  ASSERT_NE(at, std::string::npos);
  whole[at + 4] = 'x';
  disk_.scratch().file("disk.raw", whole);
  const auto undone = act(&Remedy::undo, id);
  ASSERT_FALSE(undone.has_value());
  EXPECT_EQ(undone.error().kind, ErrorKind::changed);
  EXPECT_THAT(undone.error().what, HasSubstr("by somebody else"));
  EXPECT_EQ(files::Scratch::content(disk_.path()), whole);
  // What was done beside our blocks stays.
  whole[at + 4] = ' ';
  whole.back() = '!';
  disk_.scratch().file("disk.raw", whole);
  EXPECT_EQ(act(&Remedy::undo, id)->state, RunState::undone);
  EXPECT_EQ(files::Scratch::content(disk_.path()).back(), '!');
}

TEST_F(ImageRunTest, BlocksThatWereTamperedWithAreNotPutBack) {
  add_all();
  const std::string id = apply().value().id;
  const std::string cleaned = disk_.sha256();
  std::string blocks = files::Scratch::content(state_ + "/runs/" + id + "/blocks");
  blocks[blocks.size() / 2] ^= 1;
  disk_.scratch().file("state/runs/" + id + "/blocks", blocks);
  EXPECT_EQ(act(&Remedy::undo, id).error().kind, ErrorKind::malformed);
  EXPECT_EQ(disk_.sha256(), cleaned);
}

// The journal's disk is full when the blocks are to be kept: files of more than so many bytes.
TEST_F(ImageRunTest, NothingIsWrittenWhereTheBlocksCannotBeKept) {
  add_file("WINDOWS/small.tmp", "small");
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{20'000, 20'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto run = apply();
    const bool told = run && run->state == RunState::partly &&
                      run->steps[0].outcome == StepOutcome::failed &&
                      run->steps[0].detail.find("keeping the blocks") != std::string::npos;
    if (!told) std::fputs(run ? to_json(*run).dump().c_str() : run.error().what.c_str(), stderr);
    ::_exit(told ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(disk_.sha256(), before_);
}

TEST_F(ImageRunTest, AProgramThatDiesCostsTheRunAndNothingElse) {
  add_all();
  const files::Root state = files::open_state(state_).value();
  auto remedy = Remedy::open(state, zero_value, FakeHost::clock()).value();
  ImageHands hands;
  hands.program = disk_.path("dies");
  std::filesystem::create_symlink(ANTIDOTARY_BINARY_DIR "/bin/hostile_ntfs", hands.program);
  hands.prove = [](const Claim&) { return Status{}; };
  remedy.work_on_images(hands);
  const auto run = remedy.apply_to_image(plan());
  ASSERT_TRUE(run.has_value()) << run.error().what;
  EXPECT_EQ(run->state, RunState::partly);
  EXPECT_THAT(run->steps[0].detail, HasSubstr("the NTFS program"));
  EXPECT_EQ(disk_.sha256(), before_);
}

// One file, so that every act can be tried. The way forward, killed, then both ways out; the way
// back, killed, then both ways out.
TEST_F(ImageRunTest, ReachesAWholeStateFromEveryInstant) {
  add_file("WINDOWS/small.tmp", "small");
  const std::string original = files::Scratch::content(disk_.path());
  ASSERT_EQ(apply()->state, RunState::applied);
  const std::string cleaned = files::Scratch::content(disk_.path());
  const std::string cleaned_sha256 = disk_.sha256();
  const std::string applied_state = state_;
  int written = 0;
  for (const Act way : {Act(&Remedy::resume), Act(&Remedy::undo)}) {
    bool killed = true;
    for (int n = 0; killed; ++n) {
      SCOPED_TRACE(n);
      disk_.scratch().file("disk.raw", original);
      state_ = disk_.scratch().path(fmt::format("state-{}-{}", way == Act(&Remedy::undo), n));
      killed = killed_at(n, [&] {
        const auto run = apply();
        return run && run->state == RunState::applied;
      });
      const std::string id = only_run();
      const std::string now = disk_.sha256();
      if (id.empty()) {
        ASSERT_EQ(now, before_) << "never began";
        continue;
      }
      written += now != before_ ? 1 : 0;
      const auto run = act(way, id);
      ASSERT_TRUE(run.has_value()) << run.error().what;
      ASSERT_TRUE(run->state != RunState::cut);
      if (way == Act(&Remedy::resume) && run->state == RunState::applied) {
        // Folders get the time of the removal, so no two runs leave the same bytes.
        ASSERT_EQ(disk_.content("WINDOWS/small.tmp"), "");
        ASSERT_EQ(act(&Remedy::undo, id)->state, RunState::undone);
      }
      ASSERT_EQ(disk_.sha256(), before_);
    }
  }
  EXPECT_GT(written, 20);
  for (const Act way : {Act(&Remedy::resume), Act(&Remedy::undo)}) {
    bool killed = true;
    for (int n = 0; killed; ++n) {
      SCOPED_TRACE(n);
      disk_.scratch().file("disk.raw", cleaned);
      state_ = disk_.scratch().path(fmt::format("back-{}-{}", way == Act(&Remedy::undo), n));
      std::filesystem::copy(applied_state, state_, std::filesystem::copy_options::recursive);
      const std::string id = only_run();
      killed = killed_at(n, [&] {
        const auto run = act(&Remedy::undo, id);
        return run && run->state == RunState::undone;
      });
      const files::Root state = files::open_state(state_).value();
      const RunState between = remedy(state)->show(id)->state;
      if (between == RunState::cut) {
        ASSERT_EQ(act(way, id)->state, RunState::undone);
      }
      ASSERT_EQ(disk_.sha256(), between == RunState::applied ? cleaned_sha256 : before_);
    }
  }
}

}  // namespace
}  // namespace antidotary::remedy
