#include "remedy/image/image_run.h"

#include <algorithm>
#include <optional>

#include "core/text.h"
#include "files/act.h"
#include "files/state.h"
#include "remedy/carrier.h"
#include "remedy/image/block_journal.h"
#include "remedy/image/image_steps.h"
#include "remedy/run_folder.h"

namespace antidotary::remedy::image {
namespace {

constexpr int id_attempts_max = 16;

Status check_plan(const plan::Plan& plan) {
  if (plan.version != plan::Plan::version_current || !plan.image) {
    return fail(ErrorKind::bad_input, "the plan is not one for a disk image of this version");
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].number == i + 1) continue;
    return fail(ErrorKind::bad_input, "step {} of the plan bears the number {}", i + 1,
                plan.steps[i].number);
  }
  return {};
}

/// The image, held alone: by its own locks, and by one in this state folder.
struct Held {
  DiskFile disk;
  files::Lock lock;
};

Result<Held> hold(const files::Root& state, const std::string& path, const plan::ImageFact& image,
                  Identity identity) {
  DiskFile disk = ANTIDOTARY_TRY(DiskFile::open(path, image.parts, identity));
  const files::Fd locks = ANTIDOTARY_TRY(state.open_directory("locks"));
  const plan::ImagePart& first = image.parts.front();
  auto lock = files::Lock::take(locks.get(), fmt::format("tree-{}-{}", first.device, first.inode));
  if (!lock && lock.error().kind == ErrorKind::busy) {
    return fail(ErrorKind::busy, "another run is at work on {}", escape_for_terminal(path));
  }
  if (!lock) return tl::unexpected(std::move(lock).error());
  return Held{std::move(disk), std::move(*lock)};
}

/// A run's folder and journal, open to go on with.
struct Book {
  Buffer key;
  RunFolder folder;
  Journal journal;
  files::Fd quarantine;
  const UnixClock& clock;

  Ledger& ledger() { return folder.ledger; }
  Run summary() const { return folder.ledger.summary(folder.plan); }
  Status note(Event event) {
    event.time_unix_s = clock();
    ANTIDOTARY_CHECK(journal.append(event));
    return folder.ledger.enter(event);
  }
  Status note_turn(Direction direction) {
    Event event;
    event.kind = EventKind::turn;
    event.direction = direction;
    return note(std::move(event));
  }
  Status note_end(Direction direction) {
    Event event;
    event.kind = EventKind::end;
    event.direction = direction;
    return note(std::move(event));
  }
  Status note_result(std::uint32_t step, Direction direction, StepOutcome outcome,
                     std::string detail) {
    Event event;
    event.kind = EventKind::result;
    event.step = step;
    event.direction = direction;
    event.outcome = outcome;
    event.detail = std::move(detail);
    if (outcome == StepOutcome::done || outcome == StepOutcome::undone) {
      event.after = After{true, 0, 0, 0};
    }
    return note(std::move(event));
  }
};

Result<Book> open_book(const Desk& desk, const std::string& id) {
  Buffer key = ANTIDOTARY_TRY(files::local_key(desk.state));
  RunFolder folder = ANTIDOTARY_TRY(read_run_folder(desk.state, id, key));
  Journal journal = ANTIDOTARY_TRY(Journal::resume(folder.folder.get(), key, folder.journal));
  files::Fd quarantine = ANTIDOTARY_TRY(desk.state.open_directory("quarantine"));
  return Book{std::move(key), std::move(folder), std::move(journal), std::move(quarantine),
              desk.clock};
}

Result<std::string> begin_run(const Desk& desk, const plan::Plan& plan) {
  const Buffer key = ANTIDOTARY_TRY(files::local_key(desk.state));
  BeginFact begin;
  begin.root = plan.root;
  begin.root_device = plan.image->parts.front().device;
  begin.root_inode = plan.image->parts.front().inode;
  begin.tool = "antidotary " ANTIDOTARY_VERSION;
  for (int attempt = 1;; ++attempt) {
    begin.run = ANTIDOTARY_TRY(new_run_id(desk.clock()));
    const auto made = make_run_folder(desk.state, begin.run, plan, begin, desk.clock(), key);
    if (made) return begin.run;
    if (made.error().kind != ErrorKind::busy || attempt == id_attempts_max) {
      return tl::unexpected(made.error());
    }
  }
}

