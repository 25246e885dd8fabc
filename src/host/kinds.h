// How each kind of change is looked for on a computer: one file in kinds/ each.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "entries/change.h"
#include "host/computer.h"
#include "host/finding.h"

namespace antidotary::host {

struct Kind {
  std::string_view name;
  /// Findings of this change: one for each place where it is found or contradicted; else a single
  /// one that is missing or unknown. entry, variant, change, kind and grade are filled in by the
  /// caller.
  std::vector<Finding> (*detect)(const entries::Change& change, Computer& computer);
};

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

}  // namespace antidotary::host
