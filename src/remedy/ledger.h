// Ledger: where a journal leaves each step of its run, and what is still to be done.
//
// A pure reading of plan and events; whoever carries a run out appends an event and enters it
// here, so that a run just made and a run read back from disk are the same thing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "plan/plan.h"
#include "remedy/journal.h"
#include "remedy/run.h"

namespace antidotary::remedy {

struct StepPosition {
  bool applied = false;  ///< The step's change is in force.
  bool todo = false;     ///< The turn under way has not come to it yet.
  bool forgotten = false;
  StepOutcome outcome = StepOutcome::pending;
  std::string detail;
  std::optional<FileIntent> file;        ///< Of the last way forward.
  std::optional<BytesIntent> bytes;      ///< Of the last way forward, with the edits of the first.
  std::optional<MessageIntent> message;  ///< Of the last way forward.
  After after;                           ///< Of the last result that moved something.
  std::optional<Event> open;             ///< An intent whose result is missing.

  /// The step took something into quarantine.
  bool took_something() const { return file.has_value() || message.has_value(); }
};

class Ledger {
 public:
  /// Errors: malformed, where the events do not belong to this plan.
  static Result<Ledger> read(const plan::Plan& plan, const std::vector<Event>& events);

  /// Takes note of one event. Errors: malformed.
  Status enter(const Event& event);

  const BeginFact& begin() const { return begin_; }
  std::uint64_t started_unix_s() const { return started_unix_s_; }
  Direction direction() const { return direction_; }
  /// A turn or an intent has no end yet.
  bool cut() const;
  bool turning() const { return turning_; }
  /// Of a disk image, once its blocks may have been written.
  const std::optional<BlocksFact>& blocks() const { return blocks_; }
  /// Steps are counted from 1.
  const StepPosition& step(std::uint32_t number) const { return steps_[number - 1]; }
  std::uint32_t steps() const { return static_cast<std::uint32_t>(steps_.size()); }
  bool any_applied() const;
  bool any(StepOutcome outcome) const;

  Run summary(const plan::Plan& plan) const;

 private:
  explicit Ledger(const plan::Plan& plan);
  void enter_turn(Direction direction);
  Status enter_step(const Event& event);
  RunState state() const;

  BeginFact begin_;
  std::uint64_t started_unix_s_ = 0;
  Direction direction_ = Direction::forward;
  bool turned_ = false;   // at least once
  bool turning_ = false;  // now
  std::optional<BlocksFact> blocks_;
  std::vector<bool> carried_out_;
  std::vector<StepPosition> steps_;
};

}  // namespace antidotary::remedy
