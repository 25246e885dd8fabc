// Lint: what starts the threat's file is restored before the file goes.
//
// A handler of programs (exefile) that leads to a file that is gone leaves a Windows in which no
// program starts; Winlogon's Shell leaves one without a desktop.
#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "core/text.h"
#include "entries/kinds/file.h"
#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

bool starts_other_things(const RegistryChange& change) {
  const std::string key = ascii_lower(change.key);
  const std::string value = ascii_lower(change.value);
  if (key.ends_with("\\shell\\open\\command")) return true;
  if (key.find("\\clsid\\") != std::string::npos) return key.find("server32") != std::string::npos;
  return key.ends_with("\\winlogon") && (value == "shell" || value == "userinit");
}

class HandlerIsRestoredFirst final : public VariantLint {
 public:
  std::string_view name() const override { return "handler-is-restored-first"; }
  std::string_view advice() const override {
    return "Name the file's change in `before` of the registry change, and give `old` with "
           "`old_data`.";
  }
  void check_variant(const Variant& variant, Report& report) const override {
    for (const auto& change : variant.changes) {
      const auto* registry = dynamic_cast<const RegistryChange*>(change.get());
      if (registry == nullptr || registry->action != RegistryChange::Action::set ||
          !starts_other_things(*registry)) {
        continue;
      }
      if (registry->old == RegistryChange::Old::absent) {
        report.say(registry->place,
                   fmt::format("Windows has the value that {} takes over", registry->id),
                   "Write `old = \"default\"` with `old_data`, or `old = \"unknown\"`.");
      }
      for (const auto& other : variant.changes) check_file(*registry, *other, report);
    }
  }

 private:
  /// True where the data name the file, or are a pattern of its path.
  static bool starts(const RegistryChange& registry, const FileChange& file) {
    return matches_wildcard("*" + file.name + "*", registry.data) ||
           matches_wildcard(registry.data, file.directory + "\\" + file.name);
  }
  static void check_file(const RegistryChange& registry, const Change& other, Report& report) {
    const auto* file = dynamic_cast<const FileChange*>(&other);
    if (file == nullptr) return;
    if (!starts(registry, *file)) return;
    const auto& before = registry.before;
    if (std::find(before.begin(), before.end(), file->id) != before.end()) return;
    report.say(registry.place, fmt::format("{} starts {}, but is not restored before it goes",
                                           registry.id, file->name));
  }
};

}  // namespace

const Lint& handler_is_restored_first_lint() {
  static const HandlerIsRestoredFirst rule;
  return rule;
}

}  // namespace antidotary::entries
