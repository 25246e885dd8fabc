// ImageFiles: the files that a disk image consists of, opened by the parent and handed into the
// jail; a block device is an image of one file.
//
// Which files belong together is told by their names alone (`disk.E01 disk.E02`, `disk.001`, `xaa`,
// the extents of a VMDK): nothing is parsed here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "files/fd.h"

namespace antidotary::sources {

struct ImageFile {
  std::string name;  ///< Last part of its path.
  std::uint64_t size_bytes = 0;
  files::Fd descriptor;  ///< Open for reading.
};

struct ImageFiles {
  static constexpr std::size_t files_max = 900;
  std::string path;              ///< Absolute, of the named file; for display.
  std::vector<ImageFile> files;  ///< The named one first, then its followers.
};

/// `path` is a regular file or a block device; a person named it, links are followed.
/// Errors: not_found, permission, refused (neither), bad_input (more than `files_max` parts, or one
/// is missing between others), io.
Result<ImageFiles> open_image(const std::string& path);

/// The name of the part that follows `name`, or empty where names of its form have none:
/// "disk.E01" "disk.E02" ... "disk.E99" "disk.EAA" ... "disk.EZZ" "disk.FAA"; "disk.001"
/// "disk.002"; "xaa" "xab".
std::string next_part_name(const std::string& name);

}  // namespace antidotary::sources
