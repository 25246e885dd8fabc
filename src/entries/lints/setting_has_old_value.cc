// Lint: a weakened setting of Windows is put back, not left or deleted by guess.
//
// The table holds settings whose state on a fresh Windows is published; it is not the list of
// everything that a threat may weaken.
#include <fmt/core.h>

#include <iterator>
#include <string>

#include "core/text.h"
#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

struct Setting {
  std::string_view key;      ///< Lower case, what the key ends with.
  std::string_view value;    ///< Lower case.
  std::string_view initial;  ///< What a fresh Windows has; empty: no such value.
};

constexpr Setting settings[] = {
    {"\\services\\sharedaccess", "start", "2"},
    {"\\services\\wscsvc", "start", "2"},
    {"\\services\\wuauserv", "start", "2"},
    {"\\policies\\system", "disableregistrytools", ""},
    {"\\policies\\system", "disabletaskmgr", ""},
    {"\\policies\\system", "disablecmd", ""},
    {"\\windows\\system", "disablecmd", ""},
    {"\\policies\\explorer", "nofolderoptions", ""},
    {"\\services\\tcpip\\parameters", "tcpnumconnections", ""},
    {"\\microsoft\\security center", "antivirusoverride", ""},
    {"\\microsoft\\security center", "firewalloverride", ""},
    {"\\control\\safeboot", "alternateshell", "cmd.exe"},
};

const Setting* setting_of(const RegistryChange& change) {
  const std::string key = ascii_lower(change.key);
  const std::string value = ascii_lower(change.value);
  for (const Setting& setting : settings) {
    if (key.ends_with(setting.key) && value == setting.value) return &setting;
  }
  return nullptr;
}

class SettingHasOldValue final : public ChangeLint<RegistryChange> {
 public:
  std::string_view name() const override { return "setting-has-old-value"; }
  std::string_view advice() const override {
    return "Write what a fresh Windows has there: `old = \"default\"` with `old_data`, or `old = "
           "\"absent\"`.";
  }
  void check_change(const RegistryChange& change, Report& report) const override {
    const Setting* setting = setting_of(change);
    if (setting == nullptr || change.action != RegistryChange::Action::set) return;
    const bool given = change.had_value();
    const bool right = setting->initial.empty() ? change.old == RegistryChange::Old::absent : given;
    if (right) return;
    report.say(
        change.place,
        fmt::format("{} weakens a setting and does not say how it is put back", change.id),
        setting->initial.empty()
            ? "Write `old = \"absent\"`: a fresh Windows has no such value."
            : fmt::format("Write `old = \"default\"` and `old_data = \"{}\"`.", setting->initial));
  }
};

}  // namespace

const Lint& setting_has_old_value_lint() {
  static const SettingHasOldValue rule;
  return rule;
}

}  // namespace antidotary::entries
