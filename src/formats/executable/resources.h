// Resources: the leaves of a PE's resource tree.
//
// Spec: Microsoft, "PE Format", "The .rsrc Section".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/budget.h"
#include "formats/executable/program.h"

namespace antidotary::executable {

/// Leaves that are read; with more the rest is left out.
inline constexpr std::size_t resources_max = 4096;

struct Resource {
  std::uint32_t type = 0;  ///< RT_ICON is 3; 0 where the type has a name.
  std::string name;        ///< "10/101/1033": type, name, language; UTF-8.
  // Invariant: offset + size <= size of the file.
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// Reads the tree of `program`, the headers of `file`, as far as it is sound: what is damaged is
/// left out. Pays a step for each row. Errors: budget_spent.
Result<std::vector<Resource>> read_resources(Bytes file, const Program& program, Budget& budget);

}  // namespace antidotary::executable
