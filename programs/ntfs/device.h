// Device: the volume as libntfs-3g sees it: every read and write is a question to the parent.
//
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/bytes.h"
#include "jail/channel.h"
#include "ntfs/wire.h"

struct ntfs_device;

namespace antidotary::ntfs {

class Device {
 public:
  /// `channel` must outlive the device.
  Device(jail::Channel& channel, std::uint64_t size_bytes)
      : channel_(&channel), size_bytes_(size_bytes) {}

  std::uint64_t size_bytes() const { return size_bytes_; }
  /// How many bytes were read: fewer than asked for only at the volume's end; -1 where the parent
  /// says no.
  std::int64_t read(std::uint64_t offset, std::span<std::byte> out);
  std::int64_t write(std::uint64_t offset, Bytes bytes);

  /// The library's own handle on `device`, which must outlive it; the library frees it. Null where
  /// there is no memory.
  static ntfs_device* handle_on(Device& device);

  std::uint64_t position = 0;  ///< Where the library's seek() left it.

 private:
  Result<Buffer> ask(Tag question, Bytes body, Tag wanted);
  jail::Channel* channel_;
  std::uint64_t size_bytes_;
};

}  // namespace antidotary::ntfs
