// DiskFile: the files of a raw disk image, open for writing, as the one disk that they are.
//
// It is held alone: by a lock that our own runs heed (flock), by one that other programs heed
// (qemu, ntfs-3g and mkntfs lock what they work on by fcntl), and a block device by the kernel, so
// far as the kernel knows of its mounts. An image that somebody mounts nevertheless without any of
// these cannot be told.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"
#include "plan/image.h"

namespace antidotary::remedy {

/// Whether an image must be the very files that were looked at, or only as large as they were (an
/// undo compares what it is about to replace, and an image may have been copied since).
enum class Identity : std::uint8_t { same_files, same_size };

class DiskFile {
 public:
  /// `path` is the first of `parts`; the others lie beside it.
  /// Errors: not_found, permission, changed, busy (somebody else works on it), refused, io.
  static Result<DiskFile> open(const std::string& path, const std::vector<plan::ImagePart>& parts,
                               Identity identity);

  std::uint64_t size_bytes() const { return size_bytes_; }
  /// Errors: io, changed (it ends before).
  Status read(std::uint64_t offset, std::span<std::byte> out) const;
  Status write(std::uint64_t offset, Bytes bytes);
  Status sync();

 private:
  struct Part {
    files::Fd fd;
    std::uint64_t begin = 0;
    std::uint64_t size_bytes = 0;
  };
  DiskFile() = default;
  /// Calls `act(fd, offset in the part, offset in the range, count)` for each part of the range.
  template <class Act>
  Status split(std::uint64_t offset, std::uint64_t count, Act act) const;

  std::vector<Part> parts_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace antidotary::remedy
