// Method: the fast decoder against the plain one on every length and at every place of a stranger
// character; each way of reading an odd text by an input on which it alone is right.
#include "formats/mime/base64.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "formats/mime/base64_blocks.h"

namespace antidotary::mime {
namespace {

using Pad = Base64Reading::Pad;
using Junk = Base64Reading::Junk;

std::string bytes_of(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(i * 37 + size);
  return out;
}

std::string read(std::string_view text) {
  return to_string(decode_base64(text, text.size()).bytes);
}

std::string read(std::string_view text, Base64Reading reading) {
  return to_string(decode_base64(text, reading, text.size()));
}

TEST(Base64Blocks, AgreeWithThePlainOnesWhereverAStrangerStands) {
  const std::vector<int> strangers = {'\n', '=', '-', '@', '[', '`', '{', '.', ':', 0, 0x80, 0xff};
  const std::string bytes = bytes_of(192);
  std::string text = to_base64_lines(as_bytes(bytes));
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c < ' '; }), text.end());
  for (std::size_t at = 0; at <= text.size(); ++at) {
    for (const int stranger : strangers) {
      std::string odd = text;
      if (at < odd.size()) odd[at] = static_cast<char>(stranger);
      Buffer fast(odd.size() + base64_slack_bytes), plain(odd.size() + base64_slack_bytes);
      const char* const end = odd.data() + odd.size();
      const std::size_t taken = base64_blocks()(odd.data(), end, fast.data());
      ASSERT_EQ(taken, base64_blocks_plain(odd.data(), end, plain.data())) << at << ' ' << stranger;
      ASSERT_TRUE(
          std::equal(fast.begin(), fast.begin() + static_cast<long>(taken / 4 * 3), plain.begin()));
    }
  }
}

TEST(Base64Odd, IsNothingOfAnHonestText) {
  for (std::size_t size = 0; size < 400; ++size) {
    const std::string bytes = bytes_of(size);
    const std::string text = to_base64_lines(as_bytes(bytes));
    const Base64Decoded decoded = decode_base64(text, text.size());
    EXPECT_EQ(to_string(decoded.bytes), bytes);
    EXPECT_FALSE(decoded.odd.any()) << size;
  }
}

TEST(Base64Odd, TellsEachOddityAndWhere) {
  const auto odd = [](std::string_view text) { return decode_base64(text, text.size()).odd; };
  EXPECT_EQ(odd("Zm9v!YmFy").junk, 1u);
  EXPECT_EQ(*odd("Zm9v!YmFy").offset, 4u);
  EXPECT_TRUE(odd("Zg==Zg==").pad_inside);
  EXPECT_TRUE(odd("Zm9vY").broken_quantum);
  EXPECT_TRUE(odd("Zm9\nv").broken_quantum);
  EXPECT_TRUE(odd("Zm9v\n\nYmFy\n").blank_line);
  EXPECT_FALSE(odd("\n\nZm9v\n\n").any());
}

TEST(Base64Reading, ReadsAsSomeProgramDoes) {
  EXPECT_EQ(read("Zg==Zm9v", {Pad::stops, Junk::skipped, false}), "f");
  EXPECT_EQ(read("Zm9v=YmFy", {Pad::ignored, Junk::skipped, false}), "foobar");
  EXPECT_EQ(read("Zm=v", {Pad::zeros, Junk::skipped, false}), std::string("f`/"));
  EXPECT_EQ(read("Zm9v!YmFy", {Pad::resets, Junk::stops, false}), "foo");
  EXPECT_EQ(read("Zm9v\nno base64!\nYmFy", {Pad::resets, Junk::drops_line, false}), "foobar");
  EXPECT_EQ(read("-_-_", {Pad::resets, Junk::url, false}), "\xfb\xff\xbf");
  EXPECT_EQ(read("Zm9vA\nYmFy", {Pad::resets, Junk::skipped, true}), "foobar");
}

TEST(Base64Reading, HasNoWaysWhereNothingIsOdd) {
  EXPECT_TRUE(base64_readings({}).empty());
  Base64Oddities all;
  all.junk = 1;
  all.pad_inside = all.broken_quantum = true;
  EXPECT_EQ(base64_readings(all).size(), 4u * 4u * 2u - 1u);
}

TEST(Base64, KeepsToItsLimitWithinABlock) {
  const std::string bytes = bytes_of(300);
  const std::string text = to_base64_lines(as_bytes(bytes));
  for (std::size_t limit = 0; limit < 300; ++limit) {
    const Base64Decoded decoded = decode_base64(text, limit);
    EXPECT_EQ(decoded.bytes.size(), limit);
    EXPECT_TRUE(decoded.cut);
  }
  EXPECT_EQ(read("Zm9vYmFy"), "foobar");
}

}  // namespace
}  // namespace antidotary::mime
