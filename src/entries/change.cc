// Change: the names of its grades.
#include "entries/change.h"

#include <array>

namespace antidotary::entries {

std::span<const std::string_view> enum_names(Grade) {
  static constexpr std::array<std::string_view, 3> names = {"weak", "strong", "conclusive"};
  return names;
}

}  // namespace antidotary::entries
