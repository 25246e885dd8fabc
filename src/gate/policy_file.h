// A policy as a person writes it (TOML): what follows from each finding, and rules for some
// recipients, findings or names. docs/reference/mail-policy.md shows one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gate/policy.h"

namespace antidotary::gate {

struct PolicyRead {
  Policy policy;
  std::vector<std::string> mistakes;  ///< "FILE:LINE:COLUMN: sentence"; none: it may be used.
};

PolicyRead read_policy(std::string_view text, const std::string& file);

}  // namespace antidotary::gate
