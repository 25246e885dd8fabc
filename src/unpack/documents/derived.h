// Derived: what a stream of a document holds that its bytes do not show: packed objects, macros,
// packages. Each hands out further children beside the stream itself.
//
// Internal to the room.
#pragma once

#include <functional>
#include <string>

#include "unpack/brought.h"

namespace antidotary::unpack {

/// Hands out one thing that is derived, paying for the object; `brought` has paid for its bytes.
/// Errors: budget_spent, after which nothing more is to be derived.
Status hand_out_derived(const std::string& name, const Brought& brought, Budget& budget,
                        const Visitor& visitor);
/// The same for a view of bytes that are already paid.
Status hand_out_view(const std::string& name, Bytes bytes, Budget& budget, const Visitor& visitor);

/// Embedded objects of a PowerPoint document, inflated where they are packed ([MS-PPT] 2.10.34).
Status derive_from_powerpoint(Bytes stream, Budget& budget, const Visitor& visitor);

/// True where the records of a workbook say that they are enciphered ([MS-XLS] 2.4.117, FilePass).
bool workbook_is_encrypted(Bytes stream);

}  // namespace antidotary::unpack
