// OutlookIndex: which messages a store of Outlook's (PST, OST) says it holds, and whether its sums
// hold.
//
//   header       the sum of its own bytes; where the file ends; the roots of both trees
//   block tree   each block of data: its number, place and bytes
//   node tree    each node: its number, whose lowest five bits say what it is
//   page, block  behind its bytes a trailer: its number, and the sum of the bytes
//
// It brings nothing out: libpff does (openers/outlook.cc). But libpff looks at no sum and leaves
// out in silence what it cannot find, and what a damaged store leaves out must not be called clean.
// So every block is held against its sum here, whoever points at it, and every message of the tree
// of nodes is asked for there. What lies in no tree (deleted, and overwritten some day) is not
// looked at. Stores with pages of 4096 bytes (OST since Outlook 2013) have no public description:
// their sums are unsupported.
//
// Source: [MS-PST], 2.2.2 (pages, blocks, header), 5.3 (the sum).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::unpack {

struct OutlookIndex {
  /// The numbers of nodes that are messages, in the order of the tree, as far as it could be read.
  std::vector<std::uint32_t> messages;
  /// The first thing that is wrong: malformed, truncated, unsupported (pages of 4096 bytes), or
  /// budget_spent.
  std::optional<Error> error;
};

/// Time is linear in the file: each page and block is summed once. One step for 16 bytes.
OutlookIndex read_outlook_index(Bytes store, Budget& budget);

/// Whether the node's number is that of a message: in a folder, or kept beside its contents.
constexpr bool is_message_node(std::uint32_t number) {
  const std::uint32_t kind = number & 0x1f;  // [MS-PST] 2.2.2.1
  return kind == 0x04 || kind == 0x08;
}

}  // namespace antidotary::unpack
