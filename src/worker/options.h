// Options: the bounds of jailed workers, and what they did.
#pragma once

#include <cstdint>
#include <functional>

#include "core/budget.h"
#include "core/bytes.h"
#include "jail/jail.h"
#include "scan/knowledge.h"

namespace antidotary::worker {

struct Options {
  Limits limits;
  scan::Search search;
  jail::Confinement confinement;
  std::uint32_t objects_per_worker_max = 10'000;  ///< Then it is replaced.
  /// It is also replaced after an object for which more than our own bounded code was needed
  /// (unpack::by_own_code_alone, no rules of libyara): it says so before it touches the first byte,
  /// so that what takes it over then cannot deny it. For callers who are strangers to each other.
  bool replaced_after_risk = false;
  /// A worker keeps its own limit of time; one that has not answered so long after it is killed.
  std::uint64_t slack_ms = 5'000;
  /// For tests: called in the jail before each object or hive is read, with its bytes.
  std::function<void(Bytes object, jail::Channel& channel)> on_object;

  /// The longest that one request may take, until its worker is killed.
  std::uint64_t request_ms_max() const;
  /// With the processor time of a worker above what one request may take.
  Options with_enough_cpu() const;
};

/// What workers did so far, for reports.
struct Tally {
  std::uint64_t started = 0;  ///< Jailed processes.
  std::uint64_t died = 0;     ///< Of these: crashed, killed, or ended for what they said.
};

}  // namespace antidotary::worker
