#include "unpack/carve/mark_scan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace antidotary::unpack {

MarkScan::MarkScan(std::span<const std::string_view> marks)
    : marks_(marks.first(std::min(marks.size(), marks_max))) {
  for (std::size_t m = 0; m < marks_.size(); ++m) {
    for (std::size_t i = 0; i < may_be_.size(); ++i) {
      for (unsigned byte = 0; byte < 256; ++byte) {
        const bool open = i >= marks_[m].size();
        if (!open && static_cast<unsigned char>(marks_[m][i]) != byte) continue;
        may_be_[i][byte] |= 1u << m;
        const auto bucket = static_cast<std::uint8_t>(1u << m % 8);
        nibbles_[i][0][byte & 15] |= bucket;
        nibbles_[i][1][byte >> 4] |= bucket;
      }
    }
  }
#if defined(__x86_64__)
  fast_ = __builtin_cpu_supports("ssse3") != 0;
#endif
}

bool MarkScan::stands(Bytes bytes, std::size_t at, Hit& hit) const {
  const auto octet = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[at + i]); };
  std::uint32_t left = may_be_[0][octet(0)];
  if (left == 0 || bytes.size() - at < 2) return false;
  left &= may_be_[1][octet(1)];
  if (left != 0 && bytes.size() - at >= 3) left &= may_be_[2][octet(2)];
  for (; left != 0; left &= left - 1) {
    const auto m = static_cast<std::size_t>(std::countr_zero(left));
    const std::string_view mark = marks_[m];
    if (mark.size() > bytes.size() - at) continue;
    if (std::memcmp(bytes.data() + at, mark.data(), mark.size()) != 0) continue;
    hit = {at, m};
    return true;
  }
  return false;
}

bool MarkScan::next_plain(Bytes bytes, std::size_t from, Hit& hit) const {
  for (std::size_t at = from; at < bytes.size(); ++at) {
    if (stands(bytes, at, hit)) return true;
  }
  return false;
}

#if defined(__x86_64__)

namespace {

// Buckets that each of 16 bytes at `data` may belong to, as byte `i` of a mark.
__attribute__((target("ssse3"))) inline __m128i buckets(
    const std::byte* data, const std::array<std::array<std::uint8_t, 16>, 2>& tables) {
  __m128i bytes, low_table, high_table;
  std::memcpy(&bytes, data, sizeof bytes);
  std::memcpy(&low_table, tables[0].data(), sizeof low_table);
  std::memcpy(&high_table, tables[1].data(), sizeof high_table);
  const __m128i nibble = _mm_set1_epi8(0x0f);
  const __m128i low = _mm_and_si128(bytes, nibble);
  const __m128i high = _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble);
  return _mm_and_si128(_mm_shuffle_epi8(low_table, low), _mm_shuffle_epi8(high_table, high));
}

}  // namespace

__attribute__((target("ssse3"))) std::size_t MarkScan::skip(Bytes bytes, std::size_t from) const {
  std::size_t at = from;
  for (; bytes.size() - at >= 16 + 2; at += 16) {
    const std::byte* const data = bytes.data() + at;
    __m128i left = _mm_and_si128(buckets(data, nibbles_[0]), buckets(data + 1, nibbles_[1]));
    left = _mm_and_si128(left, buckets(data + 2, nibbles_[2]));
    const auto none =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(left, _mm_setzero_si128())));
    if (none != 0xffff) return at + static_cast<std::size_t>(std::countr_one(none));
  }
  return at;
}

bool MarkScan::next(Bytes bytes, std::size_t from, Hit& hit) const {
  if (!fast_ || from >= bytes.size()) return next_plain(bytes, from, hit);
  for (std::size_t at = from;; ++at) {
    at = skip(bytes, at);
    if (bytes.size() - at < 16 + 2) return next_plain(bytes, at, hit);
    if (stands(bytes, at, hit)) return true;
  }
}

#else

bool MarkScan::next(Bytes bytes, std::size_t from, Hit& hit) const {
  return next_plain(bytes, from, hit);
}

#endif

}  // namespace antidotary::unpack
