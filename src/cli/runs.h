// How the verbs that change something tell of a run.
#pragma once

#include "cli/desk.h"
#include "remedy/run.h"

namespace antidotary::cli {

/// A run's outcome, step by step, as text or JSON Lines.
void tell_run(const Invocation& invocation, const remedy::Run& run);
/// Clean where the run ended whole, incomplete where a step failed, was refused or is pending.
Exit exit_of(const remedy::Run& run);

/// Holds back Ctrl-C and SIGTERM while a run is at work; they arrive when it goes.
class Uninterrupted {
 public:
  Uninterrupted();
  ~Uninterrupted();
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;
};

}  // namespace antidotary::cli
