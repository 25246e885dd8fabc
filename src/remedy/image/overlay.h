// Overlay: a disk as it would be: what is written stays here, what is read comes from here and,
// where nothing was written, from the disk. The disk itself is not touched.
//
// Kept in blocks of the disk and in memory. A run that cleans a disk changes a few records and
// index blocks; one that wants more than `blocks_max` is refused, whatever it is at.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/byte_edit.h"
#include "remedy/image/disk_file.h"

namespace antidotary::remedy {

class Overlay {
 public:
  static constexpr std::uint64_t block_bytes = 4096;
  static constexpr std::size_t blocks_max = 32'768;  ///< 128 MiB, and as much of what was there.

  /// `disk` must outlive the overlay.
  explicit Overlay(const DiskFile& disk) : disk_(&disk) {}

  std::uint64_t size_bytes() const { return disk_->size_bytes(); }
  /// Errors: those of DiskFile::read.
  Status read(std::uint64_t offset, std::span<std::byte> out) const;
  /// Errors: as above; budget_spent.
  Status write(std::uint64_t offset, Bytes bytes);
  /// What is different from the disk, block by block in the disk's order.
  Result<std::vector<ByteEdit>> changes() const;

 private:
  const DiskFile* disk_;
  std::map<std::uint64_t, Buffer> blocks_;  ///< By number. The disk's last one may be short.
};

}  // namespace antidotary::remedy
