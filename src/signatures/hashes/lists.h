// Lists: digests as people pass them on: one a line, CSV, sha256sum's output, MISP events, STIX
// bundles, NSRL's sets.
#pragma once

#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "signatures/corpus.h"

namespace antidotary::signatures::hashes {

/// Reads a list into the corpus's current source; its kind is told by its content. A name that says
/// allow, whitelist or NSRL, not denied ("not-allowed"), makes its digests allowed ones.
/// Errors: bad_input (nothing in it is a digest).
Status read_list(Bytes bytes, const std::string& name, Corpus& corpus);

}  // namespace antidotary::signatures::hashes
