// [[registry]]: reading it, and its line for a person.
#include "entries/kinds/registry.h"

#include <array>

#include "core/text.h"
#include "entries/kinds.h"

namespace antidotary::entries {
namespace {

constexpr std::array<std::string_view, 3> action_names = {"set", "create-key", "remove"};
constexpr std::array<std::string_view, 4> old_names = {"absent", "value", "default", "unknown"};
constexpr std::array<std::string_view, 6> type_names = {
    "REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_DWORD", "REG_QWORD", "REG_BINARY"};

void check_value(const RegistryChange& change, Fields& fields) {
  if (!change.value_is_pattern) {
    if (change.action == RegistryChange::Action::create_key || fields.has("value")) return;
    fields.problem("value", "no `value` says which value of the key it is",
                   "Add `value = \"its name\"`; the key's default value is `value = \"\"`; for a "
                   "key alone write `action = \"create-key\"`.");
    return;
  }
  if (fields.has("value")) {
    fields.problem("value", "`value` and `value_pattern` are both given", "Keep one of the two.");
  } else if (change.action != RegistryChange::Action::set || change.data.empty()) {
    fields.problem("value_pattern", "a pattern of names does not say which value it is",
                   "Add `data`: the program that the value starts; without it, state the fact in "
                   "prose.");
  }
}

std::unique_ptr<Change> read(Fields& fields) {
  auto change = std::make_unique<RegistryChange>();
  change->key = fields.required_text("key");
  change->value = fields.text("value");
  change->value_is_pattern = fields.has("value_pattern");
  if (change->value_is_pattern) change->value = fields.text("value_pattern");
  change->type_is_stated = fields.has("type");
  change->value_type = type_names[fields.one_of("type", type_names, 0)];
  change->action = static_cast<RegistryChange::Action>(fields.one_of("action", action_names, 0));
  change->data = fields.text("data");
  change->old = static_cast<RegistryChange::Old>(
      fields.one_of("old", old_names, static_cast<std::size_t>(RegistryChange::Old::unknown)));
  change->old_data = fields.text("old_data");
  change->old_data_is_stated = fields.has("old_data");
  change->owner =
      static_cast<RegistryChange::Owner>(fields.one_of("owner", RegistryChange::owner_names(), 0));
  check_value(*change, fields);
  return change;
}

}  // namespace

std::span<const std::string_view> RegistryChange::owner_names() {
  static constexpr std::array<std::string_view, 5> names = {"unknown", "threat", "protection",
                                                            "program", "windows"};
  return names;
}

std::string RegistryChange::summary() const {
  if (action == Action::create_key) return key + " (key)";
  std::string line = key + ", value " + (value.empty() ? "(default)" : value);
  if (action == Action::remove) return line + " (removed)";
  if (!data.empty()) line += " = " + data;
  return line;
}

std::string_view stem_of(std::string_view path) {
  const std::size_t slash = path.find_last_of("\\/");
  if (slash != path.npos) path.remove_prefix(slash + 1);
  return path.substr(0, path.rfind('.'));
}

bool RegistryChange::named_as_program() const {
  return value_is_pattern && equal_ascii_ignoring_case(value, stem_of(data));
}

const Kind& registry_kind() {
  static constexpr Kind kind = {
      "registry", "a registry value or key that the threat sets, makes or deletes", &read};
  return kind;
}

bool RegistryChange::is_handler() const {
  return ascii_lower(key).ends_with("\\shell\\open\\command");
}

std::string full_key(std::string_view key) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> roots = {{
      {"HKLM", "HKEY_LOCAL_MACHINE"},
      {"HKCU", "HKEY_CURRENT_USER"},
      {"HKCR", "HKEY_CLASSES_ROOT"},
      {"HKU", "HKEY_USERS"},
  }};
  const std::string_view root = key.substr(0, key.find('\\'));
  for (const auto& [brief, full] : roots) {
    if (root == brief) return std::string(full) + std::string(key.substr(root.size()));
  }
  return std::string(key);
}

}  // namespace antidotary::entries
