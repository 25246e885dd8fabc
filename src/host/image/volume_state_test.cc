// Method: restart pages written field by field, as Windows leaves them at rest and at work.
#include "host/image/volume_state.h"

#include <gtest/gtest.h>

#include "host/image/specimens.h"

namespace antidotary::host::image {
namespace {

Buffer restart_page(std::uint16_t client_in_use, std::uint16_t flags) {
  Buffer page(4096);
  put_text(page, 0, "RSTR");
  put_le(page, 24, 0x30, 2);  // where the restart area stands
  put_le(page, 0x30 + 12, client_in_use, 2);
  put_le(page, 0x30 + 14, flags, 2);
  return page;
}

Buffer log_of(const Buffer& first, const Buffer& second) {
  Buffer out = first;
  put(out, out.size(), second);
  return out;
}

const Buffer cleared(4096, std::byte{0xff});

TEST(LogFile, IsCleanWhereBothPagesSaySo) {
  const Buffer at_rest = restart_page(0xffff, 0), put_away = restart_page(0, 2);
  for (const Buffer& page : {at_rest, put_away, cleared}) {
    EXPECT_TRUE(is_clean_log(log_of(page, page)));
    EXPECT_TRUE(is_clean_log(log_of(page, cleared)));
  }
}

TEST(LogFile, IsUncleanWhereOnePageSaysSo) {
  const Buffer at_rest = restart_page(0xffff, 0), at_work = restart_page(0, 0);
  EXPECT_FALSE(is_clean_log(log_of(at_work, at_rest)));
  EXPECT_FALSE(is_clean_log(log_of(at_rest, at_work)));
}

// A page that says nothing says not that the volume was put away.
TEST(LogFile, IsUncleanWhereItCannotBeRead) {
  const Buffer at_rest = restart_page(0xffff, 0);
  EXPECT_FALSE(is_clean_log({}));
  const Buffer whole = log_of(at_rest, at_rest);
  for (const std::size_t size : {4u, 4095u, 4096u, 8191u}) {
    EXPECT_FALSE(is_clean_log(Bytes(whole).first(size))) << size;
  }
  Buffer torn = at_rest;
  put_text(torn, 0, "BAAD");
  EXPECT_FALSE(is_clean_log(log_of(torn, at_rest)));
  EXPECT_FALSE(is_clean_log(log_of(at_rest, torn)));
  EXPECT_FALSE(is_clean_log(log_of(at_rest, Buffer(4096))));
  Buffer outside = at_rest;
  put_le(outside, 24, 4090, 2);
  EXPECT_FALSE(is_clean_log(log_of(outside, at_rest)));
}

}  // namespace
}  // namespace antidotary::host::image
