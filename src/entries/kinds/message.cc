// [[message]]: reading it, and its line for a person.
#include "entries/kinds/message.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "entries/kinds.h"

namespace antidotary::entries {
namespace {

constexpr std::array<std::string_view, 4> structure_names = {"executable", "double-extension",
                                                             "importance-high", "codebase"};

std::unique_ptr<Change> read(Fields& fields) {
  auto change = std::make_unique<MessageChange>();
  change->from = fields.texts("from");
  change->sender_name = fields.texts("sender_name");
  change->subject = fields.texts("subject");
  change->body = fields.texts("body");
  change->attachment = fields.texts("attachment");
  change->member = fields.texts("member");
  change->attachment_sizes = fields.numbers("attachment_sizes");
  change->structure = fields.texts("structure");
  for (const std::string& mark : change->structure) {
    if (std::find(structure_names.begin(), structure_names.end(), mark) == structure_names.end()) {
      fields.problem("structure", "\"" + mark + "\" is no mark of a message's structure",
                     "Write one of \"executable\", \"double-extension\", \"importance-high\", "
                     "\"codebase\".");
    }
  }
  return change;
}

void add(std::string& line, std::string_view word, const std::vector<std::string>& list) {
  if (list.empty()) return;
  if (!line.empty()) line += ", ";
  line += std::string(word) + " \"" + join(list, "\" or \"") + "\"";
}

}  // namespace

std::string MessageChange::summary() const {
  std::string line;
  add(line, "from", from);
  add(line, "sender", sender_name);
  add(line, "subject", subject);
  add(line, "attachment", attachment);
  add(line, "holding", member);
  if (line.empty()) add(line, "text", body);
  return "message" + (line.empty() ? line : ' ' + line);
}

bool MessageChange::checkable() const {
  const bool shape = !attachment.empty() || !member.empty() ||
                     std::find(structure.begin(), structure.end(), "executable") != structure.end();
  return shape && (!subject.empty() || !body.empty());
}

const Kind& message_kind() {
  static constexpr Kind kind = {"message", "a mail message that the threat sends: its lure", &read};
  return kind;
}

}  // namespace antidotary::entries
