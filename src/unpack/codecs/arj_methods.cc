#include "unpack/codecs/arj_methods.h"

#include <vector>

#include "unpack/codecs/huffman.h"
#include "unpack/codecs/window.h"

namespace antidotary::unpack {
namespace {

constexpr std::size_t match_bytes_min = 3;
constexpr std::size_t literals = 256;
constexpr std::size_t symbols_max = literals + 254;  // literals, then lengths of 3 to 256
constexpr std::size_t lengths_max = 19;              // codes of the lengths of the first table
constexpr std::size_t distances_max = 17;

/// A table of `count_bits` bits' worth of short lengths: three bits each, 7 going on in ones.
/// Behind the third, where `gap`, two bits say how many have none.
bool read_short_lengths(HighBitReader& in, std::size_t symbols, bool gap, Huffman& out) {
  const std::size_t count = in.bits(5);
  if (count > symbols) return false;
  if (count == 0) {
    const std::uint32_t symbol = in.bits(5);
    out.assign_single(static_cast<std::uint16_t>(symbol));
    return symbol < symbols;
  }
  std::vector<std::uint8_t> lengths;
  while (lengths.size() < count && !in.spent()) {
    std::uint32_t length = in.bits(3);
    if (length == 7) {
      while (length < 17 && in.bit() != 0) ++length;
    }
    lengths.push_back(static_cast<std::uint8_t>(length));
    if (gap && lengths.size() == 3) lengths.insert(lengths.end(), in.bits(2), std::uint8_t{0});
  }
  return lengths.size() <= symbols && out.assign(lengths);
}

bool read_symbols(HighBitReader& in, const Huffman& short_codes, Huffman& out) {
  const std::size_t count = in.bits(9);
  if (count > symbols_max) return false;
  if (count == 0) {
    const std::uint32_t symbol = in.bits(9);
    out.assign_single(static_cast<std::uint16_t>(symbol));
    return symbol < symbols_max;
  }
  std::vector<std::uint8_t> lengths;
  while (lengths.size() < count && !in.spent()) {
    const int code = short_codes.decode(in);
    if (code < 0) return false;
    if (code > 2) {
      lengths.push_back(static_cast<std::uint8_t>(code - 2));
      continue;
    }
    const std::size_t none = code == 0 ? 1 : code == 1 ? in.bits(4) + 3 : in.bits(9) + 20;
    lengths.insert(lengths.end(), none, std::uint8_t{0});
  }
  return lengths.size() <= symbols_max && out.assign(lengths);
}

Error damaged() { return {ErrorKind::malformed, "the compressed data are damaged", std::nullopt}; }

std::optional<Error> cut(const HighBitReader& in) {
  if (!in.spent()) return std::nullopt;
  return Error{ErrorKind::truncated, "the compressed data end early", std::nullopt};
}

}  // namespace

Brought unarj_huffman(Bytes packed, std::uint64_t unpacked_bytes, Budget& budget) {
  HighBitReader in(packed);
  Window window(budget);
  Huffman short_codes;
  Huffman symbols;
  Huffman distances;
  std::uint32_t left_in_block = 0;
  while (window.size() < unpacked_bytes) {
    if (in.spent()) return window.finish(cut(in));
    if (left_in_block == 0) {
      left_in_block = in.bits(16);
      if (left_in_block == 0 || !read_short_lengths(in, lengths_max, true, short_codes) ||
          !read_symbols(in, short_codes, symbols) ||
          !read_short_lengths(in, distances_max, false, distances)) {
        return window.finish(cut(in).value_or(damaged()));
      }
    }
    --left_in_block;
    window.brought().packed_bytes = in.consumed();
    const int symbol = symbols.decode(in);
    if (symbol < 0) return window.finish(cut(in).value_or(damaged()));
    if (symbol < static_cast<int>(literals)) {
      if (!window.put(static_cast<std::byte>(symbol))) return window.finish();
      continue;
    }
    const int code = distances.decode(in);
    if (code < 0) return window.finish(cut(in).value_or(damaged()));
    const auto bits = static_cast<unsigned>(code);
    const std::size_t distance = bits < 2 ? bits + 1 : (1u << (bits - 1)) + in.bits(bits - 1) + 1;
    const std::size_t length = static_cast<std::size_t>(symbol) - literals + match_bytes_min;
    if (!window.copy(distance, length, true)) return window.finish();
  }
  return window.finish();
}

Brought unarj_fastest(Bytes packed, std::uint64_t unpacked_bytes, Budget& budget) {
  HighBitReader in(packed);
  Window window(budget);
  // A run of ones says how many bits follow, from `least` to `most` of them.
  const auto number = [&in](unsigned least, unsigned most) {
    std::uint32_t base = 0;
    unsigned bits = least;
    while (bits < most && in.bit() != 0) base += 1u << bits++;
    return base + in.bits(bits);
  };
  while (window.size() < unpacked_bytes) {
    if (in.spent()) return window.finish(cut(in));
    window.brought().packed_bytes = in.consumed();
    const std::uint32_t length = number(0, 7);
    if (length == 0) {
      if (!window.put(static_cast<std::byte>(in.bits(8)))) return window.finish();
      continue;
    }
    const std::size_t distance = number(9, 13) + 1u;
    if (!window.copy(distance, length - 1 + match_bytes_min, true)) return window.finish();
  }
  return window.finish();
}

}  // namespace antidotary::unpack
