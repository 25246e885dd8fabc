// Chunks: what the readers of stored disks share: small reads of tables, disks that are stored in
// pieces of one size, and pieces that are packed.
//
// No table is ever brought into memory whole: a number is read from where it lies, through a few
// pages that are kept. So a declared length allocates nothing, whatever it says.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "host/image/block_source.h"

namespace antidotary::host::image {

/// Fills `out` wholly. Errors: truncated (with the offset) where the source ends before; io.
Status read_whole(BlockSource& source, std::uint64_t offset, std::span<std::byte> out);

/// The first bytes at `offset`, `bytes_max` or fewer. Errors: io.
Result<Buffer> read_up_to(BlockSource& source, std::uint64_t offset, std::size_t bytes_max);

std::uint32_t load_u32_be(Bytes bytes, std::size_t offset);
std::uint64_t load_u64_be(Bytes bytes, std::size_t offset);

/// The latest pieces that were asked for, by their key; at most `pieces_max`.
class Kept {
 public:
  explicit Kept(std::size_t pieces_max) : pieces_max_(pieces_max) {}
  /// Null where it is not kept. Valid until the next put().
  const Buffer* find(std::uint64_t key);
  const Buffer& put(std::uint64_t key, Buffer piece);

 private:
  std::size_t pieces_max_;
  std::list<std::pair<std::uint64_t, Buffer>> pieces_;  ///< The latest in front.
};

/// Numbers of a container's tables.
class Tables {
 public:
  /// `source` must outlive the tables.
  explicit Tables(BlockSource& source) : source_(source), pages_(pages_max) {}
  /// Errors: truncated (with the offset), io.
  Status read(std::uint64_t offset, std::span<std::byte> out);
  Result<std::uint32_t> u32_le(std::uint64_t offset);
  Result<std::uint64_t> u64_le(std::uint64_t offset);
  Result<std::uint32_t> u32_be(std::uint64_t offset);
  Result<std::uint64_t> u64_be(std::uint64_t offset);

 private:
  static constexpr std::size_t page_bytes = 16384;
  static constexpr std::size_t pages_max = 64;
  BlockSource& source_;
  Kept pages_;
};

/// A disk that is stored in chunks of one size.
class ChunkedDisk : public BlockSource {
 public:
  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override;

 protected:
  /// Fills `out` from `within` of a chunk; it never reaches past the chunk's end or the disk's.
  virtual Status read_chunk(std::uint64_t chunk, std::uint64_t within,
                            std::span<std::byte> out) = 0;
  /// `chunk_bytes` is not 0.
  void set_shape(std::uint64_t size_bytes, std::uint64_t chunk_bytes) {
    size_bytes_ = size_bytes;
    chunk_bytes_ = chunk_bytes;
  }
  std::uint64_t chunk_bytes() const { return chunk_bytes_; }

 private:
  std::uint64_t size_bytes_ = 0;
  std::uint64_t chunk_bytes_ = 1;
};

/// How a chunk is packed.
enum class Packing : std::uint8_t { zlib, deflate };

/// Unpacks `packed` to exactly `size` bytes; what follows them is not looked at.
/// Errors: malformed (the stream is damaged, ends before, or does not have its checksum).
Result<Buffer> unpack_chunk(Bytes packed, Packing packing, std::size_t size);

}  // namespace antidotary::host::image
