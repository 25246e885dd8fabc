// [[network]]: what the threat contacts, attacks, listens on or sends data to. For firewalls, logs
// and the page; a disk at rest does not show it.
#pragma once

#include <string>
#include <vector>

#include "entries/change.h"

namespace antidotary::entries {

struct NetworkChange : Change {
  std::string role;                ///< "backdoor", "denial of service", "connection test" ...
  std::vector<std::string> ports;  ///< "3127/tcp".
  std::vector<std::string> hosts;  ///< "www.example.org".
  std::string schedule;            ///< "2004-02-01 to 2004-02-12".

  std::string_view kind() const override { return "network"; }
  std::string summary() const override;
  bool checkable() const override { return false; }
};

}  // namespace antidotary::entries
