// [[ini]]: reading it, and its line for a person.
#include "entries/kinds/ini.h"

#include <fmt/core.h>

#include "core/text.h"
#include "entries/kinds.h"

namespace antidotary::entries {
namespace {

void check_data(const IniChange& change, Fields& fields) {
  for (const std::string& data : change.data) {
    const std::string_view name = std::string_view(data).substr(0, data.find('='));
    if (name.size() < data.size() && equal_ascii_ignoring_case(trim(name), change.key)) {
      fields.problem("data", "`data` repeats the name before the sign",
                     "Write only what stands after it.");
    }
    const std::string_view stem = std::string_view(data).substr(0, data.rfind('.'));
    if (stem.find_first_not_of("*?") == stem.npos) {
      fields.problem("data", "every program would fit", "Write what the source prints.");
    }
  }
}

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
  if (change->name.find_first_of("\\/") != std::string::npos) {
    fields.problem("name", "the file's name holds a path",
                   "Put the folders into `directory` and the last part alone into `name`.");
  }
  if (change->section.find_first_of("[]") != std::string::npos) {
    fields.problem("section", "the section's name stands without its brackets",
                   "Write `section = \"windows\"`.");
  }
  check_data(*change, fields);
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
