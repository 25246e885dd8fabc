#include "remedy/run.h"

#include <fcntl.h>

#include <optional>

#include "core/text.h"
#include "files/act.h"
#include "files/state.h"
#include "remedy/carrier.h"
#include "remedy/gate.h"
#include "remedy/image/image_run.h"
#include "remedy/run_folder.h"

namespace antidotary::remedy {
namespace {

constexpr int id_attempts_max = 16;

Status check_plan(const files::Root& root, const plan::Plan& plan) {
  if (plan.version != plan::Plan::version_current) {
    return fail(ErrorKind::bad_input, "the plan is of version {}; this build carries out {}",
                plan.version, plan::Plan::version_current);
  }
  if (plan.root != root.path()) {
    const files::Root planned = ANTIDOTARY_TRY(files::Root::open(plan.root));
    const files::Stat there = ANTIDOTARY_TRY(files::stat_of(planned.descriptor()));
    if (!ANTIDOTARY_TRY(files::stat_of(root.descriptor())).same_object(there)) {
      return fail(ErrorKind::bad_input, "the plan is for {}, not for {}",
                  escape_for_terminal(plan.root), escape_for_terminal(root.path()));
    }
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].number == i + 1) continue;
    return fail(ErrorKind::bad_input, "step {} of the plan bears the number {}", i + 1,
                plan.steps[i].number);
  }
  return {};
}

bool lies_in(std::string_view path, std::string_view folder) {
  if (path == folder || folder == "/") return true;
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// Everything that is opened for one run, in the order in which it must be let go.
struct Work {
  files::Root tree;
  files::Stat tree_stat;
  files::Lock lock;
  files::Fd quarantine;
  Buffer key;
};

Result<Work> start_work(const files::Root& state, files::Root tree) {
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(tree.descriptor()));
  const files::Fd locks = ANTIDOTARY_TRY(state.open_directory("locks"));
  auto lock = files::Lock::take(locks.get(), fmt::format("tree-{}-{}", stat.device, stat.inode));
  if (!lock && lock.error().kind == ErrorKind::busy) {
    return fail(ErrorKind::busy, "another run is at work on {}", escape_for_terminal(tree.path()));
  }
  if (!lock) return tl::unexpected(std::move(lock).error());
  files::Fd quarantine = ANTIDOTARY_TRY(state.open_directory("quarantine"));
  Buffer key = ANTIDOTARY_TRY(files::local_key(state));
  return Work{std::move(tree), stat, std::move(*lock), std::move(quarantine), std::move(key)};
}

// A run of before, opened to go on with.
struct Reopened {
  Work work;
  RunFolder folder;
  Journal journal;
};

Result<Reopened> reopen(const files::Root& state, const std::string& id) {
  const Buffer key = ANTIDOTARY_TRY(files::local_key(state));
  // Read once for the tree's path, and again under the tree's lock.
  const std::string path = ANTIDOTARY_TRY(read_run_folder(state, id, key)).ledger.begin().root;
  files::Root tree = ANTIDOTARY_TRY(files::Root::open(path));
  Work work = ANTIDOTARY_TRY(start_work(state, std::move(tree)));
  RunFolder folder = ANTIDOTARY_TRY(read_run_folder(state, id, key));
  if (work.tree_stat.inode != folder.ledger.begin().root_inode) {
    return fail(ErrorKind::changed, "{} is not the folder that run {} changed",
                escape_for_terminal(path), id);
  }
  Journal journal = ANTIDOTARY_TRY(Journal::resume(folder.folder.get(), key, folder.journal));
  return Reopened{std::move(work), std::move(folder), std::move(journal)};
}

/// A run of before, to write to its tree.
Result<Reopened> reopen_to_write(const files::Root& state, const std::string& id) {
  Reopened out = ANTIDOTARY_TRY(reopen(state, id));
  ANTIDOTARY_CHECK(may_be_written(out.work.tree));
  return out;
}

Status turn(Carrier& carrier, Direction direction) {
  Event event;
  event.kind = EventKind::turn;
  event.direction = direction;
  ANTIDOTARY_CHECK(carrier.note(std::move(event)));
  return carry(carrier);
}

Status end_turn(Carrier& carrier) {
  Event event;
  event.kind = EventKind::end;
  event.direction = carrier.ledger.direction();
  return carrier.note(std::move(event));
}

