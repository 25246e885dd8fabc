// MarkScan: every place in an object where one of a fixed set of short marks stands, in one pass.
//
// Built for marks of which a byte has next to no hope of starting one: 16 bytes at a time are held
// against the first three bytes of all marks at once (by nibbles, as SIMD string searches do), and
// only what is left is compared. Where the processor has no such instructions, byte by byte.
//
// It is not match/'s literal search: that room knows patterns by the thousand, this one a dozen.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::unpack {

class MarkScan {
 public:
  static constexpr std::size_t marks_max = 32;

  /// At most `marks_max` marks, each of 2 bytes or more; they must outlive the scan.
  explicit MarkScan(std::span<const std::string_view> marks);

  struct Hit {
    std::size_t offset = 0;
    std::size_t mark = 0;  ///< Index into the marks; the lowest where two stand at one place.
  };
  /// The first hit at `from` or behind it. False: there is none.
  bool next(Bytes bytes, std::size_t from, Hit& hit) const;
  /// The same without SIMD instructions, for comparison.
  bool next_plain(Bytes bytes, std::size_t from, Hit& hit) const;

 private:
  /// True where a mark stands at `at`.
  bool stands(Bytes bytes, std::size_t at, Hit& hit) const;
#if defined(__x86_64__)
  /// The first place from `from` on that may be a mark's, or where too little is left to look 16
  /// bytes at a time.
  std::size_t skip(Bytes bytes, std::size_t from) const;
#endif

  std::span<const std::string_view> marks_;
  /// Bit m of [i][b]: byte b may be byte i of mark m.
  std::array<std::array<std::uint32_t, 256>, 3> may_be_{};
  /// The same for nibbles: bit m % 8; low nibbles, then high ones.
  std::array<std::array<std::array<std::uint8_t, 16>, 2>, 3> nibbles_{};
  bool fast_ = false;
};

}  // namespace antidotary::unpack
