#include "remedy/carrier.h"

namespace antidotary::remedy {
namespace {

// Nothing was touched because the tree is not as the plan says, or because the system said no.
StepOutcome outcome_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
    case ErrorKind::changed:
    case ErrorKind::refused:
    case ErrorKind::unsupported:
    case ErrorKind::malformed:
    case ErrorKind::bad_input:
      return StepOutcome::refused;
    default:
      return StepOutcome::failed;
  }
}

bool is_in_place(plan::Act act) {
  return act == plan::Act::remove_value || act == plan::Act::restore_value ||
         act == plan::Act::remove_key || act == plan::Act::edit_line;
}

Event result_event(const Carrier& run, std::uint32_t step, Direction direction) {
  Event event;
  event.kind = EventKind::result;
  event.time_unix_s = run.clock();
  event.step = step;
  event.direction = direction;
  return event;
}

Status note_result(Carrier& run, std::uint32_t step, Direction direction,
                   Carried<StepEnd> carried) {
  Event event = result_event(run, step, direction);
  if (carried) {
    event.outcome = carried->outcome;
    event.detail = carried->detail;
    event.after = carried->after;
    return run.note(std::move(event));
  }
  const Failure& failure = carried.error();
  if (!failure.settled) {
    return tl::unexpected(with_context(
        failure.error, fmt::format("run {} stopped at step {}", run.ledger.begin().run, step)));
  }
  event.detail = failure.error.what;
  event.outcome = outcome_of(failure.error.kind);
  // Undoing, "not as it was any more" means that something newer is there and stays.
  if (direction == Direction::back) {
    event.outcome = failure.kept ? StepOutcome::kept : StepOutcome::failed;
  }
  return run.note(std::move(event));
}

}  // namespace

std::string item_name_of(const std::string& run, std::uint32_t step) {
  return fmt::format("{}-{}.item", run, step);
}

std::string Carrier::item_name(std::uint32_t step) const {
  return item_name_of(ledger.begin().run, step);
}

std::string Carrier::private_name(std::uint32_t step) const {
  return fmt::format(".antidotary-{}-{}", ledger.begin().run, step);
}

Status Carrier::note(Event event) {
  event.time_unix_s = clock();
  ANTIDOTARY_CHECK(journal.append(event));
  return ledger.enter(event);
}

static Carried<void> note_intent(Carrier& run, std::uint32_t step, Direction direction,
                                 Event event) {
  event.kind = EventKind::intent;
  event.step = step;
  event.direction = direction;
  auto noted = run.note(std::move(event));
  if (!noted) return tl::unexpected(Failure(std::move(noted).error(), false));
  return {};
}

Carried<void> Carrier::intend(std::uint32_t step, Direction direction, FileIntent intent) {
  Event event;
  event.file = std::move(intent);
  return note_intent(*this, step, direction, std::move(event));
}

Carried<void> Carrier::intend(std::uint32_t step, Direction direction, BytesIntent intent) {
  Event event;
  event.bytes = std::move(intent);
  return note_intent(*this, step, direction, std::move(event));
}

Carried<void> Carrier::intend(std::uint32_t step, Direction direction, MessageIntent intent) {
  Event event;
  event.message = std::move(intent);
  return note_intent(*this, step, direction, std::move(event));
}

bool Carrier::same_file(const files::Stat& now, std::uint64_t device, std::uint64_t inode) const {
  const bool of_root = device == ledger.begin().root_device;
  return now.inode == inode && now.device == (of_root ? tree_stat.device : device);
}

Status carry_step(Carrier& run, std::uint32_t step, Direction direction) {
  const plan::Step& planned = run.plan.steps[step - 1];
  const bool forward = direction == Direction::forward;
  if (planned.act == plan::Act::quarantine_file) {
    return note_result(run, step, direction,
                       forward ? remove_file(run, step) : restore_file(run, step));
  }
  if (planned.act == plan::Act::take_message) {
    return note_result(run, step, direction,
                       forward ? take_message(run, step) : return_message(run, step));
  }
  if (is_in_place(planned.act)) {
    return note_result(run, step, direction,
                       forward ? edit_bytes(run, step) : revert_bytes(run, step));
  }
  return fail(ErrorKind::internal, "step {} has nothing to carry out", step);
}

// Where the disk cannot be reached or written now, nothing is known of the step: its intent stays
// open and the run stays cut, until somebody can look again.
static Carried<StepEnd> keep_open(Carried<StepEnd> carried) {
  if (carried || carried.error().kept) return carried;
  const ErrorKind kind = carried.error().error.kind;
  const bool out_of_reach =
      kind == ErrorKind::permission || kind == ErrorKind::io || kind == ErrorKind::busy;
  if (out_of_reach) carried.error().settled = false;
  return carried;
}

Status settle(Carrier& run, bool finish) {
  clear_mail_locks(run);
  for (std::uint32_t step = 1; step <= run.ledger.steps(); ++step) {
    if (!run.ledger.step(step).open) continue;
    const Event open = *run.ledger.step(step).open;
    if (open.bytes) {
      ANTIDOTARY_CHECK(
          note_result(run, step, open.direction, keep_open(settle_bytes(run, step, finish))));
    } else if (open.message) {
      ANTIDOTARY_CHECK(
          note_result(run, step, open.direction, keep_open(settle_message(run, step, finish))));
    } else if (open.direction == Direction::forward) {
      ANTIDOTARY_CHECK(
          note_result(run, step, open.direction, keep_open(settle_remove(run, step, finish))));
    } else {
      ANTIDOTARY_CHECK(
          note_result(run, step, open.direction, keep_open(settle_restore(run, step))));
    }
  }
  return {};
}

// The first step that this one waits for and that is not in force; 0 where there is none.
static std::uint32_t missing_before(const Carrier& run, std::uint32_t step) {
  const auto& waits_for = run.plan.steps[step - 1].waits_for;
  if (!waits_for) return 0;
  for (const std::uint32_t other : *waits_for) {
    const bool known = other >= 1 && other < step;
    if (!known || !run.ledger.step(other).applied) return other;
  }
  return 0;
}

Status carry(Carrier& run) {
  const Direction direction = run.ledger.direction();
  const std::uint32_t count = run.ledger.steps();
  for (std::uint32_t i = 1; i <= count; ++i) {
    // Undone newest first: a later step may stand on an earlier one.
    const std::uint32_t step = direction == Direction::forward ? i : count + 1 - i;
    if (!run.ledger.step(step).todo) continue;
    const std::uint32_t missing = direction == Direction::forward ? missing_before(run, step) : 0;
    if (missing == 0) {
      ANTIDOTARY_CHECK(carry_step(run, step, direction));
    } else {
      ANTIDOTARY_CHECK(note_result(
          run, step, direction,
          tl::unexpected(
              Failure(Error{ErrorKind::refused,
                            fmt::format("it waits for step {}, which was not carried out", missing),
                            std::nullopt}))));
    }
  }
  Event end;
  end.kind = EventKind::end;
  end.direction = direction;
  return run.note(std::move(end));
}

}  // namespace antidotary::remedy