/// Why the image may not be written to as it stands.
Status gate(const Desk& desk, const plan::Plan& plan) {
  if (!desk.hands.may_be_written) return {};
  return desk.hands.may_be_written(plan.root, *plan.image);
}

/// The way forward, up to the moment at which the blocks are known.
class Forward {
 public:
  Forward(const Desk& desk, Book& book, DiskFile& disk)
      : desk_(desk), book_(book), disk_(disk), overlay_(disk), work_{book.folder.plan,
                                                                     desk.hands,
                                                                     desk.editor,
                                                                     desk.clock,
                                                                     book.quarantine.get(),
                                                                     book.key,
                                                                     book.ledger().begin()} {}

  /// The whole way. An error leaves a run that is cut.
  Status go() {
    ImageSteps steps(work_, overlay_);
    const Status made = carry_all(steps);
    if (!made) return give_up(made.error());
    if (in_overlay_.empty()) return book_.note_end(Direction::forward);
    auto blocks = proven_blocks(steps);
    if (!blocks) return give_up(blocks.error());
    const auto kept = keep_blocks(book_.folder.folder.get(), *blocks);
    if (!kept) return give_up(kept.error());
    if (const Status same = check_blocks(disk_, *blocks, Side::before); !same) {
      return give_up(same.error());
    }
    Event event;
    event.kind = EventKind::blocks;
    event.blocks = *kept;
    ANTIDOTARY_CHECK(book_.note(std::move(event)));
    if (const Status written = write_blocks(disk_, *blocks, Side::after); !written) {
      ANTIDOTARY_CHECK(write_blocks(disk_, *blocks, Side::before));
      return give_up(written.error());
    }
    for (const std::uint32_t step : in_overlay_) {
      ANTIDOTARY_CHECK(book_.note_result(step, Direction::forward, StepOutcome::done, ""));
    }
    return book_.note_end(Direction::forward);
  }

 private:
  bool is_in_overlay(std::uint32_t step) const {
    return std::find(in_overlay_.begin(), in_overlay_.end(), step) != in_overlay_.end();
  }

  /// The first step that this one waits for and that is not done; 0 where there is none.
  std::uint32_t missing_before(std::uint32_t step) const {
    const auto& waits_for = work_.plan.steps[step - 1].waits_for;
    if (!waits_for) return 0;
    const auto missing = std::find_if(waits_for->begin(), waits_for->end(),
                                      [&](std::uint32_t other) { return !is_in_overlay(other); });
    return missing == waits_for->end() ? 0 : *missing;
  }

  /// Error: the overlay is in no state to be used.
  Status carry_all(ImageSteps& steps) {
    for (std::uint32_t step = 1; step <= book_.ledger().steps(); ++step) {
      if (!book_.ledger().step(step).todo) continue;
      if (const std::uint32_t missing = missing_before(step); missing != 0) {
        ANTIDOTARY_CHECK(book_.note_result(
            step, Direction::forward, StepOutcome::refused,
            fmt::format("it waits for step {}, which was not carried out", missing)));
        continue;
      }
      const auto carried = steps.carry(step);
      if (carried) {
        in_overlay_.push_back(step);
        continue;
      }
      const Failure& failure = carried.error();
      if (!failure.settled) {
        return tl::unexpected(with_context(failure.error, fmt::format("step {}", step)));
      }
      ANTIDOTARY_CHECK(
          book_.note_result(step, Direction::forward, StepOutcome::refused, failure.error.what));
    }
    return in_overlay_.empty() ? Status{} : steps.close();
  }

