// Dbx: the store of Outlook Express 5 and 6, one file a folder: where its messages are.
//
//   header   magic, GUID of the kind, count of entries at 0xc4, root of the tree at 0xe4
//   node     a place in a tree of entries: own offset, own child, count of rows (offset 0x11),
//            from 0x18 rows of three words: entry, child node, count below it
//   entry    own offset, bytes of the body, count of fields; from 0x0c fields of a number and
//            three bytes, a value (bit 7 of the number) or where in the body the value stands.
//            Field 4 is the message
//   segment  own offset, bytes of the block, bytes used, next segment; from 0x10 the bytes
//
// Each structure states its own offset, which is held against where it was found. What was deleted
// and not yet compacted away is in no tree and is not read. Nothing is written: OE's own compaction
// is the only thing known to keep all of its lists in step.
//
// Source: the public description of the format by A. Schloh, "The Microsoft Outlook Express dbx
// file format" (oedbx); Microsoft has published none.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::dbx {

/// Entries of one store that are listed. Outlook Express stops at 2 GiB.
inline constexpr std::size_t entries_max = 4'000'000;

struct Listing {
  /// Where each message begins, in the order of the tree; nullopt where only its header was
  /// fetched. Offsets are not believed yet.
  std::vector<std::optional<std::uint32_t>> messages;
  std::uint32_t stated = 0;    ///< The header's count of entries.
  std::optional<Error> error;  ///< Why the list ends early, or has gaps.
  /// A store of something else (the list of folders, of what a server has): it holds no messages.
  bool of_messages = true;
};

/// Errors: not_this_format, truncated (no whole header), budget_spent.
Result<Listing> list(Bytes store, Budget& budget);

struct Message {
  Buffer bytes;
  std::optional<Error> error;  ///< Why it ends early: truncated, malformed, budget_spent.
};

/// The message whose segments begin at `offset`, of at most `bytes_max`.
Message read_message(Bytes store, std::uint32_t offset, std::uint64_t bytes_max, Budget& budget);

}  // namespace antidotary::dbx
