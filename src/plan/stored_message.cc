#include "plan/stored_message.h"

#include <fmt/core.h>

#include <algorithm>

#include "plan/plan.h"

namespace antidotary::plan {

const MessageFact* message_on(const LooseFile& file, const std::vector<std::string>& path) {
  if (path.size() < 2) return nullptr;
  const auto found = std::find_if(
      file.messages.begin(), file.messages.end(),
      [&](const MessageFact& one) { return path[1] == fmt::format("message {}", one.number); });
  return found == file.messages.end() ? nullptr : &*found;
}

Step message_step(const host::FileFact& mailbox, const MessageFact& message) {
  Step out;
  out.act = Act::take_message;
  out.file = mailbox;
  out.message = message;
  const std::string id = message.message_id.empty() ? "" : fmt::format(" ({})", message.message_id);
  out.what =
      fmt::format("Take message {}{} out of {} into quarantine", message.number, id, mailbox.path);
  out.expected_after = fmt::format("message {} is gone from {}, all others are as they were",
                                   message.number, mailbox.path);
  if (message.contested) {
    out.left =
        "its Content-Length says that it ends elsewhere, and mail programs differ in whether they "
        "believe that: delete it in the mail program";
  }
  return out;
}

std::string why_only_told(std::string_view format) {
  if (format == "pst") return "stores of Outlook are only read: delete the message in Outlook";
  if (format == "dbx") {
    return "stores of Outlook Express are only read: delete the message in the mail program";
  }
  if (format == "mbox") {
    return "where the message stands in the mailbox is not known: delete it in the mail program";
  }
  return "it lies inside a mailbox or archive, which is never removed for one message";
}

void last_messages_first(Plan& plan) {
  for (auto one = plan.steps.begin(); one != plan.steps.end(); ++one) {
    if (one->act != Act::take_message) continue;
    for (auto other = one + 1; other != plan.steps.end(); ++other) {
      const bool later = other->act == Act::take_message && other->file->path == one->file->path &&
                         other->message->offset > one->message->offset;
      if (later) std::swap(*one, *other);
    }
  }
  std::uint32_t number = 0;
  for (Step& step : plan.steps) step.number = ++number;
}

}  // namespace antidotary::plan
