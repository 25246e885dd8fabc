// DEFLATE64 (zip method 9): DEFLATE with a window of 64 KiB; the length code 285 has 16 more bits,
// and there are two more codes of distance (APPNOTE 4.4.5; the rest is RFC 1951).
#include <array>

#include "unpack/codecs/huffman.h"
#include "unpack/codecs/window.h"
#include "unpack/codecs/zip_methods.h"

namespace antidotary::unpack {
namespace {

constexpr std::array<std::uint16_t, 29> length_base = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                                       15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                                       67, 83, 99, 115, 131, 163, 195, 227, 3};
constexpr std::array<std::uint8_t, 29> length_bits = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                      2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 16};
constexpr std::array<std::uint8_t, 19> length_order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                       11, 4,  12, 3, 13, 2, 14, 1, 15};

class Inflater {
 public:
  Inflater(Bytes packed, Budget& budget) : in_(packed), window_(budget) {}

  Brought run() {
    bool last = false;
    while (!last && !failed_) {
      last = in_.bit() != 0;
      switch (in_.bits(2)) {
        case 0:
          copy_stored();
          break;
        case 1:
          fixed_codes();
          inflate_block();
          break;
        case 2:
          if (read_codes()) inflate_block();
          break;
        default:
          failed_ = true;
      }
    }
    if (!failed_ && !in_.spent()) return window_.finish();
    return window_.finish(
        in_.spent() ? Error{ErrorKind::truncated, "the compressed data end early", std::nullopt}
                    : Error{ErrorKind::malformed, "the compressed data are damaged", std::nullopt});
  }

 private:
  bool put(std::byte value) {
    window_.brought().packed_bytes = in_.consumed() + 1;
    if (!window_.put(value)) failed_ = true;
    return !failed_;
  }

  void copy_stored() {
    in_.align();
    const std::uint32_t count = in_.bits(16);
    if (in_.bits(16) != (~count & 0xffffu)) failed_ = true;
    for (std::uint32_t i = 0; i < count && !failed_ && !in_.spent(); ++i) {
      const auto value = static_cast<std::byte>(in_.bits(8));
      if (!in_.spent()) put(value);
    }
    failed_ = failed_ || in_.spent();
  }

  void fixed_codes() {
    std::array<std::uint8_t, 288> lengths{};
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      lengths[i] = static_cast<std::uint8_t>(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
    }
    std::array<std::uint8_t, 32> distances{};
    distances.fill(5);
    static_cast<void>(literals_.assign(lengths));
    static_cast<void>(distances_.assign(distances));
  }

  // RFC 1951 3.2.7.
  bool read_codes() {
    const std::size_t literals = in_.bits(5) + 257;
    const std::size_t distances = in_.bits(5) + 1;
    const std::size_t codes = in_.bits(4) + 4;
    std::array<std::uint8_t, 19> code_lengths{};
    for (std::size_t i = 0; i < codes; ++i) {
      code_lengths[length_order[i]] = static_cast<std::uint8_t>(in_.bits(3));
    }
    Huffman lengths_code;
    std::vector<std::uint8_t> lengths;
    failed_ = !lengths_code.assign(code_lengths);
    while (!failed_ && lengths.size() < literals + distances && !in_.spent()) {
      const int symbol = lengths_code.decode(in_);
      if (symbol < 0 || (symbol == 16 && lengths.empty())) {
        failed_ = true;
      } else if (symbol < 16) {
        lengths.push_back(static_cast<std::uint8_t>(symbol));
      } else {
        const std::uint8_t value = symbol == 16 ? lengths.back() : std::uint8_t{0};
        const std::uint32_t times = symbol == 16   ? 3 + in_.bits(2)
                                    : symbol == 17 ? 3 + in_.bits(3)
                                                   : 11 + in_.bits(7);
        lengths.insert(lengths.end(), times, value);
      }
    }
    if (failed_ || lengths.size() != literals + distances) {
      failed_ = true;
      return false;
    }
    const std::span<const std::uint8_t> all = lengths;
    failed_ = !literals_.assign(all.first(literals)) || !distances_.assign(all.subspan(literals));
    return !failed_;
  }

  void inflate_block() {
    while (!failed_ && !in_.spent()) {
      const int symbol = literals_.decode(in_);
      if (symbol == 256) return;
      if (symbol < 0 || symbol > 285) {
        failed_ = true;
      } else if (symbol < 256) {
        if (!in_.spent()) put(static_cast<std::byte>(symbol));
      } else {
        copy_earlier(static_cast<std::size_t>(symbol) - 257);
      }
    }
    failed_ = true;
  }

  void copy_earlier(std::size_t code) {
    const std::size_t length = length_base[code] + in_.bits(length_bits[code]);
    const int symbol = distances_.decode(in_);
    if (symbol < 0 || symbol > 31 || in_.spent()) {
      failed_ = true;
      return;
    }
    const unsigned bits = symbol < 2 ? 0 : static_cast<unsigned>(symbol) / 2 - 1;
    const std::size_t base = symbol < 2 ? static_cast<std::size_t>(symbol) + 1
                                        : ((2u + (static_cast<unsigned>(symbol) & 1u)) << bits) + 1;
    const std::size_t distance = base + in_.bits(bits);
    window_.brought().packed_bytes = in_.consumed() + 1;
    if (in_.spent() || !window_.copy(distance, length)) failed_ = true;
  }

  BitReader in_;
  Window window_;
  Huffman literals_;
  Huffman distances_;
  bool failed_ = false;
};

}  // namespace

Brought inflate64(Bytes packed, Budget& budget) { return Inflater(packed, budget).run(); }

}  // namespace antidotary::unpack
