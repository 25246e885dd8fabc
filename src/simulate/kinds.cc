// Kinds: the look-up by name; the table itself is generated from the files of kinds/.
#include "simulate/kinds.h"

namespace antidotary::simulate {

const Kind* find_kind(std::string_view name) {
  for (const Kind* kind : kinds()) {
    if (kind->name == name) return kind;
  }
  return nullptr;
}

}  // namespace antidotary::simulate
