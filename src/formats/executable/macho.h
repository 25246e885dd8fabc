// MachO: the layout of a program for macOS, 32 and 64 bits, of either byte order. A universal
// binary is no program but several: unpack/ takes them out.
//
// Sections are those of all segments, in the order of the load commands, as their table states
// them, those without bytes in the file as well: rules number them so.
//
// Spec: Apple, "Mach-O File Format Reference" (2009), and the published <mach-o/loader.h>.
#pragma once

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/executable/layout.h"

namespace antidotary::executable {

/// Reads the layout of the Mach-O in `file`. Pays one step for each command and section.
///
/// The entry point is LC_MAIN's or that of a thread (PowerPC, x86, ARM), mapped through the
/// sections; 0 where there is none or it maps nowhere.
///
/// Errors: not_this_format; truncated and malformed (commands or sections that are cut; a thread
/// of PowerPC that starts in no section, of which clamscan knows no layout either); budget_spent.
Result<Layout> read_macho(Bytes file, Budget& budget);

}  // namespace antidotary::executable
