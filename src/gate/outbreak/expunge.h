// Expunge: the command by which an administrator takes one message out of one mailbox (Dovecot's
// doveadm). Printed, never run: a person reads it first.
//
// A stranger chose the Message-ID. It is put into a shell's line and into a search that takes any
// message holding it within the field, so that only one of the usual form is: anything else could
// run a command, or match the whole mailbox. A stranger can still send the Message-ID of an honest
// message: the day of delivery narrows that.
//
// Documentation: doveadm-expunge(1), doveadm-search-query(7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace antidotary::gate::outbreak {

/// Whose mail an address is.
struct Mailbox {
  std::string address;
  std::string user;  ///< As doveadm knows them.
};

/// "<local@domain>" of the characters that RFC 5322 allows without quoting, less what a shell takes
/// for something; long enough to mean one message.
bool is_plain_message_id(std::string_view message_id);

/// Empty where the Message-ID, or the user's name, is not to be trusted on a command line.
std::string expunge_command(std::string_view user, std::string_view message_id,
                            std::uint64_t delivered_s);

}  // namespace antidotary::gate::outbreak
