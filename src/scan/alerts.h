// Alerts: what is told besides signatures and entries, where a user asks for it.
//
// clamscan's --alert options, by its own names ("Heuristics.Encrypted.Zip"). Not verdicts of ours:
// an encrypted archive is opaque, and a limit cuts, whether or not somebody wants it called a
// finding. What clamscan 1.4.6 tells of what was asked of it (docs/decisions/0193).
#pragma once

#include <cstdint>
#include <string_view>

#include "core/budget.h"
#include "formats/format.h"
#include "scan/knowledge.h"

namespace antidotary::scan {

enum class AlertKind : std::uint8_t {
  link_safety,         ///< A link shows `https://` and leads elsewhere than to such.
  link_cloak,          ///< A link's host has a control character in percent form.
  encrypted_archive,   ///< zip, 7z, rar with members that no password opens.
  encrypted_document,  ///< PDF that asks for a password.
  macros,              ///< VBA in OLE2.
  broken_program,      ///< PE or ELF whose headers no system would load.
  limits,              ///< A limit cut the work.
  partitions,          ///< MBR with partitions that overlap.
};

bool asks(const Search& search, AlertKind kind);

// Each answers the name that is told, or empty where there is none or nobody asks.

/// Of a container of which something is encrypted.
std::string_view encrypted_alert(formats::Format format, const Search& search);
/// Of a container about which an opener says something odd (unpack::Oddity).
std::string_view odd_alert(std::string_view oddity, const Search& search);
/// Of the outermost object, when its purse ran out.
std::string_view limit_alert(Limit limit, const Search& search);
/// Of one object by its bytes. An empty purse finds nothing more.
std::string_view shape_alert(formats::Format format, Bytes bytes, Budget& budget,
                             const Search& search);

}  // namespace antidotary::scan
