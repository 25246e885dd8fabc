// Volume: files of an NTFS volume found, read, changed in place and removed, by libntfs-3g.
//
// It makes no file and lets none grow. A file is meant by its path and its record alike; a path
// that leads to another record is refused. Links and reparse points are never followed.
//
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/result.h"
#include "ntfs/wire.h"
#include "programs/ntfs/device.h"

struct _ntfs_volume;

namespace antidotary::ntfs {

class Volume {
 public:
  /// Errors: malformed (not NTFS, or damaged), refused (hibernated, or its log is not clean).
  static Result<std::unique_ptr<Volume>> open(jail::Channel& channel, std::uint64_t size_bytes);
  ~Volume();
  Volume(const Volume&) = delete;
  Volume& operator=(const Volume&) = delete;

  /// Errors, here and below: not_found, changed (another file bears its name), refused (not a
  /// plain file), malformed, io.
  Result<Node> find(const NodeRequest& wanted);
  using Take = std::function<Status(std::uint64_t offset, Bytes bytes)>;
  /// The file's bytes, in order. Errors besides: encrypted, those of `take`.
  Status read(const NodeRequest& wanted, const Take& take);
  /// Errors besides: changed (other bytes stand there), unsupported (compressed or sparse).
  Status write(const WriteRequest& wanted);
  /// Removes its name, short name included, and what it held. Errors besides: refused (it has
  /// other names, or is Windows' own).
  Status remove(const NodeRequest& wanted);
  /// Puts what is not put yet, and lets go of the volume.
  Status close();

 private:
  Volume(jail::Channel& channel, std::uint64_t size_bytes) : device_(channel, size_bytes) {}
  Device device_;
  _ntfs_volume* volume_ = nullptr;
};

}  // namespace antidotary::ntfs
