// The race: files are removed and put back while two attackers swap what their paths mean.
//
// One exchanges the files' folder for a link that leads out of the tree, to files of the same
// names; the other exchanges each file for an innocent one beside it. Both do so without pause.
// Whatever happens to the removals, nothing outside and nothing innocent may be touched.
// For the tests and for `make soak`.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/digest.h"
#include "files/fd.h"
#include "files/scratch.h"
#include "files/state.h"
#include "plan/plan.h"
#include "remedy/run.h"

namespace antidotary::remedy {

struct RaceCount {
  std::uint64_t removed = 0;
  std::uint64_t restored = 0;
  std::uint64_t refused = 0;  ///< Attempts that met an attacker.
  std::uint64_t swapped = 0;  ///< Refused after the file had been opened, because of its identity.
  std::uint64_t touched = 0;  ///< Files outside, or innocent ones, that are not as they were.
  std::string problem;        ///< Why the race itself could not be run.
};

class Race {
 public:
  static constexpr std::uint32_t batch_files = 100;

  Race() {
    scratch_.folder("tree/d");
    for (std::uint32_t i = 0; i < batch_files; ++i) {
      scratch_.file("outside/" + name("v", i), "outside");
      scratch_.file("tree/d/" + name("innocent", i), "innocent");
    }
    (void)!::symlink("../outside", scratch_.path("tree/link").c_str());
    folder_ = files::Fd(::open(scratch_.path("tree/d").c_str(), O_RDONLY | O_DIRECTORY));
    top_ = files::Fd(::open(scratch_.path("tree").c_str(), O_RDONLY | O_DIRECTORY));
  }
  Race(const Race&) = delete;  // attackers know this one by its folder
  Race& operator=(const Race&) = delete;
  ~Race() { stop(); }

  /// Removes `count` files, putting a tenth of them back, under both attacks.
  RaceCount run(std::uint64_t count) {
    RaceCount total;
    start();
    for (std::uint64_t batch = 0; total.removed < count && total.problem.empty(); ++batch) {
      batch_of(total, batch % 10 == 0);
    }
    stop();
    total.touched = touched();
    return total;
  }