// "<run>/<step>" as its parts.
Result<std::pair<std::string, std::uint32_t>> parse_item_id(const std::string& item_id) {
  const std::size_t slash = item_id.find('/');
  const std::string run = item_id.substr(0, slash);
  const std::string step = slash == std::string::npos ? "" : item_id.substr(slash + 1);
  std::uint32_t number = 0;
  for (const char c : step) {
    if (c < '0' || c > '9' || step.size() > 9) number = 0;
    if (c < '0' || c > '9' || step.size() > 9) break;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (is_run_id(run) && number != 0) return std::pair(run, number);
  return fail(ErrorKind::bad_input, "{} is not an item's id: <run>/<step>",
              escape_for_terminal(item_id));
}

}  // namespace

Result<Remedy> Remedy::open(const files::Root& state, HiveEditor editor, UnixClock clock) {
  for (const char* name : {"runs", "quarantine", "locks"}) {
    auto made = files::act::make_directory(state.descriptor(), name, 0700);
    if (!made && made.error().kind != ErrorKind::busy) {
      return tl::unexpected(std::move(made).error());
    }
  }
  (void)ANTIDOTARY_TRY(files::local_key(state));
  ANTIDOTARY_CHECK(files::act::sync(state.descriptor()));
  return Remedy(state, std::move(editor), std::move(clock));
}

Result<Run> Remedy::apply(const files::Root& root, const plan::Plan& plan) {
  ANTIDOTARY_CHECK(check_plan(root, plan));
  if (lies_in(state_->path(), root.path()) || lies_in(root.path(), state_->path())) {
    return fail(ErrorKind::bad_input,
                "the state folder {} and the tree {} lie one in the other: set ANTIDOTARY_STATE",
                escape_for_terminal(state_->path()), escape_for_terminal(root.path()));
  }
  files::Root tree = ANTIDOTARY_TRY(files::Root::open(root.path()));
  Work work = ANTIDOTARY_TRY(start_work(*state_, std::move(tree)));
  const files::Stat given = ANTIDOTARY_TRY(files::stat_of(root.descriptor()));
  if (!given.same_object(work.tree_stat)) {
    return fail(ErrorKind::changed, "{} is another folder now", escape_for_terminal(root.path()));
  }
  ANTIDOTARY_CHECK(may_be_written(work.tree));

  BeginFact begin;
  begin.root = root.path();
  begin.root_device = given.device;
  begin.root_inode = given.inode;
  begin.tool = "antidotary " ANTIDOTARY_VERSION;
  for (int attempt = 1;; ++attempt) {
    begin.run = ANTIDOTARY_TRY(new_run_id(clock_()));
    auto made = make_run_folder(*state_, begin.run, plan, begin, clock_(), work.key);
    if (made) break;
    if (made.error().kind != ErrorKind::busy || attempt == id_attempts_max) {
      return tl::unexpected(std::move(made).error());
    }
  }
  RunFolder folder = ANTIDOTARY_TRY(read_run_folder(*state_, begin.run, work.key));
  Journal journal = ANTIDOTARY_TRY(Journal::resume(folder.folder.get(), work.key, folder.journal));
  Carrier carrier{root,    work.quarantine.get(), work.key,      editor_, clock_, folder.plan,
                  journal, folder.ledger,         work.tree_stat};
  ANTIDOTARY_CHECK(turn(carrier, Direction::forward));
  return folder.ledger.summary(folder.plan);
}

Result<Run> Remedy::apply_to_image(const plan::Plan& plan) {
  return image::apply({*state_, editor_, clock_, hands_}, plan);
}

Result<Run> Remedy::undo(const std::string& run_id) {
  if (ANTIDOTARY_TRY(image::is_run_of_image(*state_, run_id))) {
    return image::undo({*state_, editor_, clock_, hands_}, run_id);
  }
  Reopened at = ANTIDOTARY_TRY(reopen_to_write(*state_, run_id));
  Ledger& ledger = at.folder.ledger;
  Carrier carrier{at.work.tree,     at.work.quarantine.get(), at.work.key, editor_,
                  clock_,           at.folder.plan,           at.journal,  ledger,
                  at.work.tree_stat};
  const bool was_cut = ledger.cut();
  ANTIDOTARY_CHECK(settle(carrier, false));
  if (ledger.turning()) ANTIDOTARY_CHECK(end_turn(carrier));
  // All is back, but something stands beside its place: doing the run again would take away what
  // a person is about to put right.
  if (!was_cut && !ledger.any_applied() && ledger.any(StepOutcome::kept)) {
    return ledger.summary(at.folder.plan);
  }
  const bool again = !was_cut && !ledger.any_applied() && ledger.any(StepOutcome::undone);
  ANTIDOTARY_CHECK(turn(carrier, again ? Direction::forward : Direction::back));
  return ledger.summary(at.folder.plan);
}

