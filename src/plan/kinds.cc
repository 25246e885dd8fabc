// Kinds: the look-up by name; the table itself is generated from the files of kinds/.
#include "plan/kinds.h"

namespace antidotary::plan {

const Kind* find_kind(std::string_view name) {
  for (const Kind* kind : kinds()) {
    if (kind->name == name) return kind;
  }
  return nullptr;
}

}  // namespace antidotary::plan
