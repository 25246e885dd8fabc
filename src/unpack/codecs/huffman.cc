#include "unpack/codecs/huffman.h"

namespace antidotary::unpack {

std::uint32_t BitReader::bits(unsigned count) {
  while (held_ < count) {
    if (at_ < bytes_.size()) {
      hold_ |= std::to_integer<std::uint32_t>(bytes_[at_++]) << held_;
      held_ += 8;
    } else {
      spent_ = true;
      held_ = count;
    }
  }
  const std::uint32_t value = hold_ & ((1u << count) - 1);
  hold_ >>= count;
  held_ -= count;
  return value;
}

void BitReader::align() {
  hold_ >>= held_ % 8;
  held_ -= held_ % 8;
}

std::uint32_t HighBitReader::bits(unsigned count) {
  while (held_ < count) {
    hold_ <<= 8;
    held_ += 8;
    if (at_ < bytes_.size()) {
      hold_ |= std::to_integer<std::uint64_t>(bytes_[at_++]);
    } else {
      spent_ = true;
    }
  }
  held_ -= count;
  return static_cast<std::uint32_t>(hold_ >> held_ & ((1ull << count) - 1));
}

bool Huffman::assign(std::span<const std::uint8_t> lengths, unsigned longest) {
  *this = {};
  std::array<std::uint16_t, length_max + 1> counts{};
  for (const std::uint8_t length : lengths) {
    if (length > longest) return false;
    if (length > 0) ++counts[length];
  }
  std::array<std::uint16_t, length_max + 2> places{};
  std::int64_t left = 1;
  for (unsigned length = 1; length <= longest; ++length) {
    left = left * 2 - counts[length];
    if (left < 0) return false;
    places[length + 1] = static_cast<std::uint16_t>(places[length] + counts[length]);
    if (counts[length] > 0) longest_ = length;
  }
  counts_ = counts;
  symbols_.resize(places[longest + 1]);
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    if (lengths[symbol] == 0) continue;
    symbols_[places[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
  }
  return true;
}

void Huffman::assign_single(std::uint16_t symbol) {
  *this = {};
  symbols_.assign(1, symbol);
  single_ = true;
}

}  // namespace antidotary::unpack
