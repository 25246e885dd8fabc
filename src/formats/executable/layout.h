// Layout: where the parts of a program's file stand, as rules in ClamAV's formats ask for them.
//
// A rule says "8 bytes behind the entry point" or "the digest of a section"; it means what clamscan
// makes of the headers, not what a system's loader would. The readers (pe.h, elf.h) answer as
// clamscan 1.4.6 was seen to, and where it reads less than the formats allow, as the formats do:
// docs/decisions/0014.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace antidotary::executable {

struct Section {
  // Invariant: a section of a PE with a size lies inside the file; what stands in an ELF may lie.
  std::uint64_t offset = 0;  ///< In the file.
  std::uint64_t size = 0;    ///< In the file; 0 where it has no bytes there.
};

struct Layout {
  std::uint64_t entry_point = 0;  ///< File offset.
  std::vector<Section> sections;  ///< In the table's order, one for each row.
  /// File offsets of the keys of a PE's version information, in rising order, each once.
  std::vector<std::uint64_t> version_strings;
  /// The lower-case "library.function,..." list that imphash is the MD5 of; empty: none.
  std::string imports;
};

}  // namespace antidotary::executable
