// A registry value that was set is removed or given back what it held; a key that was made is
// removed where nothing else has grown below it.
#include "entries/kinds/registry.h"

#include <fmt/core.h>

#include <utility>

#include "plan/kinds.h"
#include "plan/old_data.h"
#include "plan/known_places.h"

namespace antidotary::plan {
namespace {

using entries::RegistryChange;

void restore(const std::string& text, const std::string& type, const host::RegistryFact& fact,
             const Context& context, Step& out) {
  const std::string where = host::where_of(fact);
  out.act = Act::restore_value;
  auto old = old_data(text, type, fact.type, context.windows_path);
  if (!old) {
    out.what = fmt::format("Give {} back \"{}\"", where, text);
    out.left = fmt::format("what it held before cannot be written here: {}", old.error().what);
    return;
  }
  out.what = fmt::format("Give {} back \"{}\"", where, old->shown);
  out.expected_after = fmt::format("{} holds \"{}\"", where, old->shown);
  out.new_type = old->type;
  out.new_data = std::move(old->data);
}

void remove_value(const host::RegistryFact& fact, Step& out) {
  const std::string where = host::where_of(fact);
  out.act = Act::remove_value;
  out.what = fmt::format("Remove the registry value {}", where);
  out.expected_after = where + " is gone";
}

void remove_key(const host::RegistryFact& fact, Step& out) {
  const std::string where = host::where_of(fact);
  out.act = Act::remove_key;
  out.what = fmt::format("Remove the registry key {}", where);
  if (fact.values > 0) {
    out.what += fmt::format(" and its {} value{}", fact.values, fact.values == 1 ? "" : "s");
  }
  out.expected_after = where + " is gone";
  if (fact.subkeys > 0) {
    out.left = fmt::format("it has {} subkey{}, which may be somebody else's", fact.subkeys,
                           fact.subkeys == 1 ? "" : "s");
  }
}

Step invert(const entries::Change& generic, const host::Finding& finding, const Context& context) {
  const auto& change = static_cast<const RegistryChange&>(generic);
  Step out;
  out.registry = finding.registry;
  out.reason = fmt::format("set by {} (change {})", context.variant.title, change.id);
  if (!finding.registry) {
    out.what = "Look at " + finding.where;
    out.left = "the place in the registry is not known";
    return out;
  }
  const host::RegistryFact& fact = *finding.registry;
  const auto needed = needed_default(fact);
  const bool old_is_given = change.had_value();
  if (fact.whole_key) {
    remove_key(fact, out);
  } else if (old_is_given) {
    restore(change.old_data, change.value_type, fact, context, out);
  } else if (needed) {
    restore(*needed, "REG_SZ", fact, context, out);
  } else {
    remove_value(fact, out);
    if (change.old == RegistryChange::Old::unknown && !is_autostart(fact.key)) {
      out.left = "no source says what it held before";
    }
  }
  if (context.hive_dirty) {
    out.left = fmt::format(
        "{} was not closed properly: start that Windows once and shut it down fully, then examine "
        "again",
        fact.hive);
  }
  return out;
}

}  // namespace

const Kind& registry_kind() {
  static constexpr Kind kind = {"registry", &invert};
  return kind;
}

}  // namespace antidotary::plan
