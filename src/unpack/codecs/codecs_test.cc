// The codecs' shared parts, and what is left of a stream that is damaged. Whole streams, made by
// the formats' own tools, are in tests/formats/archives.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/reader.h"
#include "unpack/codecs/huffman.h"
#include "unpack/codecs/wim_methods.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_literals;

std::string bits_of(const std::string& zeros_and_ones) {
  std::string out((zeros_and_ones.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < zeros_and_ones.size(); ++i) {
    if (zeros_and_ones[i] == '1') out[i / 8] = static_cast<char>(out[i / 8] | 0x80 >> i % 8);
  }
  return out;
}

TEST(HighBitReader, TakesTheHighestFirstAndZerosBehindTheEnd) {
  const std::string bytes = bits_of("1010000011110001");
  HighBitReader in(as_bytes(bytes));
  EXPECT_EQ(in.bits(3), 5u);
  EXPECT_EQ(in.consumed(), 1u);
  EXPECT_EQ(in.bits(0), 0u);
  EXPECT_EQ(in.bits(9), 0b000001111u);
  EXPECT_EQ(in.bits(4), 1u);
  EXPECT_FALSE(in.spent());
  EXPECT_EQ(in.bits(32), 0u);
  EXPECT_TRUE(in.spent());
  EXPECT_EQ(in.consumed(), 2u);
  HighBitReader cut(as_bytes(bytes));
  cut.bits(12);
  EXPECT_EQ(cut.bits(32), 0x1u << 28);
  EXPECT_TRUE(cut.spent());
}

/// RFC 1951 3.2.2, step by step: the code of each symbol in zeros and ones.
std::vector<std::string> codes_of(const std::vector<std::uint8_t>& lengths) {
  std::vector<std::string> out(lengths.size());
  unsigned code = 0;
  for (unsigned length = 1; length <= 4; ++length, code <<= 1) {
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] != length) continue;
      for (unsigned i = length; i > 0; --i) out[symbol] += (code >> (i - 1) & 1) != 0 ? '1' : '0';
      ++code;
    }
  }
  return out;
}

TEST(Huffman, KnowsEachCodeOfEverySmallTable) {
  std::size_t refused = 0;
  for (unsigned table = 0; table < 5 * 5 * 5 * 5 * 5; ++table) {
    std::vector<std::uint8_t> lengths;
    unsigned room = 16;  // a code of length n takes 16 >> n of it
    bool fits = true;
    for (unsigned i = 0, rest = table; i < 5; ++i, rest /= 5) {
      const auto length = static_cast<std::uint8_t>(rest % 5);
      const unsigned taken = length == 0 ? 0u : 16u >> length;
      lengths.push_back(length);
      fits = fits && taken <= room;
      room -= fits ? taken : 0;
    }
    Huffman codes;
    ASSERT_EQ(codes.assign(lengths), fits) << table;
    const std::string ones(8, '\xff');
    HighBitReader none(as_bytes(ones));
    if (!fits || room > 0) {
      ASSERT_EQ(codes.decode(none), -1) << table;
    }
    refused += fits ? 0 : 1;
    const std::vector<std::string> texts = codes_of(lengths);
    for (std::size_t symbol = 0; fits && symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] == 0) continue;
      const std::string bytes = bits_of(texts[symbol] + "1");
      HighBitReader in(as_bytes(bytes));
      ASSERT_EQ(codes.decode(in), static_cast<int>(symbol)) << table;
      ASSERT_EQ(in.bit(), 1u) << table;
    }
  }
  EXPECT_GT(refused, 500u);
}

TEST(Huffman, RefusesLengthsBeyondTheFormats) {
  Huffman codes;
  EXPECT_TRUE(codes.assign(std::vector<std::uint8_t>{1, 16}));
  EXPECT_FALSE(codes.assign(std::vector<std::uint8_t>{1, 17}));
  EXPECT_TRUE(codes.assign(std::vector<std::uint8_t>{1, 20}, 20));
  codes.assign_single(7);
  HighBitReader in(as_bytes(std::string_view("")));
  EXPECT_EQ(codes.decode(in), 7);
  EXPECT_FALSE(in.spent());
}

/// Bits as words of 16, the low byte of each first.
std::string words_of(std::string zeros_and_ones) {
  zeros_and_ones.resize((zeros_and_ones.size() + 15) / 16 * 16, '0');
  std::string out = bits_of(zeros_and_ones);
  for (std::size_t i = 0; i + 1 < out.size(); i += 2) std::swap(out[i], out[i + 1]);
  return out;
}

TEST(WimMethods, KeepWhatComesOutBeforeDamage) {
  Budget budget;
  std::string table(256, '\0');
  table['a' / 2] = '\x10';  // "a": one bit
  table[255] = '\x10';      // the farthest match: one bit
  table += words_of("0001") + std::string(8, '\0');
  const Brought xpress = unpack_xpress(as_bytes(table), 100, budget);
  EXPECT_EQ(to_string(xpress.bytes), "aaa");
  ASSERT_TRUE(xpress.error);
  EXPECT_EQ(xpress.error->kind, ErrorKind::malformed);
  // A block of 6 bytes as they are (kind 3), then one of kind 0, which is none.
  const std::string raw = words_of(
                              "011"
                              "0"
                              "0000000000000110") +
                          std::string(12, '\1') + "hello!";
  const std::string damaged = raw + words_of("0001") + std::string(8, '\0');
  const Brought lzx = unpack_lzx(as_bytes(damaged), 100, 1u << 15, budget);
  EXPECT_EQ(to_string(lzx.bytes), "hello!");
  ASSERT_TRUE(lzx.error);
  EXPECT_EQ(lzx.error->kind, ErrorKind::malformed);
  EXPECT_FALSE(unpack_lzx(as_bytes(raw), 6, 1u << 15, budget).error);
}

TEST(WimMethods, SayWhereThePurseIsEmpty) {
  Limits limits;
  limits.steps_max = 10;
  Budget budget(limits);
  const std::string bytes(100, 'x');
  const Brought out = unpack_lzx(as_bytes(bytes), 1000, 1u << 15, budget);
  EXPECT_TRUE(out.purse_empty);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::unpack
