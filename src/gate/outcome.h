// Outcome: one answer for a message that several recipients' policies disagree about.
//
// A mail server hears one verdict a message. Where some recipients get it and others do not, the
// others are taken off it; what they were to have goes into the quarantine, so that nothing is
// lost without a trace. What is to be tried again is tried again for all: half of it delivered
// would come twice.
#pragma once

#include <cstdint>
#include <vector>

#include "gate/policy.h"

namespace antidotary::gate {

/// What those who carry it out are able to do.
struct Means {
  bool quarantine = false;         ///< A quarantine of our own.
  bool remove_recipients = false;  ///< The mail server lets recipients be taken off.
  bool hold = false;               ///< The mail server has a hold queue.
};

struct Outcome {
  enum class Whole : std::uint8_t { deliver, hold, discard, tempfail, reject };
  Whole whole = Whole::deliver;
  bool keep = false;  ///< Put the message into our quarantine first, for `kept_for`.
  std::vector<std::size_t> kept_for;  ///< Indices of recipients.
  std::vector<std::size_t> removed;   ///< Taken off where the message is delivered.
};

std::span<const std::string_view> enum_names(Outcome::Whole);

/// `actions`: one a recipient, in their order; without any the message is tempfailed.
Outcome outcome_of(const std::vector<Action>& actions, const Means& means);

}  // namespace antidotary::gate
