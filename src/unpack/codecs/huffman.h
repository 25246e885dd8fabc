// Huffman: canonical prefix codes over a stream of bits, lowest bit first, as DEFLATE and PKWARE's
// imploding write them.
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

class Huffman {
 public:
  static constexpr unsigned length_max = 16;

  /// Codes for the symbols 0, 1, ... by their lengths in bits, 0 for none (RFC 1951 3.2.2).
  /// False where more codes are asked for than there are.
  bool assign(std::span<const std::uint8_t> lengths);

  /// The next symbol, or -1 where the bits are no code.
  int decode(BitReader& in, bool inverted = false) const;

 private:
  std::array<std::uint16_t, length_max + 1> counts_{};
  std::vector<std::uint16_t> symbols_;
};

}  // namespace antidotary::unpack
