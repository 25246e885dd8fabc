// A run is killed before and after every single act (and halfway through every write), and must
// then come to a whole state: forward by `resume`, back by `undo`, with nothing lost.
#include "remedy/fake_host.h"

namespace antidotary::remedy {
namespace {

enum class Way { resume, undo };

// What the one run of a tree is called; empty where it never began.
std::string only_run(Remedy& remedy) {
  const auto runs = remedy.runs();
  EXPECT_TRUE(runs.has_value());
  if (!runs || runs->empty()) return "";
  EXPECT_EQ(runs->size(), 1u);
  return runs->front().id;
}

// The tree of a clean run, as it looks but for folders' times and the hive's.
struct Cleaned {
  static void expect(const FakeHost& host, const std::string& when) {
    EXPECT_FALSE(host.exists("WINDOWS/videodrv.exe")) << when;
    EXPECT_FALSE(host.exists("WINDOWS/eml.tmp")) << when;
    EXPECT_EQ(host.content("WINDOWS/system32/config/software"),
              std::string("3hive..\0\0\0\0\0\0\0\0\0..initial\0\0..end", 32))
        << when;
    EXPECT_EQ(host.content("WINDOWS/win.ini"), "[windows]\r\nrun=         a.exe\r\n") << when;
    std::size_t names = 0;
    for (const auto& entry : std::filesystem::directory_iterator(host.path("WINDOWS"))) {
      names += entry.path().empty() ? 0 : 1;
    }
    EXPECT_EQ(names, 3u) << when << ": something was left in WINDOWS";
  }
};

void expect_original(const FakeHost& host, const std::string& when) {
  EXPECT_EQ(host.picture(), host.original()) << when;
}

std::string said(const Result<remedy::Run>& run) { return run ? "" : run.error().what; }

// Ends what was begun, one way or the other, in this process.
void recover(FakeHost& host, Way way, const std::string& when) {
  const files::Root state = host.state();
  auto remedy = FakeHost::remedy(state);
  ASSERT_TRUE(remedy.has_value()) << when << ": " << remedy.error().what;
  const std::string id = only_run(*remedy);
  if (id.empty()) {
    expect_original(host, when + ", never began");
    return;
  }
  const bool was_cut = remedy->show(id)->state == RunState::cut;
  if (way == Way::resume) {
    const auto run = remedy->resume(id);
    ASSERT_TRUE(run.has_value()) << when << ": " << said(run);
    EXPECT_EQ(run->state, RunState::applied) << when;
    Cleaned::expect(host, when);
  } else {
    const auto run = remedy->undo(id);
    ASSERT_TRUE(run.has_value()) << when << ": " << said(run);
    EXPECT_EQ(run->state, RunState::undone) << when << (was_cut ? ", cut" : ", whole");
    expect_original(host, when);
  }
}

bool apply_whole(FakeHost& host) {
  const files::Root state = host.state();
  const files::Root tree = host.tree();
  auto remedy = FakeHost::remedy(state);
  if (!remedy) return false;
  const auto run = remedy->apply(tree, host.plan());
  return run && run->state == RunState::applied;
}

bool undo_whole(FakeHost& host) {
  const files::Root state = host.state();
  auto remedy = FakeHost::remedy(state);
  if (!remedy) return false;
  const auto run = remedy->undo(remedy->runs().value().front().id);
  return run && run->state == RunState::undone;
}

TEST(KilledApply, IsResumedToItsEndFromEveryInstant) {
  int n = 0;
  for (bool killed = true; killed; ++n) {
    FakeHost host;
    host.add_usual_steps();
    killed = killed_at(n, [&] { return apply_whole(host); });
    recover(host, Way::resume, fmt::format("killed at {}", n));
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(n, 150);
}

TEST(KilledApply, IsUndoneToTheLastTimeFromEveryInstant) {
  int n = 0;
  for (bool killed = true; killed; ++n) {
    FakeHost host;
    host.add_usual_steps();
    killed = killed_at(n, [&] { return apply_whole(host); });
    recover(host, Way::undo, fmt::format("killed at {}", n));
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(n, 150);
}

// After the cut an undo is asked for once more, or the cut one is brought to its end: both ways
// lead to the tree as it was.
TEST(KilledUndo, ReachesTheOriginalFromEveryInstant) {
  for (const Way way : {Way::resume, Way::undo}) {
    int n = 0;
    for (bool killed = true; killed; ++n) {
      FakeHost host;
      host.add_usual_steps();
      ASSERT_TRUE(apply_whole(host));
      killed = killed_at(n, [&] { return undo_whole(host); });
      const std::string when = fmt::format("undo killed at {}", n);
      const files::Root state = host.state();
      auto remedy = FakeHost::remedy(state);
      const std::string id = only_run(*remedy);
      const remedy::Run between = remedy->show(id).value();
      // Killed before its first line an undo was never asked for; killed after its last it is done.
      if (between.state == RunState::cut) {
        const auto run = way == Way::resume ? remedy->resume(id) : remedy->undo(id);
        ASSERT_TRUE(run.has_value()) << when << ": " << said(run);
        EXPECT_EQ(run->state, RunState::undone) << when;
        expect_original(host, when);
      } else if (between.state == RunState::applied) {
        Cleaned::expect(host, when);
      } else {
        EXPECT_EQ(between.state, RunState::undone) << when;
        expect_original(host, when);
      }
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(n, 100);
  }
}

// Killed while it recovers from a kill. One file and one value, so that all pairs can be tried.
TEST(KilledTwice, StillReachesAWholeState) {
  for (const Way way : {Way::resume, Way::undo}) {
    int n = 0;
    int pairs = 0;
    for (bool first = true; first; n += 1) {
      for (int m = 0;; m += 5) {
        FakeHost host;
        host.add_value("VALUE-ONE");
        host.add_file("WINDOWS/videodrv.exe");
        first = killed_at(n, [&] { return apply_whole(host); });
        const files::Root state = host.state();
        auto remedy = FakeHost::remedy(state);
        const std::string id = only_run(*remedy);
        if (id.empty()) break;
        const bool second = killed_at(m + n % 5, [&] {
          const auto run = way == Way::resume ? remedy->resume(id) : remedy->undo(id);
          return run.has_value();
        });
        ++pairs;
        const std::string when = fmt::format("killed at {}, then at {}", n, m + n % 5);
        const auto back = remedy->undo(id);
        ASSERT_TRUE(back.has_value()) << when << ": " << said(back);
        // A second undo of what was just undone applies that again, as far as it had come.
        if (back->state == RunState::undone) {
          expect_original(host, when);
        } else {
          EXPECT_TRUE(back->state == RunState::applied || back->state == RunState::partly) << when;
          const auto again = remedy->undo(id);
          ASSERT_TRUE(again.has_value()) << when << ": " << said(again);
          expect_original(host, when);
        }
        if (::testing::Test::HasFailure()) return;
        if (!second) break;
      }
    }
    EXPECT_GT(pairs, 200);
  }
}

// The way forward a second time (undo of an undo) is cut as well.
TEST(KilledRedo, IsResumedOrUndoneFromEveryInstant) {
  for (const Way way : {Way::resume, Way::undo}) {
    for (int n = 0;; ++n) {
      FakeHost host;
      host.add_usual_steps();
      ASSERT_TRUE(apply_whole(host));
      ASSERT_TRUE(undo_whole(host));
      const bool killed = killed_at(n, [&] {
        const files::Root state = host.state();
        auto remedy = FakeHost::remedy(state);
        const auto run = remedy->undo(remedy->runs().value().front().id);
        return run && run->state == RunState::applied;
      });
      const std::string when = fmt::format("redo killed at {}", n);
      const files::Root state = host.state();
      auto remedy = FakeHost::remedy(state);
      const std::string id = only_run(*remedy);
      if (remedy->show(id)->state == RunState::undone) {
        expect_original(host, when);
      } else {
        recover(host, way, when);
      }
      if (::testing::Test::HasFailure()) return;
      if (!killed) break;
    }
  }
}

}  // namespace
}  // namespace antidotary::remedy
