// Lint: a hijacked handler that the words tell of is a change too, so that the plan knows of it.
//
// Prose alone orders nothing: the file would go while Windows still starts every program through
// it.
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/text.h"
#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

/// The words of handlers in a text: the classes that it names or, where it names none, the key.
std::set<std::string_view> handlers_in(std::string_view text) {
  const std::string lower = ascii_lower(text);
  std::set<std::string_view> out;
  for (const std::string_view word :
       {"exefile", "comfile", "batfile", "cmdfile", "piffile", "scrfile", "regfile", "txtfile"}) {
    if (lower.find(word) != std::string::npos) out.insert(word);
  }
  constexpr std::string_view key = "shell\\open\\command";
  if (out.empty() && lower.find(key) != std::string::npos) out.insert(key);
  return out;
}

bool removes_a_file(const Variant& variant) {
  return std::any_of(variant.changes.begin(), variant.changes.end(),
                     [](const auto& change) { return change->kind() == "file"; });
}

bool restores_first(const Variant& variant, std::string_view handler) {
  return std::any_of(variant.changes.begin(), variant.changes.end(), [&](const auto& change) {
    const auto* registry = dynamic_cast<const RegistryChange*>(change.get());
    if (registry == nullptr) return false;
    // What is weak is shown and left to a person: it orders nothing.
    if (registry->before.empty() && registry->evidence != Grade::weak) return false;
    const std::string key = ascii_lower(registry->key);
    return registry->action == RegistryChange::Action::set && registry->is_handler() &&
           key.find(handler) != std::string::npos;
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
    std::vector<const Variant*> with_files;
    for (const Variant& variant : entry.variants) {
      if (removes_a_file(variant)) with_files.push_back(&variant);
    }
    std::set<std::pair<std::string, std::string_view>> told;  // once a file is enough
    for_each_text(entry, [&](std::string_view text, const Place& place) {
      const auto of = std::find_if(
          with_files.begin(), with_files.end(),
          [&place](const Variant* variant) { return variant->place.file == place.file; });
      const bool of_all = place.file == entry.place.file;
      if (of == with_files.end() && (!of_all || with_files.empty())) return;
      for (const std::string_view handler : handlers_in(text)) {
        // What the entry says of all of them, one variant's change may answer.
        const bool answered =
            of_all ? std::any_of(with_files.begin(), with_files.end(),
                                 [&](const Variant* v) { return restores_first(*v, handler); })
                   : restores_first(**of, handler);
        if (answered || !told.emplace(place.file, handler).second) continue;
        report.say(place, fmt::format("the words tell of the handler {}, but no change restores it "
                                      "before a file is deleted",
                                      handler));
      }
    });
  }
};

}  // namespace

const Lint& handler_is_stated_lint() {
  static const HandlerIsStated rule;
  return rule;
}

}  // namespace antidotary::entries
