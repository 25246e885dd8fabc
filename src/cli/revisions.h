// Revisions: the encyclopedia's CHANGES, for verbs that say when something changed.
#pragma once

#include <vector>

#include "cli/verb.h"
#include "core/result.h"
#include "publish/revisions.h"

namespace antidotary::cli {

/// None where the encyclopedia has no such file. Errors: bad_input, naming the line.
Result<std::vector<publish::Revision>> revisions_of(const Invocation& invocation);

}  // namespace antidotary::cli
