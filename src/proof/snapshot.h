// Snapshot: everything about a tree that an undo must put back, as one digest and as lines.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace antidotary::proof {

/// A line a node, sorted by path: path, kind, size, SHA-256, modification time in nanoseconds,
/// mode, owner, group, extended attributes.
struct Snapshot {
  std::vector<std::string> lines;

  std::string digest() const;
  /// The first lines in which two snapshots differ, at most `most`; empty where they are equal.
  std::vector<std::string> differences(const Snapshot& other, std::size_t most = 5) const;
};

/// Errors: those of opening and reading below `directory`.
Result<Snapshot> snapshot(const std::string& directory);

}  // namespace antidotary::proof
