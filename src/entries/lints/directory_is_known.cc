// Lint: directories begin where a computer can be asked, and variables are known ones.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "core/text.h"
#include "entries/kinds/file.h"
#include "entries/kinds/ini.h"
#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view variables[] = {"%windir%",        "%system%", "%systemdrive%",
                                          "%programfiles%",  "%temp%",   "%userprofile%",
                                          "%internetcache%", "%startup%"};

bool begins_with_drive(std::string_view text) {
  return text.size() >= 2 && text[1] == ':' &&
         ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z')) &&
         (text.size() == 2 || text[2] == '\\');
}

void check_variables(std::string_view text, const Change& change, Report& report) {
  const std::string lower = ascii_lower(text);
  for (std::size_t at = lower.find('%'); at != std::string::npos;) {
    const std::size_t end = lower.find('%', at + 1);
    if (end == std::string::npos) return;
    const std::string variable = lower.substr(at, end - at + 1);
    const bool name =
        variable.size() > 2 &&
        variable.find_first_not_of("abcdefghijklmnopqrstuvwxyz%") == std::string::npos;
    // %1 and "%1 %*" are what the shell puts in, not variables.
    if (!name) {
      at = end;
      continue;
    }
    if (std::find(std::begin(variables), std::end(variables), variable) == std::end(variables)) {
      report.say(change.place, fmt::format("{} is no variable that entries know", variable));
    }
    at = lower.find('%', end + 1);
  }
}

void check_directory(std::string_view directory, const Change& change, Report& report) {
  check_variables(directory, change, report);
  if (!directory.starts_with('%') && !begins_with_drive(directory)) {
    report.say(change.place, fmt::format("the directory {} begins nowhere", directory));
  }
  if (directory.find('/') != std::string_view::npos) {
    report.say(change.place, fmt::format("the directory {} has a slash", directory),
               "Separate folders by backslashes, in single quotes.");
  }
  for (const std::string_view part : split(directory, '\\')) {
    if (part == ".." || part == ".") {
      report.say(change.place, fmt::format("the directory {} climbs", directory),
                 "Write the folder itself, without . and .. parts.");
    }
  }
}

class DirectoryIsKnown final : public VariantLint {
 public:
  std::string_view name() const override { return "directory-is-known"; }
  std::string_view advice() const override {
    return "Begin with a drive (c:\\) or one of %windir% %system% %systemdrive% %programfiles% "
           "%temp% %userprofile% %internetcache% %startup%.";
  }
  void check_variant(const Variant& variant, Report& report) const override {
    for (const auto& change : variant.changes) {
      if (const auto* file = dynamic_cast<const FileChange*>(change.get())) {
        check_directory(file->directory, *change, report);
        if (!file->genuine_twin.empty()) check_directory(file->genuine_twin, *change, report);
      } else if (const auto* ini = dynamic_cast<const IniChange*>(change.get())) {
        check_directory(ini->directory, *change, report);
        for (const std::string& data : ini->data) check_variables(data, *change, report);
      } else if (const auto* registry = dynamic_cast<const RegistryChange*>(change.get())) {
        // What Windows itself expands stays as it is in a value of the expanding type.
        if (registry->value_type == "REG_EXPAND_SZ") continue;
        check_variables(registry->data, *change, report);
        check_variables(registry->old_data, *change, report);
      }
    }
  }
};

}  // namespace

const Lint& directory_is_known_lint() {
  static const DirectoryIsKnown rule;
  return rule;
}

}  // namespace antidotary::entries