Result<Run> Remedy::resume(const std::string& run_id) {
  if (ANTIDOTARY_TRY(image::is_run_of_image(*state_, run_id))) {
    return image::resume({*state_, editor_, clock_, hands_}, run_id);
  }
  Reopened at = ANTIDOTARY_TRY(reopen_to_write(*state_, run_id));
  Ledger& ledger = at.folder.ledger;
  Carrier carrier{at.work.tree,     at.work.quarantine.get(), at.work.key, editor_,
                  clock_,           at.folder.plan,           at.journal,  ledger,
                  at.work.tree_stat};
  if (!ledger.cut()) return ledger.summary(at.folder.plan);
  ANTIDOTARY_CHECK(settle(carrier, true));
  // Cut before its first turn: nothing was done, and what was asked for is the way forward.
  if (ledger.turning()) {
    ANTIDOTARY_CHECK(carry(carrier));
  } else if (ledger.cut()) {
    ANTIDOTARY_CHECK(turn(carrier, Direction::forward));
  }
  return ledger.summary(at.folder.plan);
}

Result<StepResult> Remedy::restore(const std::string& item_id) {
  const auto [run_id, step] = ANTIDOTARY_TRY(parse_item_id(item_id));
  if (ANTIDOTARY_TRY(image::is_run_of_image(*state_, run_id))) {
    return fail(ErrorKind::refused,
                "{} lay on a disk image, into which no single file is put back: 'antidotary undo "
                "{}' puts back all that its run changed; 'quarantine release' writes it elsewhere",
                item_id, run_id);
  }
  Reopened at = ANTIDOTARY_TRY(reopen_to_write(*state_, run_id));
  Ledger& ledger = at.folder.ledger;
  if (ledger.cut()) {
    return fail(ErrorKind::busy, "run {} was cut: resume or undo it first", run_id);
  }
  if (step > ledger.steps() || !ledger.step(step).took_something() || !ledger.step(step).applied) {
    return fail(ErrorKind::not_found, "{} is not in quarantine, or was restored", item_id);
  }
  Carrier carrier{at.work.tree,     at.work.quarantine.get(), at.work.key, editor_,
                  clock_,           at.folder.plan,           at.journal,  ledger,
                  at.work.tree_stat};
  ANTIDOTARY_CHECK(carry_step(carrier, step, Direction::back));
  return ledger.summary(at.folder.plan).steps[step - 1];
}

Status Remedy::forget(const std::string& item_id) {
  const auto [run_id, step] = ANTIDOTARY_TRY(parse_item_id(item_id));
  if (ANTIDOTARY_TRY(image::is_run_of_image(*state_, run_id))) {
    return image::forget({*state_, editor_, clock_, hands_}, run_id, step);
  }
  Reopened at = ANTIDOTARY_TRY(reopen(*state_, run_id));
  Ledger& ledger = at.folder.ledger;
  if (ledger.cut()) {
    return fail(ErrorKind::busy, "run {} was cut: resume or undo it first", run_id);
  }
  if (step > ledger.steps() || !ledger.step(step).took_something() || ledger.step(step).forgotten) {
    return fail(ErrorKind::not_found, "{} is not in quarantine", item_id);
  }
  Carrier carrier{at.work.tree,     at.work.quarantine.get(), at.work.key, editor_,
                  clock_,           at.folder.plan,           at.journal,  ledger,
                  at.work.tree_stat};
  Event event;
  event.kind = EventKind::forgotten;
  event.step = step;
  ANTIDOTARY_CHECK(carrier.note(std::move(event)));
  auto removed = files::act::remove(at.work.quarantine.get(), carrier.item_name(step));
  if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
  return files::act::sync(at.work.quarantine.get());
}

}  // namespace antidotary::remedy
