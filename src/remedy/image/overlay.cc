#include "remedy/image/overlay.h"

#include <algorithm>

namespace antidotary::remedy {

Status Overlay::read(std::uint64_t offset, std::span<std::byte> out) const {
  ANTIDOTARY_CHECK(disk_->read(offset, out));
  const std::uint64_t end = offset + out.size();
  for (auto block = blocks_.lower_bound(offset / block_bytes); block != blocks_.end(); ++block) {
    const std::uint64_t begin = block->first * block_bytes;
    if (begin >= end) break;
    const std::uint64_t from = std::max(begin, offset);
    const std::uint64_t to = std::min(begin + block->second.size(), end);
    std::copy_n(block->second.begin() + static_cast<std::ptrdiff_t>(from - begin), to - from,
                out.begin() + static_cast<std::ptrdiff_t>(from - offset));
  }
  return {};
}

Status Overlay::write(std::uint64_t offset, Bytes bytes) {
  if (offset > size_bytes() || bytes.size() > size_bytes() - offset) {
    return fail(ErrorKind::refused, "a write past the disk's end");
  }
  while (!bytes.empty()) {
    const std::uint64_t number = offset / block_bytes;
    const std::uint64_t begin = number * block_bytes;
    auto block = blocks_.find(number);
    if (block == blocks_.end()) {
      if (blocks_.size() == blocks_max) {
        return fail(ErrorKind::budget_spent, "more than {} blocks of the disk would change",
                    blocks_max);
      }
      Buffer there(std::min(block_bytes, size_bytes() - begin));
      ANTIDOTARY_CHECK(disk_->read(begin, there));
      block = blocks_.emplace(number, std::move(there)).first;
    }
    const std::uint64_t within = offset - begin;
    const std::size_t count = std::min<std::uint64_t>(bytes.size(), block->second.size() - within);
    std::copy_n(bytes.begin(), count, block->second.begin() + static_cast<std::ptrdiff_t>(within));
    bytes = bytes.subspan(count);
    offset += count;
  }
  return {};
}

Result<std::vector<ByteEdit>> Overlay::changes() const {
  std::vector<ByteEdit> out;
  for (const auto& [number, after] : blocks_) {
    Buffer before(after.size());
    ANTIDOTARY_CHECK(disk_->read(number * block_bytes, before));
    if (before != after) out.push_back({number * block_bytes, std::move(before), after});
  }
  return out;
}

}  // namespace antidotary::remedy
