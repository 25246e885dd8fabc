// SPDX-License-Identifier: GPL-2.0-or-later
#include "programs/ntfs/device.h"

#include <linux/fs.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/record.h"
#include "ntfs/wire.h"

extern "C" {
#include <ntfs-3g/device.h>
}

namespace antidotary::ntfs {
namespace {

Device& device_of(ntfs_device* handle) { return *static_cast<Device*>(handle->d_private); }

std::span<std::byte> room(void* buffer, s64 count) {
  return {static_cast<std::byte*>(buffer), static_cast<std::size_t>(std::max<s64>(0, count))};
}

int open_device(ntfs_device* handle, int) {
  NDevSetOpen(handle);
  return 0;
}

int close_device(ntfs_device* handle) {
  NDevClearOpen(handle);
  return 0;
}

s64 seek(ntfs_device* handle, s64 offset, int whence) {
  Device& device = device_of(handle);
  const auto size = static_cast<s64>(device.size_bytes());
  const s64 base = whence == SEEK_CUR   ? static_cast<s64>(device.position)
                   : whence == SEEK_END ? size
                                        : 0;
  if (offset < -base || offset > size - base) {
    errno = EINVAL;
    return -1;
  }
  device.position = static_cast<std::uint64_t>(base + offset);
  return base + offset;
}

s64 read_at(ntfs_device* handle, void* buffer, s64 count, s64 offset) {
  if (offset < 0 || count < 0) {
    errno = EINVAL;
    return -1;
  }
  return device_of(handle).read(static_cast<std::uint64_t>(offset), room(buffer, count));
}

s64 write_at(ntfs_device* handle, const void* buffer, s64 count, s64 offset) {
  if (offset < 0 || count < 0 || NDevReadOnly(handle)) {
    errno = EROFS;
    return -1;
  }
  NDevSetDirty(handle);
  return device_of(handle).write(static_cast<std::uint64_t>(offset),
                                 view_of(buffer, static_cast<std::size_t>(count)));
}

s64 read_on(ntfs_device* handle, void* buffer, s64 count) {
  Device& device = device_of(handle);
  const s64 got = read_at(handle, buffer, count, static_cast<s64>(device.position));
  if (got > 0) device.position += static_cast<std::uint64_t>(got);
  return got;
}

s64 write_on(ntfs_device* handle, const void* buffer, s64 count) {
  Device& device = device_of(handle);
  const s64 put = write_at(handle, buffer, count, static_cast<s64>(device.position));
  if (put > 0) device.position += static_cast<std::uint64_t>(put);
  return put;
}

int sync_device(ntfs_device* handle) {
  NDevClearDirty(handle);
  return 0;
}

int stat_device(ntfs_device* handle, struct stat* out) {
  *out = {};
  out->st_mode = S_IFREG | 0600;
  out->st_size = static_cast<off_t>(device_of(handle).size_bytes());
  return 0;
}

int control(ntfs_device* handle, unsigned long request, void* argument) {
  if (request == BLKGETSIZE64) {
    const std::uint64_t size = device_of(handle).size_bytes();
    std::memcpy(argument, &size, sizeof size);
    return 0;
  }
  errno = EOPNOTSUPP;
  return -1;
}

ntfs_device_operations operations = {open_device, close_device, seek,        read_on,     write_on,
                                     read_at,     write_at,     sync_device, stat_device, control};

}  // namespace

ntfs_device* Device::handle_on(Device& device) {
  return ntfs_device_alloc("volume", 0, &operations, &device);
}

Result<Buffer> Device::ask(Tag question, Bytes body, Tag wanted) {
  ANTIDOTARY_CHECK(channel_->send(number(question), body));
  jail::Message answer = ANTIDOTARY_TRY(channel_->receive(-1));
  if (answer.tag == number(wanted)) return std::move(answer.body);
  return fail(ErrorKind::refused, "the parent says no");
}

std::int64_t Device::read(std::uint64_t offset, std::span<std::byte> out) {
  const std::uint64_t there = offset > size_bytes_ ? 0 : size_bytes_ - offset;
  out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), there)));
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t count = std::min<std::size_t>(block_bytes_max, out.size() - at);
    const auto got = ask(Tag::get, to_wire(GetRequest{offset + at, count}), Tag::bytes);
    if (!got || got->size() != count) {
      errno = EIO;
      return -1;
    }
    std::copy(got->begin(), got->end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    at += count;
  }
  return static_cast<std::int64_t>(out.size());
}

std::int64_t Device::write(std::uint64_t offset, Bytes bytes) {
  if (offset > size_bytes_ || bytes.size() > size_bytes_ - offset) {
    errno = ENOSPC;
    return -1;
  }
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t count = std::min<std::size_t>(block_bytes_max, bytes.size() - at);
    const Block block{offset + at, to_buffer(bytes.subspan(at, count))};
    if (!ask(Tag::put, to_wire(block), Tag::done)) {
      errno = EIO;
      return -1;
    }
    at += count;
  }
  return static_cast<std::int64_t>(bytes.size());
}

}  // namespace antidotary::ntfs
