// How each kind of change is said: one file in kinds/ each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "entries/change.h"
#include "publish/exports/terms.h"

namespace antidotary::publish {

/// A row of the page's table of changes: label and text, "Old value" and "absent". Raw: whoever
/// shows it escapes it.
using Rows = std::vector<std::pair<std::string, std::string>>;

struct Kind {
  std::string_view name;
  std::string_view heading;  ///< "Files", "Registry", "Messages": the table's title.
  Rows (*render)(const entries::Change& change);
  /// One sentence of removal by hand, or empty where there is nothing to do.
  std::string (*by_hand)(const entries::Change& change);
  /// The kind's own fields as members of `object`, named as entries name them.
  void (*describe)(const entries::Change& change, Json& object);
  /// What a person is told before the sentences of by_hand; which kind comes first: 0 before 1.
  std::string_view by_hand_lead;
  std::uint8_t by_hand_order = 0;
  /// The process to be ended before removal, or empty. May be null.
  std::string (*process)(const entries::Change& change) = nullptr;
  /// What of it another tool can look for. May be null: then exports carry its words alone.
  Terms (*observe)(const entries::Change& change) = nullptr;
  /// The line of a text file that it writes. May be null.
  LineTerm (*line)(const entries::Change& change) = nullptr;
};

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

/// One sentence of removal by hand, with when it is its turn where it must come last; empty where
/// there is nothing to do.
std::string by_hand_in_turn(const entries::Change& change);

/// A list of texts as a JSON array.
Json json_list(const std::vector<std::string>& texts);
/// 19824 as "19,824".
std::string with_commas(std::uint64_t number);

}  // namespace antidotary::publish