  Result<std::vector<ByteEdit>> proven_blocks(const ImageSteps& steps) {
    auto blocks = ANTIDOTARY_TRY(overlay_.changes());
    if (!desk_.hands.prove) {
      return fail(ErrorKind::unsupported, "nothing here can prove what the image would be");
    }
    const auto planned = std::count_if(work_.plan.steps.begin(), work_.plan.steps.end(),
                                       [](const plan::Step& step) { return step.carried_out(); });
    const bool whole = static_cast<std::size_t>(planned) == in_overlay_.size();
    ANTIDOTARY_CHECK(desk_.hands.prove({blocks, steps.touched(), whole}));
    return blocks;
  }

  /// Nothing was written, or all of it taken back: every step that is not dealt with has failed.
  Status give_up(const Error& why) {
    for (std::uint32_t step = 1; step <= book_.ledger().steps(); ++step) {
      if (!book_.ledger().step(step).todo) continue;
      (void)files::act::remove(book_.quarantine.get(),
                               item_name_of(book_.ledger().begin().run, step));
      ANTIDOTARY_CHECK(book_.note_result(step, Direction::forward, StepOutcome::failed,
                                         why.what + "; the image is as it was"));
    }
    return book_.note_end(Direction::forward);
  }

  const Desk& desk_;
  Book& book_;
  DiskFile& disk_;
  Overlay overlay_;
  ImageWork work_;
  std::vector<std::uint32_t> in_overlay_;
};

/// Writes the blocks of one side, from wherever a cut may have left them.
Status go_to(Book& book, DiskFile& disk, Direction direction, bool was_cut) {
  Ledger& ledger = book.ledger();
  const Side side = direction == Direction::forward ? Side::after : Side::before;
  const Side other = direction == Direction::forward ? Side::before : Side::after;
  const auto blocks = ANTIDOTARY_TRY(read_blocks(book.folder.folder.get(), *ledger.blocks()));
  ANTIDOTARY_CHECK(was_cut ? check_blocks_either(disk, blocks) : check_blocks(disk, blocks, other));
  std::vector<std::uint32_t> steps;
  for (std::uint32_t step = 1; step <= ledger.steps(); ++step) {
    const StepOutcome outcome = ledger.step(step).outcome;
    const bool moves = outcome == StepOutcome::pending || outcome == StepOutcome::done ||
                       outcome == StepOutcome::undone;
    if (moves && book.folder.plan.steps[step - 1].carried_out()) steps.push_back(step);
  }
  if (!ledger.turning() || ledger.direction() != direction) {
    ANTIDOTARY_CHECK(book.note_turn(direction));
  }
  ANTIDOTARY_CHECK(write_blocks(disk, blocks, side));
  const StepOutcome outcome =
      direction == Direction::forward ? StepOutcome::done : StepOutcome::undone;
  for (const std::uint32_t step : steps) {
    ANTIDOTARY_CHECK(book.note_result(step, direction, outcome, ""));
  }
  return book.note_end(direction);
}

/// A run that was cut before anything could be written.
Status end_unwritten(Book& book) {
  Ledger& ledger = book.ledger();
  if (!ledger.turning()) ANTIDOTARY_CHECK(book.note_turn(Direction::forward));
  for (std::uint32_t step = 1; step <= ledger.steps(); ++step) {
    if (!ledger.step(step).todo) continue;
    (void)files::act::remove(book.quarantine.get(), item_name_of(ledger.begin().run, step));
    ANTIDOTARY_CHECK(book.note_result(
        step, ledger.direction(), StepOutcome::failed,
        "cut before anything was written; the image is as it was: run 'clean' again"));
  }
  return book.note_end(ledger.direction());
}

/// A run of before with its image, held.
struct Reopened {
  Held held;
  Book book;
};

