// Mbox: where each message of a mailbox begins and ends.
//
// A message follows a line "From address date"; such lines inside a message are written with a
// `>` before them (mboxo: only "From "; mboxrd: also those that have a `>` already). Behind an
// empty line a time of day suffices for a From_ line; behind text, where writers that put no empty
// line between messages have it, the whole date must stand there, as in mutt and Dovecot.
//
// A Content-Length (mboxcl, mboxcl2: From_ lines of the body are not quoted) is not believed, since
// any sender can write one; but where it leads to a later From_ line or to the mailbox's end, the
// item says so: programs that believe it show another message. It is not a message reader: see
// formats/mime.
//
// Spec: RFC 4155, appendix A, and the qmail mbox(5) page for mboxrd.
#pragma once

#include <optional>
#include <string>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::mbox {

struct Item {
  std::uint64_t number = 0;  ///< From 1.
  // Invariant: offset < message_offset <= message_end <= end <= size of the mailbox.
  std::size_t offset = 0;          ///< Of the From_ line.
  std::size_t message_offset = 0;  ///< Of the first header field.
  std::size_t message_end = 0;     ///< Without the empty line that divides two messages.
  std::size_t end = 0;             ///< Where the next From_ line begins.
  bool quoted = false;             ///< Some line begins with ">From " or ">>From ".
  /// Where the message ends by its Content-Length, if that is another place and a message ends
  /// there. Later than message_end.
  std::optional<std::size_t> stated_end = std::nullopt;
};

/// Walks a mailbox, one message at a time, in constant memory.
class Mailbox {
 public:
  /// `bytes` must outlive the mailbox. Errors: not_this_format where the first line is no From_
  /// line.
  static Result<Mailbox> open(Bytes bytes);

  /// The next message, or nullopt at the end. Pays one step for each 64 bytes.
  /// Errors: budget_spent.
  Result<std::optional<Item>> next(Budget& budget);

  Bytes message(const Item& item) const {
    return bytes_.subspan(item.message_offset, item.message_end - item.message_offset);
  }

 private:
  explicit Mailbox(Bytes bytes) : bytes_(bytes) {}
  Bytes bytes_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
};

/// The message with one `>` taken from each line that quotes a From_ line (mboxrd).
Buffer without_quotes(Bytes message);

}  // namespace antidotary::mbox
