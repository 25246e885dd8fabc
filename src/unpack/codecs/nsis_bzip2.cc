#include "unpack/codecs/nsis_bzip2.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "unpack/codecs/huffman.h"
#include "unpack/codecs/window.h"

namespace antidotary::unpack {
namespace {

constexpr std::uint32_t block_mark = 0x31, end_mark = 0x17;
constexpr std::size_t block_bytes_max = 900'000;
constexpr std::size_t group_symbols = 50;
constexpr unsigned length_max = 20, tables_max = 6;
constexpr std::size_t symbols_max = 258, selectors_max = 18'002;

class Block {
 public:
  Block(HighBitReader& in, Budget& budget) : in_(in), budget_(budget) {}

  Status read() {
    origin_ = in_.bits(24);
    ANTIDOTARY_CHECK(read_alphabet());
    ANTIDOTARY_CHECK(read_selectors());
    ANTIDOTARY_CHECK(read_tables());
    ANTIDOTARY_CHECK(read_symbols());
    if (in_.spent()) return fail(ErrorKind::truncated, "the compressed data end early");
    if (origin_ >= sorted_.size()) return damaged();
    return budget_.step(sorted_.size());
  }

  /// Undoes the sorting and the first run-length coding. False where the purse is empty.
  bool write(Window& window) const {
    std::array<std::uint32_t, 256> starts{};
    for (const std::uint8_t byte : sorted_) ++starts[byte];
    std::exclusive_scan(starts.begin(), starts.end(), starts.begin(), 0u);
    std::vector<std::uint32_t> next(sorted_.size());
    for (std::uint32_t i = 0; i < sorted_.size(); ++i) next[starts[sorted_[i]]++] = i;
    std::uint32_t at = next[origin_];
    unsigned run = 0;
    int before = -1;
    for (std::size_t i = 0; i < sorted_.size(); ++i, at = next[at]) {
      const std::uint8_t byte = sorted_[at];
      if (run == 4) {
        for (unsigned n = 0; n < byte; ++n) {
          if (!window.put(static_cast<std::byte>(before))) return false;
        }
        run = 0;
        before = -1;
        continue;
      }
      run = byte == before ? run + 1 : 1;
      before = byte;
      if (!window.put(std::byte{byte})) return false;
    }
    return true;
  }

 private:
  static Status damaged() { return fail(ErrorKind::malformed, "the compressed data are damaged"); }

  Status read_alphabet() {
    const std::uint32_t rows = in_.bits(16);
    for (unsigned row = 0; row < 16; ++row) {
      if ((rows >> (15 - row) & 1) == 0) continue;
      const std::uint32_t used = in_.bits(16);
      for (unsigned i = 0; i < 16; ++i) {
        if ((used >> (15 - i) & 1) != 0) bytes_.push_back(static_cast<std::uint8_t>(row * 16 + i));
      }
    }
    return bytes_.empty() ? damaged() : Status{};
  }

  Status read_selectors() {
    tables_ = in_.bits(3);
    const std::size_t count = in_.bits(15);
    if (tables_ < 2 || tables_ > tables_max || count == 0) return damaged();
    std::array<std::uint8_t, tables_max> order = {0, 1, 2, 3, 4, 5};
    for (std::size_t i = 0; i < count; ++i) {
      unsigned place = 0;
      while (in_.bit() != 0) {
        if (++place >= tables_) return damaged();
      }
      std::rotate(order.begin(), order.begin() + place, order.begin() + place + 1);
      if (selectors_.size() < selectors_max) selectors_.push_back(order[0]);
    }
    return budget_.step(count);
  }

  Status read_tables() {
    std::vector<std::uint8_t> lengths(bytes_.size() + 2);
    for (unsigned table = 0; table < tables_; ++table) {
      unsigned length = in_.bits(5);
      for (std::uint8_t& out : lengths) {
        while (true) {
          if (length < 1 || length > length_max || in_.spent()) return damaged();
          if (in_.bit() == 0) break;
          length = in_.bit() == 0 ? length + 1 : length - 1;
        }
        out = static_cast<std::uint8_t>(length);
      }
      if (!codes_[table].assign(lengths, length_max)) return damaged();
    }
    return budget_.step(symbols_max * tables_);
  }

  Status read_symbols() {
    const auto end = static_cast<int>(bytes_.size()) + 1;
    std::vector<std::uint8_t> order = bytes_;
    std::size_t run = 0, weight = 1;
    for (std::size_t i = 0;; ++i) {
      if (i / group_symbols >= selectors_.size() || in_.spent()) return damaged();
      const int symbol = codes_[selectors_[i / group_symbols]].decode(in_);
      if (symbol < 0) return damaged();
      if (symbol <= 1) {
        if (run > block_bytes_max) return damaged();
        run += weight << symbol;
        weight <<= 1;
        continue;
      }
      if (run > block_bytes_max - sorted_.size()) return damaged();
      sorted_.insert(sorted_.end(), run, order[0]);
      run = 0;
      weight = 1;
      if (symbol == end) return {};
      if (sorted_.size() >= block_bytes_max) return damaged();
      const auto place = order.begin() + symbol - 1;
      std::rotate(order.begin(), place, place + 1);
      sorted_.push_back(order[0]);
    }
  }

  HighBitReader& in_;
  Budget& budget_;
  std::uint32_t origin_ = 0;
  unsigned tables_ = 0;
  std::vector<std::uint8_t> bytes_;  ///< Those that occur.
  std::vector<std::uint8_t> selectors_;
  std::array<Huffman, tables_max> codes_;
  std::vector<std::uint8_t> sorted_;
};

}  // namespace

Brought unpack_nsis_bzip2(Bytes packed, Budget& budget) {
  HighBitReader in(packed);
  Window window(budget);
  while (true) {
    const std::uint32_t mark = in.bits(8);
    if (in.spent()) {
      return window.finish(
          Error{ErrorKind::truncated, "the compressed data end early", std::nullopt});
    }
    if (mark == end_mark) return window.finish();
    if (mark != block_mark) {
      return window.finish(
          Error{ErrorKind::malformed, "the compressed data are damaged", std::nullopt});
    }
    Block block(in, budget);
    if (const Status status = block.read(); !status) return window.finish(status.error());
    window.brought().packed_bytes = in.consumed();
    if (!block.write(window)) return window.finish();
  }
}

}  // namespace antidotary::unpack
