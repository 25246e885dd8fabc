// Transaction logs: the changes that a hive's file lacks after an unclean end, put in.
//
// Windows writes changes into a log beside the hive (SYSTEM.LOG, .LOG1, .LOG2) before it writes the
// hive itself, and replays them at its next start. So does this, in memory: the hive's bytes go in,
// the bytes that Windows would make of them come out. Nothing is written to a disk.
//
// Two formats exist. The old one (to Windows 8) is a copy of dirty 512-byte pages, valid for one
// hive and time; the new one (Windows 8.1 and later) a chain of entries with sequence numbers and
// hashes, spread over two files. A log that does not belong, is damaged or has a gap adds nothing
// from there on: what was sound before is kept, as Windows does.
//
// Spec: Maxim Suhanov, "Windows registry file format specification" (2019), "Format of transaction
// log files" and "Dirty state of a hive".
#pragma once

#include <cstdint>
#include <span>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::regf {

struct Replayed {
  Buffer hive;                 ///< Whole; its base block is clean.
  std::uint32_t entries = 0;   ///< New format: entries applied. Old: 1.
  std::uint32_t pages = 0;     ///< Pages put in.
  std::uint32_t sequence = 0;  ///< Of the last entry applied; 0 for the old format.
};

/// Replays `logs`, in any order, over `primary`. Pays a step for 64 bytes copied or hashed.
///
/// Errors: not_this_format (no hive), not_found (no log has changes for this hive as it stands),
/// malformed (the hive's base block is damaged, and no log holds a copy), refused (the changes
/// would make a hive over 2 GiB), budget_spent.
Result<Replayed> replay_logs(Bytes primary, std::span<const Bytes> logs, Budget& budget);

/// Marvin32 as the entries of a new log are hashed by: 64 bits, the first half low.
std::uint64_t marvin32(Bytes bytes, std::uint64_t seed);

}  // namespace antidotary::regf
