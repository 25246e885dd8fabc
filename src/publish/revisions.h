// Revisions: what changed in the encyclopedia, and when: for the feed, and for whoever must say
// when a statement was first made.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace antidotary::publish {

/// One change of the encyclopedia: a line "2026-11-30 win32/mimail: what changed".
struct Revision {
  std::string date;  ///< ISO.
  std::string id;    ///< Of an entry; "all" is the whole encyclopedia.
  std::string what;
};
/// Reads encyclopedia/CHANGES: a revision a line, newest first; empty lines and '#' are skipped.
/// Errors: bad_input, naming the line.
Result<std::vector<Revision>> read_revisions(std::string_view text);

/// The dates of the first and the last revision of the entry `id`, or of everything where it is
/// empty; both empty where there is none. An entry without a line of its own is as old as the
/// oldest line that speaks of all.
std::pair<std::string, std::string> span_of(const std::vector<Revision>& revisions,
                                            std::string_view id);

}  // namespace antidotary::publish
