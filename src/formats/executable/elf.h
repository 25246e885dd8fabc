// ELF: the layout of a program for Unix, 32 and 64 bits, of either byte order.
//
// Sections are taken as the table states them, the empty first one and those without bytes in the
// file as well: rules number them so.
//
// Spec: "Tool Interface Standard (TIS) Executable and Linking Format", version 1.2, and System V
// ABI (gabi), chapters 4 "ELF Header", "Sections" and 5 "Program Header".
#pragma once

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/executable/layout.h"

namespace antidotary::executable {

/// Reads the layout of the ELF in `file`. Pays one step for each record that is looked at.
/// Errors: not_this_format; truncated and malformed where clamscan knows no layout either (a table
/// that is cut, rows of another size than the class has, an entry point in no segment);
/// budget_spent.
Result<Layout> read_elf(Bytes file, Budget& budget);

}  // namespace antidotary::executable
