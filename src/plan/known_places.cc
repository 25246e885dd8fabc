// Known places: compared by the last names of a key, whatever the root.
#include "plan/known_places.h"

#include <array>

#include "core/text.h"

namespace antidotary::plan {
namespace {

bool ends_with_key(std::string_view key, std::string_view tail) {
  if (key.size() < tail.size()) return false;
  const std::size_t start = key.size() - tail.size();
  return equal_ignoring_case(key.substr(start), tail) && (start == 0 || key[start - 1] == '\\');
}

}  // namespace

bool is_autostart(std::string_view key) {
  constexpr std::array<std::string_view, 6> names = {
      "Run", "RunOnce", "RunOnceEx", "RunServices", "RunServicesOnce", "Policies\\Explorer\\Run"};
  for (const std::string_view name : names) {
    if (ends_with_key(key, "Microsoft\\Windows\\CurrentVersion\\" + std::string(name))) return true;
  }
  return false;
}

std::optional<std::string> needed_default(const host::RegistryFact& fact) {
  if (!fact.root.starts_with("HKLM")) return std::nullopt;
  if (!ends_with_key(fact.key, "Microsoft\\Windows NT\\CurrentVersion\\Winlogon")) {
    return std::nullopt;
  }
  if (equal_ignoring_case(fact.value, "Shell")) return "Explorer.exe";
  if (equal_ignoring_case(fact.value, "Userinit")) return "%system%\\userinit.exe,";
  return std::nullopt;
}

std::optional<std::string> needed_line(std::string_view file, std::string_view section,
                                       std::string_view key) {
  const bool shell = equal_ignoring_case(file, "system.ini") &&
                     equal_ignoring_case(section, "boot") && equal_ignoring_case(key, "shell");
  if (shell) return "Explorer.exe";
  return std::nullopt;
}

}  // namespace antidotary::plan
