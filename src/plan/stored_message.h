// Messages in mailbox files: the step that takes one out, and the sentence for stores that are only
// read. A message in a file of its own (Maildir, MH, .eml) needs none of this: its file is moved.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/finding.h"

namespace antidotary::plan {

struct Plan;
struct Step;
struct LooseFile;

/// One message of an mbox file, as it stood when it was looked at.
struct MessageFact {
  std::uint64_t number = 0;      ///< From 1, among the mailbox's.
  std::uint64_t offset = 0;      ///< Of its From_ line, in bytes from the mailbox's start.
  std::uint64_t size_bytes = 0;  ///< From there to the next From_ line.
  std::string sha256;            ///< Of these bytes.
  std::string message_id;        ///< May be empty.
  /// Programs that believe Content-Length end it, or one around it, elsewhere.
  bool contested = false;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("number", self.number);
    visit("offset", self.offset);
    visit("size_bytes", self.size_bytes);
    visit("sha256", self.sha256);
    visit("message_id", self.message_id);
    visit("contested", self.contested);
  }
};

/// The message of `file` that `path` (containers from the file down) leads through, or null.
const MessageFact* message_on(const LooseFile& file, const std::vector<std::string>& path);

/// Takes the message out; left where programs disagree about where it ends. The reason is the
/// caller's.
Step message_step(const host::FileFact& mailbox, const MessageFact& message);

/// Why what is found in a container of `format` is told and not taken out, with what to do.
std::string why_only_told(std::string_view format);

/// The messages of each mailbox from its end to its start, so that each rewrites little. Steps are
/// numbered anew; none of them waits for another, nor any for them.
void last_messages_first(Plan& plan);

}  // namespace antidotary::plan
