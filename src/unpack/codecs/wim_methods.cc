#include "unpack/codecs/wim_methods.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <vector>

#include "core/reader.h"
#include "unpack/codecs/huffman.h"

namespace antidotary::unpack {
namespace {

/// Words of 16 bits, little-endian, each taken from its highest bit; bytes may stand between them.
/// Behind the end come zeros; more than a few of them are an end that came early.
class Words {
 public:
  explicit Words(Bytes bytes) : bytes_(bytes) {}

  std::uint32_t peek(unsigned count) {
    fill();
    return count == 0 ? 0 : static_cast<std::uint32_t>(hold_ >> (64 - count));
  }
  /// At most 17 bits.
  std::uint32_t bits(unsigned count) {
    const std::uint32_t out = peek(count);
    hold_ <<= count;
    held_ -= static_cast<int>(count);
    return out;
  }
  std::uint32_t bit() { return bits(1); }
  std::uint8_t byte() {
    if (at_ >= bytes_.size()) {
      ++missing_;
      return 0;
    }
    return std::to_integer<std::uint8_t>(bytes_[at_++]);
  }
  /// Leaves the rest of the word that was begun, a whole one where none was (LZX, raw blocks).
  void align() {
    fill();
    const int rest = held_ % 16;
    held_ -= rest == 0 ? 16 : rest;
    const auto whole = static_cast<std::size_t>(held_ / 16) * 2;
    at_ -= std::min(at_, whole);
    hold_ = 0;
    held_ = 0;
  }
  bool spent() const { return missing_ > 4; }
  bool eager = false;  ///< XPRESS holds one word more than it needs.

 private:
  void fill() {
    const int wanted = eager ? 16 : 17;
    while (held_ < wanted) {
      std::uint64_t word = 0;
      if (bytes_.size() - at_ >= 2) {
        word = load_u16_le(bytes_, at_);
        at_ += 2;
      } else {
        at_ = bytes_.size();
        ++missing_;
      }
      hold_ |= word << (48 - held_);
      held_ += 16;
    }
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  std::uint64_t hold_ = 0;  ///< The next bit is the highest.
  int held_ = 0;
  int missing_ = 0;
};

Brought damaged(Buffer out) {
  return {std::move(out), Error{ErrorKind::malformed, "the compressed data are damaged", {}}};
}
Brought unpaid(Error error) { return {{}, std::move(error), true}; }

bool copy_match(Buffer& out, std::size_t size, std::size_t distance, std::size_t length) {
  if (distance == 0 || distance > out.size() || length > size - out.size()) return false;
  for (std::size_t i = 0; i < length; ++i) out.push_back(out[out.size() - distance]);
  return true;
}

}  // namespace

Brought unpack_xpress(Bytes packed, std::size_t size, Budget& budget) {
  constexpr std::size_t table_bytes = 256, symbols = 512;
  if (const auto paid = budget.step(size / 4 + symbols); !paid) return unpaid(paid.error());
  if (packed.size() < table_bytes) return damaged({});
  std::array<std::uint8_t, symbols> lengths{};
  for (std::size_t i = 0; i < symbols; ++i) {
    const unsigned pair = std::to_integer<unsigned>(packed[i / 2]);
    lengths[i] = static_cast<std::uint8_t>(i % 2 == 0 ? pair & 0xf : pair >> 4);
  }
  Huffman codes;
  if (!codes.assign(lengths)) return damaged({});
  Words in(packed.subspan(table_bytes));
  in.eager = true;
  Buffer out;
  while (out.size() < size) {
    const int symbol = codes.decode(in);
    if (symbol < 0 || in.spent()) return damaged(std::move(out));
    if (symbol < 256) {
      out.push_back(static_cast<std::byte>(symbol));
      continue;
    }
    std::size_t length = static_cast<unsigned>(symbol) & 0xf;
    const unsigned width = (static_cast<unsigned>(symbol) - 256) >> 4;
    in.peek(16);  // the word that the specification reads ahead stands before the bytes
    if (length == 0xf) {
      const std::size_t more = in.byte();
      length += more;
      if (more == 0xff) {
        const std::size_t low = in.byte();
        length = low | std::size_t{in.byte()} << 8;
      }
    }
    const std::size_t distance = (std::size_t{1} << width) | in.bits(width);
    if (!copy_match(out, size, distance, length + 3)) return damaged(std::move(out));
  }
  return {std::move(out), {}};
}

namespace {

constexpr unsigned literals = 256, length_symbols = 249, first_lengths = 7, short_match = 2;
constexpr std::size_t slots_max = 50;

struct Slot {
  std::uint32_t base = 0;
  unsigned bits = 0;
};

constexpr std::array<Slot, slots_max> slots = [] {
  std::array<Slot, slots_max> out{};
  std::uint32_t base = 0;
  for (unsigned i = 0; i < slots_max; ++i) {
    const unsigned bits = i < 4 ? 0 : i < 36 ? i / 2 - 1 : 17;
    out[i] = {base, bits};
    base += 1u << bits;
  }
  return out;
}();

class Lzx {
 public:
  Lzx(Bytes packed, std::size_t size, std::size_t window)
      : in_(packed), size_(size), wide_(window >= 1u << 16) {
    std::size_t count = 0;
    while (count < slots_max && slots[count].base < window) ++count;
    main_lengths_.resize(literals + 8 * count);
  }

  Brought run() {
    const bool whole = blocks();
    undo_calls();
    return whole ? Brought{std::move(out_), {}} : damaged(std::move(out_));
  }

