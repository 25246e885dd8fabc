// Statements: everything in an entry that must have a source, and every text that a person reads,
// as one walk each, so that no lint forgets a place.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "entries/entry.h"

namespace antidotary::entries {

struct Statement {
  std::string what;  ///< "the name W32.Mimail".
  const std::vector<std::string>& sources;
  const Place& place;
};

void for_each_statement(const Entry& entry, const std::function<void(const Statement&)>& visit);
void for_each_text(const Entry& entry,
                   const std::function<void(std::string_view text, const Place& place)>& visit);

}  // namespace antidotary::entries
