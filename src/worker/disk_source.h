// DescriptorSource: a descriptor that the parent handed in, as the bytes of a disk.
#pragma once

#include <cstdint>

#include "files/fd.h"
#include "files/root.h"
#include "host/image/block_source.h"

namespace antidotary::worker {

class DescriptorSource final : public host::BlockSource {
 public:
  /// The size is the parent's word: the jail forbids the call that would ask.
  DescriptorSource(files::Fd descriptor, std::uint64_t size_bytes)
      : descriptor_(std::move(descriptor)), size_bytes_(size_bytes) {}
  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
    if (offset >= size_bytes_) return 0;
    const std::uint64_t left = size_bytes_ - offset;
    return files::read_at(descriptor_.get(), offset,
                          left < out.size() ? out.first(static_cast<std::size_t>(left)) : out);
  }

 private:
  files::Fd descriptor_;
  std::uint64_t size_bytes_;
};

}  // namespace antidotary::worker
