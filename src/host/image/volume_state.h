// The state of a volume, as its own records tell it: NTFS' $Volume and $LogFile, FAT's second
// entry, exFAT's flags. hiberfil.sys is a file and is looked at by host/doubts.h.
#pragma once

#include <vector>

#include "host/doubts.h"
#include "host/image/tsk_disk.h"

namespace antidotary::host::image {

/// The doubts that stand against writing to the volume. What cannot be read is a doubt.
std::vector<Doubt> state_of(TSK_FS_INFO& system, TskDisk& disk);

/// Whether the two restart pages that a $LogFile begins with say that the volume was put away.
/// Pages of 0xff alone were cleared by Windows or a tool, which is clean; anything else in their
/// place, or less than two pages, says nothing and is not clean. The layout is that of the NTFS
/// documentation of linux-ntfs ("$LogFile", restart page and area).
bool is_clean_log(Bytes log);

}  // namespace antidotary::host::image
