// Reader: never outside its bytes, and an error names where the field began.
#include "core/reader.h"

#include <gtest/gtest.h>

namespace antidotary {
namespace {

TEST(Reader, ReadsNumbersInBothOrders) {
  const auto bytes = octets(1, 2, 1, 2, 3, 4, 1, 2);
  Reader reader(bytes);
  EXPECT_EQ(*reader.u16_le(), 0x0201);
  EXPECT_EQ(*reader.u32_be(), 0x01020304u);
  EXPECT_EQ(*reader.u16_be(), 0x0102);
  EXPECT_TRUE(reader.at_end());
}

TEST(Reader, RefusesToLeaveItsBytesAndStaysWhereItWas) {
  const auto bytes = octets(1, 2, 3);
  Reader reader(bytes);
  ASSERT_TRUE(reader.skip(2).has_value());
  const auto late = reader.u32_le();
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::truncated);
  EXPECT_EQ(late.error().offset, 2u);
  EXPECT_EQ(reader.offset(), 2u);
  EXPECT_FALSE(reader.seek(4).has_value());
  EXPECT_FALSE(reader.take(~std::size_t{0}).has_value());
}

TEST(Numbers, StoreAndLoadAgree) {
  Buffer out;
  append_u64_le(out, 0x1122334455667788u);
  store_u16_le(out, 6, 0xabcd);
  EXPECT_EQ(load_u64_le(out, 0), 0xabcd334455667788u);
  EXPECT_EQ(load_u32_le(out, 2), 0x33445566u & 0xffffffffu);
}

}  // namespace
}  // namespace antidotary
