// Disk words: how the verbs that take a whole disk say where a Windows was found, and which volumes
// could not be read.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"
#include "host/image/volume.h"
#include "publish/html/host_report.h"
#include "sources/evidence.h"

namespace antidotary::cli {

/// Whether a person means a disk by this path: a block device, or a file with an ending of images.
bool is_disk_image(const std::string& path);

/// "disk.raw" or "disk.raw, volume 2": what a report stands under.
std::string place_of(const sources::Evidence& evidence, const std::string& volume);

/// The volumes of an image, a line each; nothing for a folder.
std::string volumes_text(const std::string& form, const std::vector<host::Volume>& volumes);

/// One JSON line a volume: its place, file system, doubts, and why it was not read.
void tell_volumes(const sources::Evidence& evidence, const std::vector<host::Volume>& volumes);

/// The volumes that were not wholly read, for a report.
std::vector<publish::UnreadVolume> unread_of(const std::vector<host::Volume>& volumes);

/// What stands at the head of a report: now, and this program.
publish::Making making_now();

/// Complains of what is no Windows disk at all: with a volume's own reason where one has it.
Exit complain_no_windows(const sources::Evidence& evidence,
                         const std::vector<host::Volume>& volumes);

/// Found wins over incomplete, incomplete over clean.
Exit worse(Exit a, Exit b);

/// Whether a volume that may hold a Windows could not be read.
bool any_unread(const std::vector<host::Volume>& volumes);

}  // namespace antidotary::cli
