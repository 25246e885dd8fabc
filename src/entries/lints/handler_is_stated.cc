// Lint: a hijacked handler that the words tell of is a change too, so that the plan knows of it.
//
// Prose alone orders nothing: the file would go while Windows still starts every program through
// it.
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/text.h"
#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

/// The handler's word in a text; empty where there is none.
std::string_view handler_in(std::string_view text) {
  const std::string lower = ascii_lower(text);
  for (const std::string_view word : {"exefile", "comfile", "batfile", "cmdfile", "piffile",
                                      "scrfile", "txtfile", "shell\\open\\command"}) {
    if (lower.find(word) != std::string::npos) return word;
  }
  return {};
}

bool removes_a_file(const Variant& variant) {
  return std::any_of(variant.changes.begin(), variant.changes.end(),
                     [](const auto& change) { return change->kind() == "file"; });
}

bool restores_a_handler_first(const Variant& variant) {
  return std::any_of(variant.changes.begin(), variant.changes.end(), [](const auto& change) {
    const auto* registry = dynamic_cast<const RegistryChange*>(change.get());
    return registry != nullptr && !registry->before.empty() &&
           registry->action == RegistryChange::Action::set &&
           ascii_lower(registry->key).ends_with("\\shell\\open\\command");
  });
}

class HandlerIsStated final : public EntryLint {
 public:
  std::string_view name() const override { return "handler-is-stated"; }
  std::string_view advice() const override {
    return "State it as a [[registry]] change of the key shell\\open\\command, with `old`, "
           "`old_data` and, in `before`, the file that it starts.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    bool any_file = false;
    bool any_restored = false;
    for (const Variant& variant : entry.variants) {
      if (!removes_a_file(variant)) continue;
      any_file = true;
      any_restored = any_restored || restores_a_handler_first(variant);
    }
    std::set<std::string> told;  // once a file is enough
    for_each_text(entry, [&](std::string_view text, const Place& place) {
      const std::string_view word = handler_in(text);
      if (word.empty() || told.count(place.file) != 0) return;
      const auto of = std::find_if(
          entry.variants.begin(), entry.variants.end(),
          [&place](const Variant& variant) { return variant.place.file == place.file; });
      // What the entry says of all of them, one variant's change may answer.
      const bool wrong = of == entry.variants.end()
                             ? any_file && !any_restored
                             : removes_a_file(*of) && !restores_a_handler_first(*of);
      if (!wrong) return;
      told.insert(place.file);
      report.say(place, fmt::format("the words tell of the handler {}, but no change restores it "
                                    "before a file is deleted",
                                    word));
    });
  }
};

}  // namespace

const Lint& handler_is_stated_lint() {
  static const HandlerIsStated rule;
  return rule;
}

}  // namespace antidotary::entries
