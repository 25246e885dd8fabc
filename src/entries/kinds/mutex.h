// [[mutex]]: a mutual-exclusion name that the running threat holds. Said on the page; a disk at
// rest does not show it.
#pragma once

#include <string>

#include "entries/change.h"

namespace antidotary::entries {

struct MutexChange : Change {
  std::string name;

  std::string_view kind() const override { return "mutex"; }
  std::string summary() const override;
  bool checkable() const override { return false; }
};

}  // namespace antidotary::entries
