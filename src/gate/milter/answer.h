// Answer: an outcome in the milter protocol's words: what is changed about the message, then the
// one verdict.
#pragma once

#include <string>

#include "gate/milter/message.h"
#include "gate/milter/terms.h"
#include "gate/outcome.h"

namespace antidotary::gate::milter {

/// What is said beside the verdict.
struct Saying {
  std::string pages;  ///< Where the encyclopedia's pages stand, "https://example.org/a"; or empty.
  std::uint64_t took_ms = 0;
  std::string knowledge;  ///< What it was held against: the pack's id.
};

/// The value of X-Antidotary: "malware; entry=win32/mimail.a; took=12ms".
std::string field_value(const Judgement& judgement, const Saying& saying);
/// "550 5.7.1 ...", one line of ASCII without '%', with the entry and its page.
std::string refusal(const Judgement& judgement, const Saying& saying);

/// All packets of the answer to the end of a message. Fields like ours that came from outside are
/// taken out where it is delivered or held.
std::string answer(const Terms& terms, const Message& message, const Judgement& judgement,
                   const Outcome& outcome, const Saying& saying);

}  // namespace antidotary::gate::milter
