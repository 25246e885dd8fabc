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

bool Huffman::assign(std::span<const std::uint8_t> lengths) {
  counts_.fill(0);
  for (const std::uint8_t length : lengths) {
    if (length > length_max) return false;
    ++counts_[length];
  }
  counts_[0] = 0;
  std::array<std::uint16_t, length_max + 2> offsets{};
  int left = 1;
  for (unsigned length = 1; length <= length_max; ++length) {
    left = left * 2 - counts_[length];
    if (left < 0) return false;
    offsets[length + 1] = static_cast<std::uint16_t>(offsets[length] + counts_[length]);
  }
  symbols_.assign(offsets[length_max + 1], 0);
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    if (lengths[symbol] == 0) continue;
    symbols_[offsets[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
  }
  return true;
}

int Huffman::decode(BitReader& in, bool inverted) const {
  int code = 0;
  int first = 0;
  int index = 0;
  for (unsigned length = 1; length <= length_max; ++length) {
    code |= static_cast<int>(in.bit() ^ (inverted ? 1u : 0u));
    const int count = counts_[length];
    if (code - first < count) return symbols_[static_cast<std::size_t>(index + code - first)];
    index += count;
    first = (first + count) * 2;
    code *= 2;
  }
  return -1;
}

}  // namespace antidotary::unpack
