// Imploding (zip method 6): two or three Shannon-Fano trees and a window of 4 or 8 KiB
// (APPNOTE 5.3).
#include <array>

#include "unpack/codecs/huffman.h"
#include "unpack/codecs/window.h"
#include "unpack/codecs/zip_methods.h"

namespace antidotary::unpack {
namespace {

constexpr std::uint16_t large_window_flag = 0x2;
constexpr std::uint16_t literal_tree_flag = 0x4;

// 5.3.7: a count, then that many bytes: a length in the low four bits, less one, and how many codes
// in a row have it in the high four, less one. The codes are the canonical ones of these lengths,
// told the other way around: so the longest code of ones is the shortest here.
bool read_tree(BitReader& in, std::size_t symbols, Huffman& out) {
  std::vector<std::uint8_t> lengths;
  const std::uint32_t count = in.bits(8) + 1;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t length = in.bits(4) + 1;
    const std::uint32_t times = in.bits(4) + 1;
    lengths.insert(lengths.end(), times, static_cast<std::uint8_t>(length));
  }
  return !in.spent() && lengths.size() == symbols && out.assign(lengths);
}

}  // namespace

Brought explode(const ZipPacked& packed, Budget& budget) {
  BitReader in(packed.data);
  Window window(budget);
  const bool has_literals = (packed.flags & literal_tree_flag) != 0;
  const unsigned low_bits = (packed.flags & large_window_flag) != 0 ? 7 : 6;
  const std::size_t shortest = has_literals ? 3 : 2;
  Huffman literals;
  Huffman lengths;
  Huffman distances;
  const Error damaged{ErrorKind::malformed, "the compressed data are damaged", std::nullopt};
  if ((has_literals && !read_tree(in, 256, literals)) || !read_tree(in, 64, lengths) ||
      !read_tree(in, 64, distances)) {
    return window.finish(damaged);
  }
  while (window.size() < packed.unpacked_bytes) {
    if (in.spent()) {
      return window.finish(Error{ErrorKind::truncated, "the compressed data end early", {}});
    }
    window.brought().packed_bytes = in.consumed() + 1;
    if (in.bit() != 0) {
      const int value = has_literals ? literals.decode(in, true) : static_cast<int>(in.bits(8));
      if (value < 0) return window.finish(damaged);
      if (!window.put(static_cast<std::byte>(value))) return window.finish();
      continue;
    }
    const std::size_t low = in.bits(low_bits);
    const int high = distances.decode(in, true);
    const int code = lengths.decode(in, true);
    if (high < 0 || code < 0) return window.finish(damaged);
    std::size_t length = static_cast<std::size_t>(code) + shortest;
    if (code == 63) length += in.bits(8);
    const std::size_t distance = (static_cast<std::size_t>(high) << low_bits) + low + 1;
    // The window begins as zeros.
    if (!window.copy(distance, length, true)) return window.finish();
  }
  return window.finish();
}

}  // namespace antidotary::unpack
