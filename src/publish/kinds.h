// How each kind of change is said: one file in kinds/ each.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entries/change.h"

namespace antidotary::publish {

/// A row of the page's table of changes: label and text, "Old value" and "absent".
using Rows = std::vector<std::pair<std::string, std::string>>;

struct Kind {
  std::string_view name;
  std::string_view heading;  ///< "Files", "Registry", "Messages": the table's title.
  Rows (*render)(const entries::Change& change);
  /// One sentence of removal by hand, or empty where there is nothing to do.
  std::string (*by_hand)(const entries::Change& change);
};

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

}  // namespace antidotary::publish
