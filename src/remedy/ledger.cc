#include "remedy/ledger.h"

#include <algorithm>
#include <array>

namespace antidotary::remedy {

std::span<const std::string_view> enum_names(StepOutcome) {
  static constexpr std::array<std::string_view, 7> names{"done",   "left", "refused", "failed",
                                                         "undone", "kept", "pending"};
  return names;
}

std::span<const std::string_view> enum_names(RunState) {
  static constexpr std::array<std::string_view, 5> names{"applied", "partly", "cut", "undone",
                                                         "partly_undone"};
  return names;
}

Ledger::Ledger(const plan::Plan& plan) : steps_(plan.steps.size()) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    carried_out_.push_back(plan.steps[i].carried_out());
    if (carried_out_[i]) continue;
    steps_[i].outcome = StepOutcome::left;
    steps_[i].detail = plan.steps[i].left;
  }
}

Result<Ledger> Ledger::read(const plan::Plan& plan, const std::vector<Event>& events) {
  Ledger ledger(plan);
  for (const Event& event : events) ANTIDOTARY_CHECK(ledger.enter(event));
  if (ledger.begin_.run.empty()) return fail(ErrorKind::malformed, "the journal has no beginning");
  return ledger;
}

Status Ledger::enter(const Event& event) {
  if (event.kind != EventKind::begin && begin_.run.empty()) {
    return fail(ErrorKind::malformed, "the journal has no beginning");
  }
  switch (event.kind) {
    case EventKind::begin:
      if (!event.begin || !begin_.run.empty()) {
        return fail(ErrorKind::malformed, "the journal begins twice or says nothing");
      }
      if (event.begin->version != BeginFact{}.version) {
        return fail(ErrorKind::unsupported, "journal of version {}", event.begin->version);
      }
      begin_ = *event.begin;
      started_unix_s_ = event.time_unix_s;
      return {};
    case EventKind::turn:
      enter_turn(event.direction);
      return {};
    case EventKind::end:
      turning_ = false;
      for (StepPosition& step : steps_) step.todo = false;
      return {};
    case EventKind::blocks:
      if (!event.blocks) return fail(ErrorKind::malformed, "the journal names no blocks");
      blocks_ = event.blocks;
      return {};
    default:
      return enter_step(event);
  }
}

void Ledger::enter_turn(Direction direction) {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    StepPosition& step = steps_[i];
    if (direction == Direction::back) {
      step.todo = step.applied;
    } else {
      step.todo = turned_ ? step.outcome == StepOutcome::undone : carried_out_[i];
    }
  }
  direction_ = direction;
  turned_ = true;
  turning_ = true;
}

Status Ledger::enter_step(const Event& event) {
  if (event.step == 0 || event.step > steps_.size()) {
    return fail(ErrorKind::malformed, "the journal speaks of step {}, which the plan has not",
                event.step);
  }
  StepPosition& step = steps_[event.step - 1];
  if (event.kind == EventKind::forgotten) {
    step.forgotten = true;
    return {};
  }
  if (event.kind == EventKind::intent) {
    step.open = event;
    return {};
  }
  if (event.after && event.after->moved) {
    step.applied = event.direction == Direction::forward;
    step.after = *event.after;
    if (step.applied && step.open && step.open->file) step.file = step.open->file;
    if (step.applied && step.open && step.open->message) step.message = step.open->message;
    if (step.applied && step.open && step.open->bytes) {
      // The way forward a second time writes what the first one wrote; its intent need not repeat.
      std::vector<ByteEdit> edits;
      if (step.bytes) edits = std::move(step.bytes->edits);
      step.bytes = step.open->bytes;
      if (step.bytes->edits.empty()) step.bytes->edits = std::move(edits);
    }
    if (step.applied) step.forgotten = false;
  }
  step.open.reset();
  // A half step that was taken back and may be tried again is not dealt with yet.
  if (event.outcome != StepOutcome::pending) step.todo = false;
  step.outcome = event.outcome;
  step.detail = event.detail;
  return {};
}

bool Ledger::cut() const {
  return turning_ || !turned_ || std::any_of(steps_.begin(), steps_.end(), [](const auto& step) {
           return step.open.has_value();
         });
}

bool Ledger::any_applied() const {
  return std::any_of(steps_.begin(), steps_.end(), [](const auto& step) { return step.applied; });
}

bool Ledger::any(StepOutcome outcome) const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [&](const auto& step) { return step.outcome == outcome; });
}

RunState Ledger::state() const {
  if (cut()) return RunState::cut;
  const bool not_all =
      any(StepOutcome::refused) || any(StepOutcome::failed) || any(StepOutcome::pending);
  const bool any_back = any(StepOutcome::undone) || any(StepOutcome::kept);
  if (any_applied()) {
    if (any_back || direction_ == Direction::back) return RunState::partly_undone;
    return not_all ? RunState::partly : RunState::applied;
  }
  if (direction_ == Direction::forward && !any_back) {
    return not_all ? RunState::partly : RunState::applied;
  }
  return any(StepOutcome::kept) ? RunState::partly_undone : RunState::undone;
}

Run Ledger::summary(const plan::Plan& plan) const {
  Run run;
  run.id = begin_.run;
  run.root = begin_.root;
  run.started_unix_s = started_unix_s_;
  run.state = state();
  for (std::uint32_t number = 1; number <= steps(); ++number) {
    const StepPosition& at = step(number);
    run.steps.push_back({number, at.outcome, plan.steps[number - 1].what, at.detail});
  }
  return run;
}

}  // namespace antidotary::remedy
