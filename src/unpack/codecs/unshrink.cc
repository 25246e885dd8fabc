// Shrinking (zip method 1): LZW with codes of 9 to 13 bits and partial clearing (APPNOTE 5.1).
#include <array>

#include "unpack/codecs/huffman.h"
#include "unpack/codecs/window.h"
#include "unpack/codecs/zip_methods.h"

namespace antidotary::unpack {
namespace {

constexpr std::size_t codes_max = 8192;
constexpr std::uint16_t control_code = 256;
constexpr std::uint16_t no_code = 0xffff;

class Unshrinker {
 public:
  Unshrinker(const ZipPacked& packed, Budget& budget)
      : packed_(packed), in_(packed.data), window_(budget) {
    parents_.fill(no_code);
  }

  Brought run() {
    while (window_.size() < packed_.unpacked_bytes) {
      const auto code = static_cast<std::uint16_t>(in_.bits(width_));
      if (in_.spent()) {
        return window_.finish(Error{ErrorKind::truncated, "the compressed data end early", {}});
      }
      window_.brought().packed_bytes = in_.consumed() + 1;
      const bool good = code == control_code ? control() : expand(code);
      if (!good) {
        return window_.finish(Error{ErrorKind::malformed, "the compressed data are damaged", {}});
      }
    }
    return window_.finish();
  }

 private:
  bool known(std::uint16_t code) const {
    return code < 256 || (code > control_code && parents_[code] != no_code);
  }

  // 5.1.3: 256 and 1: wider codes; 256 and 2: codes that nothing follows are free again.
  bool control() {
    const std::uint32_t what = in_.bits(width_);
    if (what == 1) return ++width_ <= 13;
    if (what != 2) return false;
    std::array<bool, codes_max> followed{};
    for (std::size_t code = control_code + 1; code < codes_max; ++code) {
      if (parents_[code] != no_code) followed[parents_[code]] = true;
    }
    for (std::size_t code = control_code + 1; code < codes_max; ++code) {
      if (!followed[code]) parents_[code] = no_code;
    }
    next_ = control_code + 1;
    return true;
  }

  bool expand(std::uint16_t code) {
    Buffer reversed;
    std::uint16_t at = code;
    // A code that is not there yet is the last string and its own first byte.
    const bool new_one = !known(code);
    if (new_one) {
      if (last_ == no_code) return false;
      reversed.push_back(first_byte_);
      at = last_;
    }
    while (at > control_code) {
      if (parents_[at] == no_code || reversed.size() > codes_max) return false;
      reversed.push_back(bytes_[at]);
      at = parents_[at];
    }
    if (at == control_code) return false;
    first_byte_ = static_cast<std::byte>(at);
    reversed.push_back(first_byte_);
    if (new_one) reversed.front() = first_byte_;
    for (auto byte = reversed.rbegin(); byte != reversed.rend(); ++byte) {
      if (!window_.put(*byte)) return false;
    }
    remember();
    last_ = code;
    return true;
  }

  // The last string and the first byte of this one get the first free code.
  void remember() {
    if (last_ == no_code) return;
    while (next_ < codes_max && parents_[next_] != no_code) ++next_;
    if (next_ == codes_max) return;
    parents_[next_] = last_;
    bytes_[next_] = first_byte_;
  }

  const ZipPacked& packed_;
  BitReader in_;
  Window window_;
  std::array<std::uint16_t, codes_max> parents_{};
  std::array<std::byte, codes_max> bytes_{};
  std::uint16_t last_ = no_code;
  std::size_t next_ = control_code + 1;
  std::byte first_byte_{};
  unsigned width_ = 9;
};

}  // namespace

Brought unshrink(const ZipPacked& packed, Budget& budget) {
  return Unshrinker(packed, budget).run();
}

}  // namespace antidotary::unpack
