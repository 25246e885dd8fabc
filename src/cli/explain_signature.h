// ExplainSignature: any signature of a pack for a person: where it comes from, what it looks for,
// decoded.
#pragma once

#include <string>

#include "core/result.h"
#include "pack/pack.h"

namespace antidotary::cli {

/// Everything of this name in the pack, or an empty text. Errors: malformed.
Result<std::string> explain_signature(const pack::Pack& pack, const std::string& name);

}  // namespace antidotary::cli
