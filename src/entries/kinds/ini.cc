// [[ini]]: reading it, and its line for a person.
#include "entries/kinds/ini.h"

#include <fmt/core.h>

#include "core/text.h"
#include "entries/kinds.h"

namespace antidotary::entries {
namespace {

std::unique_ptr<Change> read(Fields& fields) {
  auto change = std::make_unique<IniChange>();
  change->directory = fields.required_text("directory");
  change->name = fields.required_text("name");
  change->section = fields.required_text("section");
  change->key = fields.required_text("key");
  change->data = fields.texts("data");
  if (fields.has("old_data")) change->old_data = fields.text("old_data");
  if (change->data.empty()) {
    fields.problem("data", "no `data` says what the line holds",
                   "Write `data = \"what stands after the sign\"`, or a list where any is meant.");
  }
  if (change->is_list() && change->old_data) {
    fields.problem("old_data", "the line lists programs, and whose the others are is not known",
                   "Leave `old_data` out: only the threat's own program is taken from the list.");
  }
  return change;
}

}  // namespace

std::string IniChange::summary() const {
  return fmt::format("{}\\{}, section [{}], {}={}", directory, name, section, key,
                     data.empty() ? "" : data.front());
}

bool IniChange::is_list() const {
  return equal_ascii_ignoring_case(name, "win.ini") &&
         equal_ascii_ignoring_case(section, "windows") &&
         (equal_ascii_ignoring_case(key, "run") || equal_ascii_ignoring_case(key, "load"));
}

const Kind& ini_kind() {
  static constexpr Kind kind = {
      "ini", "a line of win.ini, system.ini or another such file that the threat writes", &read};
  return kind;
}

}  // namespace antidotary::entries
