// BlockSource: the bytes of a disk, read piece by piece from wherever they lie.
//
// It is not a file: nothing is mapped, a disk of terabytes costs no memory. What a container (EWF,
// qcow2) stores of a disk is a BlockSource over the BlockSource of the container's own bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::host {

class BlockSource {
 public:
  virtual ~BlockSource() = default;
  virtual std::uint64_t size_bytes() const = 0;
  /// Fills `out` from `offset`; yields how much was there: less than asked for only at the end.
  /// Errors: io, malformed (a container that contradicts itself).
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) = 0;
};

/// A disk's bytes in memory.
class MemorySource final : public BlockSource {
 public:
  explicit MemorySource(Buffer bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size_bytes() const override { return bytes_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override;

 private:
  Buffer bytes_;
};

/// A file of an image set, as it lies beside the others.
struct ImagePart {
  std::string name;  ///< Last part of its path.
  std::unique_ptr<BlockSource> source;
};

/// Parts one behind the other: `disk.001`, `disk.002`.
class JoinedSource final : public BlockSource {
 public:
  explicit JoinedSource(std::vector<ImagePart> parts);
  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override;

 private:
  std::vector<ImagePart> parts_;
  std::vector<std::uint64_t> ends_;  ///< Where each part ends, from the start of the whole.
  std::uint64_t size_bytes_ = 0;
};

}  // namespace antidotary::host
