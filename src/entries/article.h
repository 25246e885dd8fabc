// Article: from a parsed file of the encyclopedia to the model: entry.md, variants, bulletins.
//
// It checks form (keys, types, allowed values); whether what is said holds together is the lints'
// business.
#pragma once

#include <string>
#include <vector>

#include "entries/encyclopedia.h"
#include "entries/entry.h"

namespace antidotary::entries {

/// The only value of `schema` that this build reads.
inline constexpr std::uint64_t schema_version = 1;

/// Each reads `file` as far as it can, notes every problem, and yields what there was. A syntax
/// problem yields an empty value; the caller looks at `problems`.
Entry read_entry(const SourceFile& file, std::vector<Problem>& problems);
Variant read_variant(const SourceFile& file, std::vector<Problem>& problems);
Term read_term(const SourceFile& file, std::vector<Problem>& problems);
Bulletin read_bulletin(const SourceFile& file, std::vector<Problem>& problems);
PostureCheck read_check(const SourceFile& file, std::vector<Problem>& problems);

}  // namespace antidotary::entries
