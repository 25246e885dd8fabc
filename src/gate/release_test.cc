#include "gate/release.h"

#include <gmock/gmock.h>

namespace antidotary::gate {
namespace {

const Buffer key(32, std::byte{7});
const ReleaseMark mark{"mail-1", 2'000, "0123456789abcdef0123456789abcdef",
                       body_sha256(as_bytes(std::string_view("A: b\r\n\r\nbody\r\n")))};

TEST(ReleaseMark, IsReadAsItWasWritten) {
  const auto read = read_mark(write_mark(mark, key), key, 1'000);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->id, mark.id);
  EXPECT_EQ(read->nonce, mark.nonce);
  EXPECT_EQ(read->body_sha256, mark.body_sha256);
}

TEST(ReleaseMark, IsRefusedWhereAnyByteDiffers) {
  const std::string whole = write_mark(mark, key);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string other = whole;
    other[i] = other[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(read_mark(other, key, 1'000)) << i;
    EXPECT_FALSE(read_mark(whole.substr(0, i), key, 1'000)) << i;
  }
  EXPECT_FALSE(read_mark(whole, Buffer(32, std::byte{8}), 1'000));
  EXPECT_FALSE(read_mark(whole + " x", key, 1'000));
  EXPECT_FALSE(read_mark("", key, 1'000));
}

TEST(ReleaseMark, EndsWithItsTime) {
  EXPECT_TRUE(read_mark(write_mark(mark, key), key, 2'000));
  EXPECT_EQ(read_mark(write_mark(mark, key), key, 2'001).error().kind, ErrorKind::refused);
  ReleaseMark endless = mark;
  endless.expires_unix_s = 1'000'000;
  EXPECT_FALSE(read_mark(write_mark(endless, key), key, 1'000));
}

TEST(ReleaseMark, LeavesNoPathInItsId) {
  ReleaseMark other = mark;
  other.id = "../../etc";
  EXPECT_EQ(read_mark(write_mark(other, key), key, 1'000).error().kind, ErrorKind::malformed);
}

TEST(BodyDigest, IsTheBodysAloneWhateverItsLineEnds) {
  const auto digest = [](std::string_view text) { return body_sha256(as_bytes(text)); };
  EXPECT_EQ(digest("A: b\r\n\r\none\r\ntwo\r\n"), digest("C: d\r\nE: f\r\n\r\none\ntwo\n"));
  EXPECT_NE(digest("A: b\r\n\r\none\r\n"), digest("A: b\r\n\r\ntwo\r\n"));
  EXPECT_EQ(digest("A: b\r\n\r\none\rtwo"), digest("A: b\n\none\r\ntwo\r\n"));
  EXPECT_NE(digest("A: b\r\n\r\none\rtwo"), digest("A: b\r\n\r\nonetwo"));
  EXPECT_EQ(digest("A: b\r\n"), digest(""));
}

}  // namespace
}  // namespace antidotary::gate
