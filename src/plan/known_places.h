// Known places: the few keys, values and lines whose meaning a plan must know.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/finding.h"

namespace antidotary::plan {

/// Run and its kin: values there only say what is to be started. None is the default, and one
/// whose file is gone does no harm. `key` may begin with a root or lie within a hive.
bool is_autostart(std::string_view key);

/// What a value without which nobody can log on must hold (Winlogon's Shell and Userinit), with an
/// entry's variables; nullopt for every other value.
std::optional<std::string> needed_default(const host::RegistryFact& fact);

/// The same of a line of an ini file: the shell of system.ini, without which Windows 95, 98 and Me
/// show no desktop.
std::optional<std::string> needed_line(std::string_view file, std::string_view section,
                                       std::string_view key);

}  // namespace antidotary::plan
