// Gate: whether a tree may be written to at all. Whoever opens a tree for a run asks here, so that
// no command can forget to.
//
// It is asked under the tree's lock and of the disk as it is now: a plan, and the run that an undo
// takes back, may be older than the disk's last hibernation. What a mounted volume says of itself
// beyond its files ($LogFile, the dirty bit) is left to whoever mounted it for writing.
#pragma once

#include "core/result.h"
#include "files/root.h"

namespace antidotary::remedy {

/// Looks at hiberfil.sys beneath `tree`, and at the top of the file system that holds `tree`: a
/// folder of a hibernated disk is as little to be written to as the disk. Reads names and four
/// bytes, no more.
/// Errors: refused, which says why and what to do.
Status may_be_written(const files::Root& tree);

}  // namespace antidotary::remedy
