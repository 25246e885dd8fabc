// The vector loops follow W. Mula and D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2
// Instructions", ACM Transactions on the Web 12(3), 2018, section 3: a character's high nibble
// chooses what is added to it to make its six bits; two tables indexed by the nibbles have a bit in
// common where the character is none of the alphabet.
#include "formats/mime/base64_blocks.h"

#include <array>
#include <string_view>

#include "core/bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace antidotary::mime {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// For each place in a quantum a character's bits where they belong; the top bit: none of ours.
constexpr std::uint32_t no_digit = 0x80000000u;
constexpr std::array<std::array<std::uint32_t, 256>, 4> make_tables() {
  std::array<std::array<std::uint32_t, 256>, 4> tables{};
  for (std::size_t place = 0; place < 4; ++place) {
    for (auto& one : tables[place]) one = no_digit;
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
      tables[place][static_cast<unsigned char>(alphabet[i])] =
          static_cast<std::uint32_t>(i << (18 - 6 * place));
    }
  }
  return tables;
}
constexpr auto tables = make_tables();

std::uint32_t quantum(const char* in) {
  return tables[0][static_cast<unsigned char>(in[0])] |
         tables[1][static_cast<unsigned char>(in[1])] |
         tables[2][static_cast<unsigned char>(in[2])] |
         tables[3][static_cast<unsigned char>(in[3])];
}

#if defined(__x86_64__)

__attribute__((target("ssse3"))) std::size_t blocks_ssse3(const char* in, const char* in_end,
                                                          std::byte* out) {
  const char* const begin = in;
  const __m128i low_table = _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                          0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
  const __m128i high_table = _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10,
                                           0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
  const __m128i shifts = _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  const __m128i slash = _mm_set1_epi8(0x2f);
  while (in_end - in >= 16) {
    const __m128i text = _mm_loadu_si128(as_library_object<__m128i>(view_of(in, 16).data()));
    const __m128i high = _mm_and_si128(_mm_srli_epi32(text, 4), slash);
    const __m128i low = _mm_and_si128(text, slash);
    const __m128i bad =
        _mm_and_si128(_mm_shuffle_epi8(low_table, low), _mm_shuffle_epi8(high_table, high));
    if (_mm_movemask_epi8(_mm_cmpgt_epi8(bad, _mm_setzero_si128())) != 0) break;
    const __m128i is_slash = _mm_cmpeq_epi8(text, slash);
    const __m128i six = _mm_add_epi8(text, _mm_shuffle_epi8(shifts, _mm_add_epi8(is_slash, high)));
    const __m128i twelve = _mm_maddubs_epi16(six, _mm_set1_epi32(0x01400140));
    const __m128i whole = _mm_madd_epi16(twelve, _mm_set1_epi32(0x00011000));
    _mm_storeu_si128(as_library_object<__m128i>(out), _mm_shuffle_epi8(whole, order));
    in += 16;
    out += 12;
  }
  return static_cast<std::size_t>(in - begin) + base64_blocks_plain(in, in_end, out);
}

__attribute__((target("avx2"))) std::size_t blocks_avx2(const char* in, const char* in_end,
                                                        std::byte* out) {
  const char* const begin = in;
  const __m256i low_table =
      _mm256_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b,
                       0x1b, 0x1b, 0x1a, 0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                       0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
  const __m256i high_table =
      _mm256_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10,
                       0x10, 0x10, 0x10, 0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10,
                       0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
  const __m256i shifts = _mm256_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0,
                                          0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m256i order = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, 2,
                                         1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  const __m256i slash = _mm256_set1_epi8(0x2f);
  while (in_end - in >= 32) {
    const __m256i text = _mm256_loadu_si256(as_library_object<__m256i>(view_of(in, 32).data()));
    const __m256i high = _mm256_and_si256(_mm256_srli_epi32(text, 4), slash);
    const __m256i low = _mm256_and_si256(text, slash);
    const __m256i bad = _mm256_and_si256(_mm256_shuffle_epi8(low_table, low),
                                         _mm256_shuffle_epi8(high_table, high));
    if (_mm256_testz_si256(bad, bad) == 0) break;
    const __m256i is_slash = _mm256_cmpeq_epi8(text, slash);
    const __m256i six =
        _mm256_add_epi8(text, _mm256_shuffle_epi8(shifts, _mm256_add_epi8(is_slash, high)));
    const __m256i twelve = _mm256_maddubs_epi16(six, _mm256_set1_epi32(0x01400140));
    const __m256i whole = _mm256_madd_epi16(twelve, _mm256_set1_epi32(0x00011000));
    const __m256i apart = _mm256_shuffle_epi8(whole, order);
    const __m256i joined =
        _mm256_permutevar8x32_epi32(apart, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, -1, -1));
    _mm256_storeu_si256(as_library_object<__m256i>(out), joined);
    in += 32;
    out += 24;
  }
  return static_cast<std::size_t>(in - begin) + base64_blocks_plain(in, in_end, out);
}

#endif

}  // namespace

std::size_t base64_blocks_plain(const char* in, const char* in_end, std::byte* out) {
  const char* const begin = in;
  for (; in_end - in >= 4; in += 4, out += 3) {
    const std::uint32_t bits = quantum(in);
    if ((bits & no_digit) != 0) break;
    out[0] = static_cast<std::byte>(bits >> 16);
    out[1] = static_cast<std::byte>(bits >> 8 & 0xff);
    out[2] = static_cast<std::byte>(bits & 0xff);
  }
  return static_cast<std::size_t>(in - begin);
}

Base64Blocks base64_blocks() {
#if defined(__x86_64__)
  static const Base64Blocks best = __builtin_cpu_supports("avx2")    ? &blocks_avx2
                                   : __builtin_cpu_supports("ssse3") ? &blocks_ssse3
                                                                     : &base64_blocks_plain;
  return best;
#else
  return &base64_blocks_plain;
#endif
}

std::uint8_t base64_digit(char c) {
  const std::uint32_t bits = tables[3][static_cast<unsigned char>(c)];
  return bits == no_digit ? base64_no_digit : static_cast<std::uint8_t>(bits);
}

}  // namespace antidotary::mime
