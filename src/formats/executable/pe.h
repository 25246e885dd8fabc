// PE: the layout of a program for Windows, 32 and 64 bits.
//
// Headers are rounded as clamscan does: raw offsets down and raw sizes up to the file alignment,
// addresses down to the section alignment; where a section stands on a
// multiple of 512 that the stated file alignment forbids, 512 is taken for it.
//
// Spec: Microsoft, "PE Format" (learn.microsoft.com/windows/win32/debug/pe-format). Version
// information: "VS_VERSIONINFO structure" and those it names, same site.
#pragma once

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/executable/layout.h"

namespace antidotary::executable {

/// Import descriptors that are read; clamscan takes as many.
inline constexpr std::size_t libraries_max = 1024;
/// Functions of all libraries, and bytes of the list: with more there is no list at all.
inline constexpr std::size_t functions_max = 65536;
inline constexpr std::size_t import_list_bytes_max = 4u << 20;
/// Keys of version information that are kept.
inline constexpr std::size_t version_strings_max = 4096;

/// Reads the layout of the PE in `file`. Pays one step for each record that is looked at.
///
/// Damaged imports or resources are left out, whatever of them was read before the damage: a list
/// of imports that is not whole is none, keys of version information stay.
/// Errors: not_this_format, truncated and malformed where clamscan knows no layout either (no
/// section, a header that is cut, an entry point outside all sections); budget_spent.
Result<Layout> read_pe(Bytes file, Budget& budget);

}  // namespace antidotary::executable
