// VBA's compression: the text of macros as Office stores it in module streams.
//
// Own code: no library of Debian's reads it. Internal to the room.
//
// Spec: [MS-OVBA] version 11.0, 2.4.1.
#pragma once

#include "unpack/brought.h"

namespace antidotary::unpack {

/// Unpacks the one container at the start of `packed`, up to its last whole chunk. What comes out
/// before damage is kept beside the error (malformed, truncated, budget_spent).
Brought unpack_vba(Bytes packed, Budget& budget);

/// Where in a module stream the container of its text begins, told by the words that Office writes
/// first ("Attribute VB_"), wherever the directory of modules points; npos without.
std::size_t find_vba(Bytes module);

}  // namespace antidotary::unpack
