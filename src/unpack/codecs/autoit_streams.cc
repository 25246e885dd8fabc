#include "unpack/codecs/autoit_streams.h"

#include <array>
#include <bit>

#include "unpack/codecs/huffman.h"
#include "unpack/codecs/window.h"

namespace antidotary::unpack {
namespace {

class Twister {
 public:
  explicit Twister(std::uint32_t seed) {
    state_[0] = seed;
    for (std::uint32_t i = 1; i < state_.size(); ++i) {
      state_[i] = 1812433253u * (state_[i - 1] ^ state_[i - 1] >> 30) + i;
    }
  }

  std::uint8_t next() {
    if (at_ == state_.size()) turn();
    std::uint32_t y = state_[at_++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    y ^= y >> 18;
    return static_cast<std::uint8_t>(y >> 1);
  }

 private:
  void turn() {
    constexpr std::size_t n = 624, m = 397;
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint32_t y = (state_[k] & 0x80000000u) | (state_[(k + 1) % n] & 0x7fffffffu);
      state_[k] = state_[(k + m) % n] ^ y >> 1 ^ ((y & 1) != 0 ? 0x9908b0dfu : 0u);
    }
    at_ = 0;
  }

  std::array<std::uint32_t, 624> state_{};
  std::size_t at_ = 624;
};

class Rotator {
 public:
  explicit Rotator(std::uint32_t seed) {
    for (std::uint32_t& word : state_) {
      seed = 1 - seed * 0x53a9b4fbu;
      word = seed;
    }
    for (int i = 0; i < 9; ++i) turn();
  }

  // A fraction of one with 32 bits, times 256: its highest byte.
  std::uint8_t next() {
    turn();
    return static_cast<std::uint8_t>(turn() >> 24);
  }

 private:
  std::uint32_t turn() {
    const std::uint32_t word = std::rotl(state_[a_], 9) + std::rotl(state_[b_], 13);
    state_[a_] = word;
    a_ = a_ == 0 ? state_.size() - 1 : a_ - 1;
    b_ = b_ == 0 ? state_.size() - 1 : b_ - 1;
    return word;
  }

  std::array<std::uint32_t, 17> state_{};
  std::size_t a_ = 0, b_ = 10;
};

template <class Random>
Buffer reveal(std::uint32_t seed, Bytes hidden) {
  Random random(seed);
  Buffer out(hidden.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = hidden[i] ^ std::byte{random.next()};
  return out;
}

// A match's length: 2, 3, 5 and 8 bits, each group of ones going on in the next.
std::size_t length_of(HighBitReader& in) {
  constexpr std::array<unsigned, 3> widths = {2, 3, 5};
  std::size_t length = 3;
  for (const unsigned width : widths) {
    const std::uint32_t part = in.bits(width);
    length += part;
    if (part != (1u << width) - 1) return length;
  }
  while (!in.spent()) {
    const std::uint32_t part = in.bits(8);
    length += part;
    if (part != 255) break;
  }
  return length;
}

}  // namespace

Buffer reveal_autoit(AutoItVersion version, std::uint32_t seed, Bytes hidden, Budget& budget) {
  // A generator's state is made anew each time.
  if (!budget.step(700 + hidden.size())) return {};
  return version == AutoItVersion::ea05 ? reveal<Twister>(seed, hidden)
                                        : reveal<Rotator>(seed, hidden);
}

Brought unpack_autoit(AutoItVersion version, Bytes packed, Budget& budget) {
  const bool newer = version == AutoItVersion::ea06;
  Window window(budget);
  if (packed.size() < 8 || as_text(packed.first(4)) != (newer ? "EA06" : "EA05")) {
    return window.finish(Error{ErrorKind::malformed, "the packed data have no mark", {}});
  }
  const std::size_t size = HighBitReader(packed.subspan(4, 4)).bits(32);
  window.brought().packed_bytes = packed.size();
  HighBitReader in(packed.subspan(8));
  while (window.size() < size && !in.spent()) {
    const bool literal = (in.bit() != 0) == newer;
    if (literal) {
      const std::uint32_t value = in.bits(8);
      if (!in.spent() && !window.put(static_cast<std::byte>(value))) return window.finish();
      continue;
    }
    const std::size_t distance = in.bits(15);
    const std::size_t length = std::min(length_of(in), size - window.size());
    if (!in.spent() && !window.copy(distance, length)) return window.finish();
  }
  if (!in.spent()) return window.finish();
  return window.finish(Error{ErrorKind::truncated, "the compressed data end early", std::nullopt});
}

}  // namespace antidotary::unpack
