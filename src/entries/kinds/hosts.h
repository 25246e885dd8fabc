// [[hosts]]: a line that the threat adds to the hosts file, which sends a name to a wrong address.
#pragma once

#include <string>

#include "entries/change.h"

namespace antidotary::entries {

struct HostsChange : Change {
  std::string line;  ///< As it stands there, blanks as one; `*` and `?` are wildcards.

  std::string_view kind() const override { return "hosts"; }
  std::string summary() const override { return "a line of the hosts file: " + line; }

  /// Where Windows NT and its kin keep it, and Windows 95, 98 and Me.
  static constexpr std::string_view directories[] = {"%system%\\drivers\\etc", "%windir%"};
};

}  // namespace antidotary::entries
