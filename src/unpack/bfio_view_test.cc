#include "unpack/bfio_view.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "core/text.h"

namespace antidotary::unpack {
namespace {

TEST(BfioView, GivesNoByteFromBehindTheEnd) {
  Budget budget;
  const BfioHandle handle = bfio_view(as_bytes(std::string_view("0123456789")), budget);
  ASSERT_NE(handle, nullptr);
  ASSERT_EQ(libbfio_handle_open(handle.get(), LIBBFIO_OPEN_READ, nullptr), 1);
  std::array<std::uint8_t, 64> out{};
  EXPECT_EQ(libbfio_handle_seek_offset(handle.get(), 7, SEEK_SET, nullptr), 7);
  EXPECT_EQ(libbfio_handle_read_buffer(handle.get(), out.data(), out.size(), nullptr), 3);
  EXPECT_EQ(out[0], '7');
  EXPECT_EQ(out[3], 0);
  EXPECT_EQ(libbfio_handle_seek_offset(handle.get(), 1'000, SEEK_SET, nullptr), 1'000);
  EXPECT_EQ(libbfio_handle_read_buffer(handle.get(), out.data(), out.size(), nullptr), 0);
  size64_t size = 0;
  EXPECT_EQ(libbfio_handle_get_size(handle.get(), &size, nullptr), 1);
  EXPECT_EQ(size, 10u);
}

TEST(BfioView, IsReadOnly) {
  Budget budget;
  const BfioHandle handle = bfio_view(as_bytes(std::string_view("0123456789")), budget);
  EXPECT_EQ(libbfio_handle_open(handle.get(), LIBBFIO_OPEN_READ_WRITE, nullptr), -1);
}

TEST(BfioView, FailsOnceTheBudgetIsSpent) {
  Limits limits;
  limits.steps_max = 3;
  Budget budget(limits);
  const BfioHandle handle = bfio_view(as_bytes(std::string_view("0123456789")), budget);
  ASSERT_EQ(libbfio_handle_open(handle.get(), LIBBFIO_OPEN_READ, nullptr), 1);
  std::uint8_t out = 0;
  int read = 0;
  while (read < 10 && libbfio_handle_read_buffer(handle.get(), &out, 1, nullptr) == 1) ++read;
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 10);
  EXPECT_TRUE(budget.spent());
}

}  // namespace
}  // namespace antidotary::unpack