 private:
  /// False where the data are damaged; what stands before is written.
  bool blocks() {
    while (out_.size() < size_) {
      const std::uint32_t kind = in_.bits(3);
      std::size_t stated = 32768;
      if (in_.bit() == 0) {
        stated = in_.bits(16);
        if (wide_) stated = stated << 8 | in_.bits(8);
      }
      if (stated == 0 || stated > size_ - out_.size() || in_.spent()) return false;
      const std::size_t end = out_.size() + stated;
      if (kind == 3) {
        if (!raw(stated)) return false;
        continue;
      }
      if ((kind != 1 && kind != 2) || !read_codes(kind == 2)) return false;
      while (out_.size() < end) {
        if (!item(kind == 2, end)) return false;
      }
    }
    return true;
  }

  bool raw(std::size_t count) {
    in_.align();
    for (std::uint32_t& distance : recent_) {
      distance = 0;
      for (unsigned i = 0; i < 4; ++i) distance |= std::uint32_t{in_.byte()} << (8 * i);
    }
    for (std::size_t i = 0; i < count && !in_.spent(); ++i) out_.push_back(std::byte{in_.byte()});
    if (count % 2 != 0) in_.byte();
    return !in_.spent();
  }

  bool read_codes(bool aligned) {
    if (aligned) {
      std::array<std::uint8_t, 8> lengths{};
      for (std::uint8_t& length : lengths) length = static_cast<std::uint8_t>(in_.bits(3));
      if (!aligned_.assign(lengths)) return false;
    }
    const std::span<std::uint8_t> all(main_lengths_);
    return read_lengths(all.first(literals)) && read_lengths(all.subspan(literals)) &&
           main_.assign(main_lengths_) && read_lengths(length_lengths_) &&
           length_.assign(length_lengths_);
  }

  /// Lengths are told as differences from the block before, by a code of their own.
  bool read_lengths(std::span<std::uint8_t> lengths) {
    std::array<std::uint8_t, 20> pre{};
    for (std::uint8_t& length : pre) length = static_cast<std::uint8_t>(in_.bits(4));
    Huffman codes;
    if (!codes.assign(pre)) return false;
    for (std::size_t i = 0; i < lengths.size();) {
      int symbol = codes.decode(in_);
      if (symbol < 0 || in_.spent()) return false;
      std::size_t run = 1;
      std::uint8_t value = 0;
      if (symbol == 17) {
        run = 4 + in_.bits(4);
      } else if (symbol == 18) {
        run = 20 + in_.bits(5);
      } else {
        if (symbol == 19) {
          run = 4 + in_.bits(1);
          symbol = codes.decode(in_);
          if (symbol < 0 || symbol > 16) return false;
        }
        value = static_cast<std::uint8_t>((lengths[i] + 17 - symbol) % 17);
      }
      for (; run > 0 && i < lengths.size(); --run) lengths[i++] = value;
    }
    return true;
  }

  bool item(bool aligned, std::size_t end) {
    const int symbol = main_.decode(in_);
    if (symbol < 0 || in_.spent()) return false;
    if (symbol < static_cast<int>(literals)) {
      out_.push_back(static_cast<std::byte>(symbol));
      return true;
    }
    const unsigned rest = static_cast<unsigned>(symbol) - literals;
    std::size_t length = rest % 8;
    if (length == first_lengths) {
      const int more = length_.decode(in_);
      if (more < 0) return false;
      length += static_cast<std::size_t>(more);
    }
    const std::uint32_t distance = distance_of(rest / 8, aligned);
    return distance > 0 && copy_match(out_, end, distance, length + short_match);
  }

  /// 0 where the bits are no code.
  std::uint32_t distance_of(unsigned slot, bool aligned) {
    if (slot < 3) {
      std::swap(recent_[0], recent_[slot]);
      return recent_[0];
    }
    const Slot& row = slots[slot];
    std::uint32_t distance = row.base;
    if (aligned && row.bits >= 3) {
      distance += in_.bits(row.bits - 3) << 3;
      const int low = aligned_.decode(in_);
      if (low < 0) return 0;
      distance += static_cast<std::uint32_t>(low);
    } else {
      distance += in_.bits(row.bits);
    }
    recent_ = {distance - 2, recent_[0], recent_[1]};
    return recent_[0];
  }

  /// Calls of programs were packed with absolute addresses.
  void undo_calls() {
    constexpr std::int32_t file_bytes = 12'000'000;
    for (std::size_t i = 0; i + 10 < out_.size(); ++i) {
      if (out_[i] != std::byte{0xe8}) continue;
      const auto place = static_cast<std::int32_t>(i);
      const auto absolute = std::bit_cast<std::int32_t>(load_u32_le(out_, i + 1));
      if (absolute >= -place && absolute < file_bytes) {
        const std::int32_t relative = absolute >= 0 ? absolute - place : absolute + file_bytes;
        store_u32_le(std::span(out_), i + 1, std::bit_cast<std::uint32_t>(relative));
      }
      i += 4;
    }
  }

  Words in_;
  std::size_t size_;
  bool wide_;  ///< Blocks may be of more than 16 bits of bytes.
  Buffer out_;
  std::array<std::uint32_t, 3> recent_ = {1, 1, 1};
  std::vector<std::uint8_t> main_lengths_;
  std::array<std::uint8_t, length_symbols> length_lengths_{};
  Huffman main_, length_, aligned_;
};

}  // namespace

Brought unpack_lzx(Bytes packed, std::size_t size, std::size_t window, Budget& budget) {
  if (const auto paid = budget.step(size / 4 + 1024); !paid) return unpaid(paid.error());
  return Lzx(packed, size, window).run();
}

}  // namespace antidotary::unpack
