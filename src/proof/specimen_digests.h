// Specimen digests: for a proof, the digests that an entry states are replaced by those of the
// inert stand-ins, so that detection by digest is proven too. Only ever in memory: what is shipped
// holds the published digests.
#pragma once

#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::proof {

/// The same files with each stated digest of a file change replaced by its specimen's.
std::vector<entries::SourceFile> with_specimen_digests(std::vector<entries::SourceFile> files);

}  // namespace antidotary::proof
