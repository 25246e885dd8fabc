// Condition: whether what was seen satisfies what an entry's condition says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "entries/posture.h"

namespace antidotary::posture {

/// What a value, a file or a name says, in the forms in which conditions may ask.
struct Said {
  std::vector<std::string> texts;       ///< One, or the strings of a REG_MULTI_SZ.
  std::optional<std::uint64_t> number;  ///< Where it is a number, or a text of digits.
  bool is_version = false;              ///< `texts` holds a file version.

  std::string shown() const;
};

/// From a registry value's type and data.
Said said_by(std::uint32_t type, Bytes data);

bool holds(const entries::Condition& condition, const Said& said);
bool any_holds(const std::vector<entries::Condition>& conditions, const Said& said);

}  // namespace antidotary::posture
