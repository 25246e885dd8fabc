// [[hosts]]: reading it, and its line for a person.
#include "entries/kinds/hosts.h"

#include "core/text.h"
#include "entries/kinds.h"

namespace antidotary::entries {
namespace {

std::unique_ptr<Change> read(Fields& fields) {
  auto change = std::make_unique<HostsChange>();
  change->line = collapse_white_space(fields.required_text("line"));
  if (!change->line.empty() && change->line.find_first_not_of("*? ") == std::string::npos) {
    fields.problem("line", "every line would fit", "Write what the line holds.");
  }
  const std::string line = ascii_lower(change->line);
  if (line.starts_with('#') || line.ends_with(" localhost")) {
    fields.problem("line", "honest hosts files have such a line",
                   "Write a line that only the threat adds.");
  }
  return change;
}

}  // namespace

const Kind& hosts_kind() {
  static constexpr Kind kind = {"hosts", "a line that the threat adds to the hosts file", &read};
  return kind;
}

}  // namespace antidotary::entries
