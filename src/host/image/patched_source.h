// PatchedSource: a disk as it would be if some of its blocks were others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "host/image/block_source.h"

namespace antidotary::host {

/// Where a block stands on the disk; its bytes follow those of the block before it in the patches.
struct Patch {
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("offset", self.offset);
    visit("size_bytes", self.size_bytes);
  }
};

class PatchedSource final : public BlockSource {
 public:
  /// Patches are in the disk's order and apart. `disk` and `bytes` must outlive it.
  PatchedSource(BlockSource& disk, BlockSource& bytes, std::vector<Patch> patches)
      : disk_(&disk), bytes_(&bytes), patches_(std::move(patches)) {
    std::uint64_t at = 0;
    for (const Patch& patch : patches_) {
      starts_.push_back(at);
      at += patch.size_bytes;
    }
  }
  std::uint64_t size_bytes() const override { return disk_->size_bytes(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
    const std::size_t got = ANTIDOTARY_TRY(disk_->read(offset, out));
    const std::uint64_t end = offset + got;
    const auto first = std::partition_point(
        patches_.begin(), patches_.end(),
        [&](const Patch& patch) { return patch.offset + patch.size_bytes <= offset; });
    for (auto patch = first; patch != patches_.end() && patch->offset < end; ++patch) {
      const std::uint64_t from = std::max(offset, patch->offset);
      const std::uint64_t to = std::min(end, patch->offset + patch->size_bytes);
      const auto start = starts_[static_cast<std::size_t>(patch - patches_.begin())];
      const auto part =
          out.subspan(static_cast<std::size_t>(from - offset), static_cast<std::size_t>(to - from));
      if (ANTIDOTARY_TRY(bytes_->read(start + (from - patch->offset), part)) != part.size()) {
        return fail(ErrorKind::io, "the changed blocks end too early");
      }
    }
    return got;
  }

 private:
  BlockSource* disk_;
  BlockSource* bytes_;
  std::vector<Patch> patches_;
  std::vector<std::uint64_t> starts_;
};

}  // namespace antidotary::host