Result<Reopened> reopen(const Desk& desk, const std::string& id) {
  const Buffer key = ANTIDOTARY_TRY(files::local_key(desk.state));
  // Read once for the image's path, and again under its lock.
  const plan::Plan plan = ANTIDOTARY_TRY(read_run_folder(desk.state, id, key)).plan;
  if (!plan.image) return fail(ErrorKind::bad_input, "run {} is not of a disk image", id);
  Held held = ANTIDOTARY_TRY(hold(desk.state, plan.root, *plan.image, Identity::same_size));
  ANTIDOTARY_CHECK(gate(desk, plan));
  Book book = ANTIDOTARY_TRY(open_book(desk, id));
  return Reopened{std::move(held), std::move(book)};
}

}  // namespace

Result<bool> is_run_of_image(const files::Root& state, const std::string& run_id) {
  const Buffer key = ANTIDOTARY_TRY(files::local_key(state));
  return ANTIDOTARY_TRY(read_run_folder(state, run_id, key)).plan.image.has_value();
}

Result<Run> apply(const Desk& desk, const plan::Plan& plan) {
  ANTIDOTARY_CHECK(check_plan(plan));
  if (!desk.hands.prove) return fail(ErrorKind::unsupported, "no disk image is worked on here");
  Held held = ANTIDOTARY_TRY(hold(desk.state, plan.root, *plan.image, Identity::same_files));
  ANTIDOTARY_CHECK(gate(desk, plan));
  const std::string id = ANTIDOTARY_TRY(begin_run(desk, plan));
  Book book = ANTIDOTARY_TRY(open_book(desk, id));
  ANTIDOTARY_CHECK(book.note_turn(Direction::forward));
  ANTIDOTARY_CHECK(Forward(desk, book, held.disk).go());
  return book.summary();
}

Result<Run> undo(const Desk& desk, const std::string& run_id) {
  auto [held, book] = ANTIDOTARY_TRY(reopen(desk, run_id));
  Ledger& ledger = book.ledger();
  const bool was_cut = ledger.cut();
  if (!ledger.blocks()) {
    if (was_cut) {
      ANTIDOTARY_CHECK(book.note_turn(Direction::back));
      ANTIDOTARY_CHECK(book.note_end(Direction::back));
    }
    return book.summary();
  }
  const bool again = !was_cut && !ledger.any_applied() && ledger.any(StepOutcome::undone);
  // Written and taken back at once, because the image could not be written whole.
  if (!was_cut && !again && !ledger.any_applied()) return book.summary();
  ANTIDOTARY_CHECK(go_to(book, held.disk, again ? Direction::forward : Direction::back, was_cut));
  return book.summary();
}

Result<Run> resume(const Desk& desk, const std::string& run_id) {
  auto [held, book] = ANTIDOTARY_TRY(reopen(desk, run_id));
  Ledger& ledger = book.ledger();
  if (!ledger.cut()) return book.summary();
  if (!ledger.blocks()) {
    ANTIDOTARY_CHECK(end_unwritten(book));
  } else {
    ANTIDOTARY_CHECK(go_to(book, held.disk, ledger.direction(), true));
  }
  return book.summary();
}

Status forget(const Desk& desk, const std::string& run_id, std::uint32_t step) {
  Book book = ANTIDOTARY_TRY(open_book(desk, run_id));
  if (book.ledger().cut()) {
    return fail(ErrorKind::busy, "run {} was cut: resume or undo it first", run_id);
  }
  const std::string item = item_name_of(run_id, step);
  if (step > book.ledger().steps() || book.ledger().step(step).forgotten ||
      !files::stat_in(book.quarantine.get(), item)) {
    return fail(ErrorKind::not_found, "{}/{} is not in quarantine", run_id, step);
  }
  Event event;
  event.kind = EventKind::forgotten;
  event.step = step;
  ANTIDOTARY_CHECK(book.note(std::move(event)));
  ANTIDOTARY_CHECK(files::act::remove(book.quarantine.get(), item));
  return files::act::sync(book.quarantine.get());
}

}  // namespace antidotary::remedy::image
