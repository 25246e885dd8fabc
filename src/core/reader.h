// Reader: the bounded cursor through which every format is read.
//
// It never reads outside its bytes and never believes a length: `take` compares before it moves.
// Reads past the end fail with `truncated` and the offset at which the field began.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary {

class Reader {
 public:
  /// `bytes` must outlive the reader and every view that it returns.
  explicit Reader(Bytes bytes, std::size_t offset = 0) : bytes_(bytes), offset_(offset) {}

  std::size_t offset() const { return offset_; }
  std::size_t size() const { return bytes_.size(); }
  // Invariant: offset_ <= bytes_.size(), except after a failed seek, which leaves it unchanged.
  std::size_t remaining() const { return offset_ > bytes_.size() ? 0 : bytes_.size() - offset_; }
  bool at_end() const { return remaining() == 0; }

  /// The next `count` bytes. Errors: truncated.
  Result<Bytes> take(std::size_t count);
  /// Moves to `offset` from the start. Errors: truncated where it lies outside.
  Status seek(std::size_t offset);
  Status skip(std::size_t count);

  Result<std::uint8_t> u8();
  Result<std::uint16_t> u16_le();
  Result<std::uint32_t> u32_le();
  Result<std::uint64_t> u64_le();
  Result<std::uint16_t> u16_be();
  Result<std::uint32_t> u32_be();

 private:
  Bytes bytes_;
  std::size_t offset_;
};

/// Little-endian numbers at a place that the caller has already checked: offset + width must lie
/// inside `bytes` (asserted in debug builds by a bounds-checked span access).
std::uint16_t load_u16_le(Bytes bytes, std::size_t offset);
std::uint32_t load_u32_le(Bytes bytes, std::size_t offset);
std::uint64_t load_u64_le(Bytes bytes, std::size_t offset);

/// Appends numbers in little-endian order.
void append_u16_le(Buffer& out, std::uint16_t value);
void append_u32_le(Buffer& out, std::uint32_t value);
void append_u64_le(Buffer& out, std::uint64_t value);
/// Overwrites the number at `offset`, which must lie inside `out`.
void store_u16_le(std::span<std::byte> out, std::size_t offset, std::uint16_t value);
void store_u32_le(std::span<std::byte> out, std::size_t offset, std::uint32_t value);
void store_u64_le(std::span<std::byte> out, std::size_t offset, std::uint64_t value);

}  // namespace antidotary
