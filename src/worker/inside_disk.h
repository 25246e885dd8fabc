// InsideDisk: the jailed half of looking at a whole disk: finds every Windows in the folder that
// the parent serves or in the image whose files it hands in, and asks something of each.
//
// The file system of an image is read here, in the same jailed process that reads the hives on it:
// what comes out of the jail is the finished answer and never a listing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/budget.h"
#include "host/computer.h"
#include "host/image/volume.h"
#include "jail/channel.h"
#include "worker/protocol.h"

namespace antidotary::worker {

struct DiskSeen {
  std::string form;
  std::vector<host::Volume> volumes;
};

/// Told of each Windows: its volume's name, its computer, and the doubts about its volume.
using OnWindows = std::function<void(const std::string& volume, host::Computer& computer,
                                     const std::vector<host::Doubt>& doubts)>;

/// Errors: those of host::open_container and host::image::find_volumes, those of listing the
/// folder's root. A volume that cannot be read is noted in it.
Result<DiskSeen> look_at_disk(const DiskRequest& request, jail::Channel& channel, Budget& budget,
                              const OnWindows& on_windows);

/// What the request's patches make different. Errors: as above; those of host::image::compare.
Result<host::Comparison> compare_disk(const CompareRequest& request, jail::Channel& channel,
                                      Budget& budget);

}  // namespace antidotary::worker
