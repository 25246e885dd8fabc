// Edits of a hive in place, computed as byte ranges and applied by nobody here.
//
// Why not hivex: it appends a 4 KiB bin for each commit, truncates the target before writing, and
// takes a dirty hive as clean. These edits never grow the file, touch under 100 bytes for a
// removed value, and as (offset, old, new) they are their own journal: applied backwards they
// give the same SHA-256. (A value of `db` segments costs four bytes more for each of them.)
//
// A dirty, truncated or otherwise anomalous hive is refused: writing to it would throw away what
// its transaction logs hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/byte_edit.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::regf {

using Edit = ByteEdit;

/// A value that must be there exactly as seen, or the edit is refused.
struct ExpectedValue {
  std::string key;    ///< Path from the hive's root, '\\' between names.
  std::string value;  ///< Empty is the default value.
  std::uint32_t type = 0;
  Buffer data;
};

/// Removes a value: takes it out of the value list, frees its cells (value key, data, big data),
/// lowers the count, sets the key's time to `now_filetime`, both sequence numbers to one more, the
/// base block's time and checksum. Edits are disjoint and ordered by offset.
/// Errors: changed (not as expected, or not there), refused (dirty or damaged hive, or two values
/// of that name), malformed and others of Hive::open, budget_spent.
Result<std::vector<Edit>> remove_value(Bytes hive, const ExpectedValue& expected,
                                       std::uint64_t now_filetime, Budget& budget);

/// Gives an existing value other data and type: in its own cell where it fits, else in a free cell
/// found in the bins, never by growing the file. No edits where nothing would change.
/// Errors: as above, and unsupported where no free cell is large enough or `new_data` exceed
/// 16,344 bytes.
Result<std::vector<Edit>> replace_value(Bytes hive, const ExpectedValue& expected,
                                        std::uint32_t new_type, Bytes new_data,
                                        std::uint64_t now_filetime, Budget& budget);

/// Removes a key that has no subkeys, with its values and its share of a security key;
/// `expected_key` is its path. The parent's list is closed up, so edits may reach 8 KiB.
/// `values_max` is how many values it had when it was looked at: it may have lost some to earlier
/// edits, but what came in since is nobody's to throw away.
/// Errors: changed (not there, or more values than that), refused (has subkeys; the root or marked
/// as not to be deleted; dirty or damaged hive), malformed.
Result<std::vector<Edit>> remove_key(Bytes hive, const std::string& expected_key,
                                     std::uint64_t now_filetime, Budget& budget,
                                     std::uint32_t values_max = ~std::uint32_t{0});

/// How many bytes of the base block its sum covers, and a disk writes at once.
inline constexpr std::size_t base_sector_size = 512;

/// The base block's first sector on the way from one side of an edit to the other. `half` says that
/// the hive is half written: `after`'s first sequence number, `before`'s second, and the sum that
/// fits ("Base block": a hive whose numbers differ was not written whole). It serves both ways.
struct BaseStates {
  Buffer before;
  Buffer half;
  Buffer after;
};

/// Made of the sector as it stands, in any of the three states or cut between two of them.
/// Nothing where it is no base block, is of another state, or the edits keep the number.
std::optional<BaseStates> base_states(Bytes now, const std::vector<Edit>& edits);

}  // namespace antidotary::regf
