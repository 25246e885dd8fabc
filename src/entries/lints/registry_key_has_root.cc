// Lint: a registry key begins with a root that a hive file can be found for.
#include <fmt/core.h>

#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class RegistryKeyHasRoot final : public ChangeLint<RegistryChange> {
 public:
  std::string_view name() const override { return "registry-key-has-root"; }
  std::string_view advice() const override {
    return "Begin with HKLM, HKCU, HKCR or HKU and a backslash; one backslash between keys, none "
           "at the end.";
  }
  void check_change(const RegistryChange& change, Report& report) const override {
    const std::string_view key = change.key;
    const std::string_view root = key.substr(0, key.find('\\'));
    const bool known = root == "HKLM" || root == "HKCU" || root == "HKCR" || root == "HKU";
    const bool form = key.size() > root.size() + 1 && key.back() != '\\' &&
                      key.find("\\\\") == std::string_view::npos;
    if (!known || !form) report.say(change.place, fmt::format("the key {} cannot be found", key));
  }
};

}  // namespace

const Lint& registry_key_has_root_lint() {
  static const RegistryKeyHasRoot rule;
  return rule;
}

}  // namespace antidotary::entries
