// registry: said with old and new value; removed by giving the old one back.
#include "entries/kinds/registry.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

using entries::RegistryChange;

const RegistryChange& registry_of(const entries::Change& change) {
  return dynamic_cast<const RegistryChange&>(change);
}

std::string value_name(const RegistryChange& registry) {
  return registry.value.empty() ? "(default)" : registry.value;
}

std::string old_value(const RegistryChange& registry) {
  switch (registry.old) {
    case RegistryChange::Old::absent:
      return "absent";
    case RegistryChange::Old::value:
      return registry.old_data;
    case RegistryChange::Old::initial:
      return registry.old_data + " (the system's default)";
    case RegistryChange::Old::unknown:
      break;
  }
  return "unknown";
}

Rows render(const entries::Change& change) {
  const auto& registry = registry_of(change);
  Rows rows = {{"Key", registry.key}};
  if (registry.action == RegistryChange::Action::create_key) {
    rows.emplace_back("Old", old_value(registry));
    rows.emplace_back("New", "the key is made");
    return rows;
  }
  rows.emplace_back("Value", value_name(registry));
  rows.emplace_back("Type", registry.value_type);
  rows.emplace_back("Old value", old_value(registry));
  const bool removed = registry.action == RegistryChange::Action::remove;
  rows.emplace_back("New value", removed                 ? "(the value is removed)"
                                 : registry.data.empty() ? "unknown"
                                                         : registry.data);
  return rows;
}

/// "the value "Run Me"", or by what its name is known.
std::string value_in_words(const RegistryChange& registry) {
  if (!registry.value_is_pattern) return fmt::format("the value \"{}\"", value_name(registry));
  if (registry.value == "*") return "the value, whatever its name,";
  return fmt::format("the value whose name is like \"{}\"", registry.value);
}

std::string by_hand(const entries::Change& change) {
  const auto& registry = registry_of(change);
  const bool had = registry.had_value();
  if (registry.action == RegistryChange::Action::create_key) {
    return fmt::format("Delete the key {}.", registry.key);
  }
  if (registry.action == RegistryChange::Action::remove) {
    if (registry.owner == RegistryChange::Owner::protection && !had) {
      return fmt::format(
          "Repair or install again the protection program whose value \"{}\" was deleted from {}.",
          value_name(registry), registry.key);
    }
    if (!had) return "";
    return fmt::format("In {} make {} again with {}.", registry.key, value_in_words(registry),
                       registry.old_data);
  }
  if (had) {
    if (registry.old_data.empty()) {
      return fmt::format("In {} empty {}: nothing stood there before.", registry.key,
                         value_in_words(registry));
    }
    return fmt::format("In {} set {} back to {}.", registry.key, value_in_words(registry),
                       registry.old_data);
  }
  const std::string only_if =
      registry.data.empty() ? "" : fmt::format(" (its data: {})", registry.data);
  if (registry.old == RegistryChange::Old::unknown) {
    return fmt::format(
        "In {} look at {}{}: delete it, unless you know that it was there before; "
        "no source says what it held.",
        registry.key, value_in_words(registry), only_if);
  }
  // What is weak is judged by whoever stands before it: they need to know why.
  const bool weak = registry.evidence == entries::Grade::weak && !registry.note.empty();
  return fmt::format("In {} {} {}{}.{}", registry.key, weak ? "look at" : "delete",
                     value_in_words(registry), only_if, weak ? " " + registry.note : "");
}

void describe(const entries::Change& change, Json& object) {
  const auto& registry = registry_of(change);
  constexpr std::string_view actions[] = {"set", "create-key", "remove"};
  constexpr std::string_view olds[] = {"absent", "value", "default", "unknown"};
  object.set("key", registry.key);
  object.set("action", actions[static_cast<std::size_t>(registry.action)]);
  if (registry.action != RegistryChange::Action::create_key) {
    object.set("value", registry.value);
    object.set("type", registry.value_type);
    object.set("data", registry.data);
  }
  object.set("old", olds[static_cast<std::size_t>(registry.old)]);
  if (!registry.old_data.empty()) object.set("old_data", registry.old_data);
  if (registry.owner != RegistryChange::Owner::unknown) {
    object.set("owner", RegistryChange::owner_names()[static_cast<std::size_t>(registry.owner)]);
  }
}

// A handler is taken over by the program that it starts, whatever that is given: `"%1" %*` or
// nothing, in quotes or bare. Sources seldom print the whole command.
std::vector<std::string> data_to_look_for(const RegistryChange& change) {
  if (!change.is_handler()) return {change.data};
  std::string_view program = change.data;
  if (program.starts_with('"')) {
    program.remove_prefix(1);
    program = program.substr(0, program.find('"'));
  } else {
    program = program.substr(0, std::min(program.find(" %"), program.find(" \"")));
  }
  const std::string name(program);
  return {name, name + " *", '"' + name + "\"*"};
}

Terms observe(const entries::Change& change) {
  const auto& registry = registry_of(change);
  // A value that is gone cannot be looked for.
  if (registry.action == RegistryChange::Action::remove) return {};
  Terms terms = {{Property::registry_key, {registry.key}}};
  if (registry.action == RegistryChange::Action::create_key) return terms;
  terms.push_back({Property::registry_value, {registry.value}, !registry.value_is_pattern});
  if (!registry.data.empty())
    terms.push_back({Property::registry_data, data_to_look_for(registry)});
  return terms;
}

}  // namespace

const Kind& registry_kind() {
  static constexpr Kind kind = {
      "registry",
      "Registry",
      &render,
      &by_hand,
      &describe,
      "Open the registry editor (Start, Run, regedit). Export each key before you change it "
      "(File, Export), so that you can put it back. Leave everything else as it is.",
      0,
      nullptr,
      &observe};
  return kind;
}

}  // namespace antidotary::publish
