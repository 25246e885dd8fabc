// Windows: where a pattern may begin in one object, from the offset that its rule states.
#pragma once

#include <optional>

#include "match/program.h"
#include "pack/matcher.h"
#include "pack/rule.h"

namespace antidotary::pack {

/// Nullopt where it can begin nowhere: the object has no such section, or it lies outside.
std::optional<match::Window> window_of(const Offset& offset, const Subject& subject);
/// Whether a match that begins at `begin` begins where `offset` says; for offsets of several
/// windows (version information).
bool begins_rightly(const Offset& offset, const Subject& subject, std::uint64_t begin);

}  // namespace antidotary::pack
