// [[ini]]: a line of an initialisation file (win.ini, system.ini) that the threat writes or fills.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entries/change.h"

namespace antidotary::entries {

struct IniChange : Change {
  std::string directory;  ///< With variables: `%windir%`.
  std::string name;       ///< "win.ini".
  std::string section;    ///< Without brackets.
  std::string key;
  std::vector<std::string> data;  ///< Any of them: sources differ, or the threat chooses.
  /// What stood there before, "" for nothing; nullopt where no source says.
  std::optional<std::string> old_data;

  std::string_view kind() const override { return "ini"; }
  std::string summary() const override;
  /// load= and run= of win.ini list programs: the threat's is one of them, the others stay.
  bool is_list() const;
};

}  // namespace antidotary::entries
