// Smtp: hands one message to a mail server, over a connection or to `sendmail -bs`. For releases:
// one message, one server that is ours, nothing retried.
//
// RFC 5321 without extensions but 8BITMIME and SMTPUTF8 where they are offered and needed. Every
// line end of the message is made CR LF and every leading dot doubled, so that nothing in it can
// end it; a CR alone ends a line of the body and is a blank among the fields.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"

namespace antidotary::serve::held {

struct Letter {
  std::string sender;  ///< Without angle brackets.
  std::vector<std::string> recipients;
  std::string first_line;  ///< A field put before the message, without line end.
  Bytes message;           ///< The caller's, while it is sent.
};

/// Whether an address can stand in an envelope: no blanks, controls or angle brackets.
bool is_sendable(std::string_view address);

/// The message as it goes over the wire, its end included.
std::string wire_form(const Letter& letter);

struct NotSent {
  Error error;
  bool in_doubt = false;  ///< The server had all of it and said neither yes nor no.
};
using Sent = tl::expected<void, NotSent>;

/// Errors: refused (the server's words), malformed, io, budget_spent (it was silent for too long),
/// bad_input (an address that cannot be sent to).
Sent send(int read_from, int write_to, const Letter& letter);
/// "127.0.0.1:25": an address of this host. Errors: as above; bad_input.
Sent send_to(const std::string& address, const Letter& letter);
/// Runs `program` with -bs. Errors: as above; not_found.
Sent send_by(const std::string& program, const Letter& letter);

}  // namespace antidotary::serve::held