  /// What open, check, unlink by path does in the same place: files outside that it deleted.
  std::uint64_t naive(std::uint64_t tries) {
    start();
    for (std::uint64_t i = 0; i < tries; ++i) {
      const auto number = static_cast<std::uint32_t>(i % batch_files);
      const std::string path = scratch_.path("tree/d/" + name("v", number));
      make_victim(number);
      struct stat status {};
      const files::Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW));
      if (!file.valid() || ::fstat(file.get(), &status) != 0 || status.st_size != 6) continue;
      ::unlink(path.c_str());
    }
    stop();
    std::uint64_t gone = 0;
    for (std::uint32_t i = 0; i < batch_files; ++i) {
      if (files::Scratch::content(scratch_.path("outside/" + name("v", i))) != "outside") ++gone;
    }
    return gone;
  }

 private:
  static std::string name(const char* kind, std::uint32_t i) { return kind + std::to_string(i); }

  void make_victim(std::uint32_t i) const {
    const files::Fd file(::openat(folder_.get(), name("v", i).c_str(),
                                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    if (file.valid()) (void)!::write(file.get(), "victim", 6);
  }

  void attack(const std::function<void()>& once) {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) {
      attackers_.push_back(child);
      return;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (::getppid() == parent) once();
    ::_exit(0);
  }

  // One process for both attacks: the machine may have no more than two processors. It puts
  // the folder right again and rests a moment, so that most removals get as far as their last
  // check.
  void start() {
    attack([this, i = std::uint32_t{0}]() mutable {
      i = (i + 1) % batch_files;
      swap_folder();
      swap_file(i);
      swap_folder();
      ::usleep(1);
    });
  }
  void swap_folder() const { ::renameat2(top_.get(), "d", top_.get(), "link", RENAME_EXCHANGE); }
  void swap_file(std::uint32_t i) const {
    ::renameat2(folder_.get(), name("v", i).c_str(), folder_.get(), name("innocent", i).c_str(),
                RENAME_EXCHANGE);
  }

  void stop() {
    for (const pid_t attacker : attackers_) {
      ::kill(attacker, SIGKILL);
      ::waitpid(attacker, nullptr, 0);
    }
    attackers_.clear();
  }

  // Who is still there, by inode: the swaps move the names about.
  struct Victim {
    std::uint32_t number = 0;
    std::uint64_t inode = 0;
  };

  plan::Plan plan_for(const std::vector<Victim>& victims) const {
    plan::Plan plan;
    plan.root = root_path_;
    for (const Victim& victim : victims) {
      plan::Step& step = plan.steps.emplace_back();
      step.number = static_cast<std::uint32_t>(plan.steps.size());
      step.act = plan::Act::quarantine_file;
      step.file.emplace();
      step.file->path = "d/" + name("v", victim.number);
      step.file->node.device = device_;
      step.file->node.inode = victim.inode;
      step.file->node.size_bytes = 6;
      step.file->sha256 = victim_sha256_;
    }
    return plan;
  }

  void batch_of(RaceCount& total, bool put_back) {
    std::filesystem::remove_all(scratch_.path("state"));
    const auto tree = files::Root::open(scratch_.path("tree"));
    const auto state = files::open_state(scratch_.path("state"));
    if (!tree || !state) {
      total.problem = tree ? state.error().what : tree.error().what;
      return;
    }
    auto remedy = Remedy::open(*state, nullptr, [] { return std::uint64_t{1'795'000'000}; });
    root_path_ = tree->path();
    std::vector<Victim> left = make_victims();
    while (!left.empty() && remedy) {
      const auto run = remedy->apply(*tree, plan_for(left));
      if (!run) {
        total.problem = run.error().what;
        return;
      }
      std::vector<Victim> still;
      for (const StepResult& step : run->steps) {
        if (step.outcome == StepOutcome::done) {
          ++total.removed;
          continue;
        }
        ++total.refused;
        if (step.detail.find("another file") != std::string::npos) ++total.swapped;
        still.push_back(left[step.number - 1]);
      }
      left = std::move(still);
      if (put_back) restore(*remedy, run->id, total);
      put_back = false;
    }
  }

  // What comes back is taken out of the way; what landed outside is counted at the end.
  void restore(Remedy& remedy, const std::string& id, RaceCount& total) {
    const auto run = remedy.undo(id);
    if (!run) {
      total.problem = run.error().what;
      return;
    }
    for (const StepResult& step : run->steps) {
      if (step.outcome == StepOutcome::undone || step.outcome == StepOutcome::kept) {
        ++total.restored;
      }
    }
    restored_ = true;
  }

  std::vector<Victim> make_victims() {
    if (restored_) {
      clear_restored();
      restored_ = false;
    }
    std::vector<Victim> victims;
    for (std::uint32_t i = 0; i < batch_files; ++i) {
      const files::Fd file(::openat(folder_.get(), name("v", i).c_str(),
                                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
      struct stat status {};
      if (!file.valid() || ::write(file.get(), "victim", 6) != 6 ||
          ::fstat(file.get(), &status) != 0) {
        continue;
      }
      device_ = status.st_dev;
      victims.push_back({i, status.st_ino});
    }
    return victims;
  }

  // With the attackers halted: every name that holds a victim's bytes goes, innocents get theirs.
  void clear_restored() {
    for (const pid_t attacker : attackers_) ::kill(attacker, SIGSTOP);
    const auto in_folder = files::Root::open("/proc/self/fd/" + std::to_string(folder_.get()));
    const auto nodes = in_folder ? in_folder->list("") : Result<std::vector<files::Named>>{};
    for (const files::Named& node : *nodes) {
      if (node.stat.size_bytes == 6) ::unlinkat(folder_.get(), node.name.c_str(), 0);
    }
    for (std::uint32_t i = 0; i < batch_files; ++i) {
      ::renameat2(folder_.get(), name("v", i).c_str(), folder_.get(), name("innocent", i).c_str(),
                  RENAME_NOREPLACE);
    }
    for (const pid_t attacker : attackers_) ::kill(attacker, SIGCONT);
  }

  std::uint64_t touched() const {
    std::uint64_t wrong = 0;
    std::uint64_t outside = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.path("outside"))) {
      ++outside;
      if (files::Scratch::content(entry.path().string()) != "outside") ++wrong;
    }
    wrong += outside > batch_files ? outside - batch_files : batch_files - outside;
    std::uint64_t innocent = 0;
    const std::string folder = "/proc/self/fd/" + std::to_string(folder_.get());
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (files::Scratch::content(entry.path().string()) == "innocent") ++innocent;
    }
    return wrong + (innocent > batch_files ? innocent - batch_files : batch_files - innocent);
  }

  files::Scratch scratch_;
  files::Fd folder_;
  files::Fd top_;
  std::vector<pid_t> attackers_;
  std::string root_path_;
  std::string victim_sha256_ = sha256_hex(view_of("victim", 6));
  std::uint64_t device_ = 0;
  bool restored_ = false;
};

}  // namespace antidotary::remedy
