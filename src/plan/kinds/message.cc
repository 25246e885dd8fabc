// A lure that arrived is taken back by moving its file into quarantine, or by taking the message
// out of its mbox; one inside another store is left to the person's mail program.
#include "entries/kinds/message.h"

#include <fmt/core.h>

#include "plan/kinds.h"

namespace antidotary::plan {
namespace {

Step invert(const entries::Change& change, const host::Finding& finding, const Context& context) {
  const std::string reason =
      fmt::format("lure of {} (change {})", context.variant.title, change.id);
  Step out;
  if (context.message != nullptr) {
    out = message_step(*context.mailbox, *context.message);
    out.reason = reason;
    return out;
  }
  out.act = Act::quarantine_file;
  out.file = finding.file;
  const std::string path = finding.file ? finding.file->path : finding.where;
  out.reason = reason;
  if (context.in_container) {
    out.what = fmt::format("Delete the message {} in the mail program", finding.where);
    out.expected_after = finding.where + " is gone";
    out.left = why_only_told(context.format);
    return out;
  }
  out.what = fmt::format("Move the message {} into quarantine", path);
  out.expected_after = path + " is gone";
  if (!finding.file || finding.file->sha256.empty()) {
    out.left = "its content was not read, so that nothing could tell later whether it changed";
  }
  return out;
}

}  // namespace

const Kind& message_kind() {
  static constexpr Kind kind = {"message", &invert};
  return kind;
}

}  // namespace antidotary::plan
