// DeletedMarks: what of the published registry marks was deleted and is still in a hive's free
// room.
//
// They are evidence for a person and never weigh in a verdict: what was deleted does not run, may
// be years old, and may be what an earlier cleaning took away, ours too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "entries/encyclopedia.h"
#include "host/computer.h"

namespace antidotary::diagnosis {

struct DeletedMark {
  std::string hive;   ///< Exact path of the hive file below the tree's root.
  std::string where;  ///< "HKLM\SOFTWARE\...\Run: VideoDriver", as far as it is known.
  std::string shown;  ///< What it held, for a person.
  std::int64_t key_written_unix_ns = 0;  ///< When its key was last written to; 0: not known.
  std::vector<std::string> entries;      ///< "win32/mimail.c": whose changes state it; may be none.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("hive", self.hive);
    visit("where", self.where);
    visit("shown", self.shown);
    visit("key_written_unix_ns", self.key_written_unix_ns);
    visit("entries", self.entries);
  }
};

inline constexpr std::size_t deleted_marks_max = 500;

struct DeletedMarks {
  std::vector<DeletedMark> marks;
  bool cut =
      false;  ///< There may be more: over `deleted_marks_max`, or over regf::Deleted's limits.
};

/// Deleted values and keys that a change of an entry states, and deleted start-up points. A hive
/// that could not be looked through is noted as unread.
DeletedMarks deleted_marks(const entries::Encyclopedia& encyclopedia, host::Computer& computer);

}  // namespace antidotary::diagnosis
