// Huffman: canonical prefix codes over a stream of bits: lowest bit first, as DEFLATE and PKWARE's
// imploding write them, or highest first, as bzip2, ARJ and AutoIt do.
//
// Not for speed: for the packings that no library of ours reads. Internal to the room.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/bytes.h"

namespace antidotary::unpack {

/// Bits of `bytes`, the lowest of each byte first. Behind the end come zeros, and `spent` is true.
class BitReader {
 public:
  explicit BitReader(Bytes bytes) : bytes_(bytes) {}

  /// At most 24 bits.
  std::uint32_t bits(unsigned count);
  std::uint32_t bit() { return bits(1); }
  /// Leaves the rest of the byte that was begun.
  void align();
  bool spent() const { return spent_; }
  /// Whole bytes taken, those held in advance given back.
  std::size_t consumed() const { return at_ - held_ / 8; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  std::uint32_t hold_ = 0;
  unsigned held_ = 0;
  bool spent_ = false;
};

/// Bits of `bytes`, the highest of each byte first. Behind the end come zeros, and `spent` is true.
class HighBitReader {
 public:
  explicit HighBitReader(Bytes bytes) : bytes_(bytes) {}

  /// At most 32 bits.
  std::uint32_t bits(unsigned count);
  std::uint32_t bit() { return bits(1); }
  bool spent() const { return spent_; }
  /// Bytes of which a bit was taken.
  std::size_t consumed() const { return at_; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  std::uint64_t hold_ = 0;  ///< The lowest `held_` bits are still to be taken.
  unsigned held_ = 0;
  bool spent_ = false;
};

class Huffman {
 public:
  static constexpr unsigned length_max = 20;

  /// Codes for the symbols 0, 1, ... by their lengths in bits, 0 for none (RFC 1951 3.2.2).
  /// False where a length is more than `longest`, or more codes are asked for than there are; no
  /// code is known then.
  bool assign(std::span<const std::uint8_t> lengths, unsigned longest = 16);
  /// One symbol, which takes no bit.
  void assign_single(std::uint16_t symbol);

  /// The next symbol, or -1 where the bits are no code. `Bits` has bit(); `inverted`: its ones are
  /// the codes' zeros.
  template <class Bits>
  int decode(Bits& in, bool inverted = false) const {
    if (single_) return symbols_[0];
    std::uint32_t code = 0, first = 0, index = 0;
    for (unsigned length = 1; length <= longest_; ++length) {
      code |= in.bit() ^ (inverted ? 1u : 0u);
      const std::uint32_t count = counts_[length];
      if (code - first < count) return symbols_[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return -1;
  }

 private:
  std::array<std::uint16_t, length_max + 1> counts_{};
  std::vector<std::uint16_t> symbols_;  ///< By their codes.
  unsigned longest_ = 0;                ///< Of the codes that are known.
  bool single_ = false;
};

}  // namespace antidotary::unpack
