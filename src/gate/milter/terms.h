// Terms: what a mail server offers at the start of a connection, and what we take of it: which
// steps it need not tell us, for which it need not wait, and what we may do to a message.
#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::gate::milter {

/// What a filter may do to a message (SMFIF_*).
enum Act : std::uint32_t {
  act_add_fields = 0x1,
  act_change_body = 0x2,
  act_add_recipients = 0x4,
  act_remove_recipients = 0x8,
  act_change_fields = 0x10,
  act_hold = 0x20,  ///< "quarantine": the mail server's own hold queue.
  act_change_sender = 0x40,
  act_add_recipients_with_arguments = 0x80,
  act_choose_macros = 0x100,
};

/// Steps left out, steps without a reply, and forms (SMFIP_*).
enum Step : std::uint32_t {
  no_connect = 0x1,
  no_helo = 0x2,
  no_sender = 0x4,
  no_recipients = 0x8,
  no_body = 0x10,
  no_fields = 0x20,
  no_end_of_fields = 0x40,
  no_reply_to_field = 0x80,
  no_unknown = 0x100,
  no_data = 0x200,
  may_skip = 0x400,
  refused_recipients_too = 0x800,
  no_reply_to_connect = 0x1000,
  no_reply_to_helo = 0x2000,
  no_reply_to_sender = 0x4000,
  no_reply_to_recipient = 0x8000,
  no_reply_to_data = 0x10000,
  no_reply_to_unknown = 0x20000,
  no_reply_to_end_of_fields = 0x40000,
  no_reply_to_body = 0x80000,
  leading_blanks = 0x100000,
  chunks_256k = 0x10000000,
  chunks_1m = 0x20000000,
};

struct Terms {
  std::uint32_t version = 0;
  std::uint32_t acts = 0;
  std::uint32_t steps = 0;

  bool may(Act act) const { return (acts & act) != 0; }
  /// The blank behind a field's colon comes with its value.
  bool keeps_blanks() const { return (steps & leading_blanks) != 0; }
  /// Whether the mail server waits for a word after `command` (one of CHMRTLNBU).
  bool waits_after(char command) const;
  /// The data of our answer.
  std::string data() const;
};

/// Takes of an offer what we want; all that is not offered is done without. Errors: malformed (not
/// an offer), unsupported (a version before 2).
Result<Terms> agree(Bytes offer);

}  // namespace antidotary::gate::milter
