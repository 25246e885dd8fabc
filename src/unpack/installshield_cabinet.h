// InstallShieldCabinet: the files of an InstallShield cabinet ("ISc("), whose directory stands in a
// header file of its own (data1.hdr) and whose bytes stand in one or more volumes (data1.cab).
//
// Nothing of Microsoft's cabinets but the name's end is alike. Internal to the room.
#pragma once

#include <span>

#include "unpack/unpack.h"

namespace antidotary::unpack {

/// Volumes of one cabinet that are looked at.
inline constexpr std::size_t installshield_volumes_max = 256;

/// True where `bytes` begin with a directory of files and not merely with a volume of them.
bool has_installshield_directory(Bytes bytes);

/// Brings out the files that `header` lists from `volumes`, the first being volume 1. A file whose
/// volume is not there is missed (unsupported). False where the purse is empty.
bool open_installshield_cabinet(Bytes header, std::span<const Bytes> volumes, Budget& budget,
                                const Visitor& visitor);

/// The same of one file that stands alone: what it has no directory for is missed (unsupported).
void open_installshield_alone(Bytes bytes, Budget& budget, const Visitor& visitor);

}  // namespace antidotary::unpack
