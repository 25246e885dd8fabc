// Knowledge: everything that a scan holds objects against, borrowed from whoever opened it.
#pragma once

#include <bitset>

#include "entries/encyclopedia.h"
#include "formats/format.h"
#include "pack/pack.h"
#include "pack/yara.h"
#include "scan/allow.h"

namespace antidotary::scan {

/// All that is pointed to must outlive every scanner made of it. Only `encyclopedia` is not null.
struct Knowledge {
  const entries::Encyclopedia* encyclopedia = nullptr;
  const pack::Pack* pack = nullptr;
  const pack::Yara* yara = nullptr;
  const AllowList* allow = nullptr;
};

/// How much is looked for.
struct Search {
  /// Every signature that hits; else the first of a top-level object ends its scan.
  bool all = true;
  /// Computes the SHA-256 of the top-level object, whoever asks for it.
  bool digest = false;
  /// Tells attachments and archive members with their digests, for a ledger (Report::leaves).
  bool leaves = false;
  /// Formats that the user wants left closed, by number: not opened, and not told as unread.
  std::bitset<formats::formats_count> closed = {};
  /// Holds the links of messages against the lists of a pack (pdb, wdb, gdb).
  bool links = true;
  std::bitset<16> alerts = {};  ///< By number of AlertKind: scan/alerts.h.
};

}  // namespace antidotary::scan
