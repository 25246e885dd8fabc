#include "cli/spool.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "files/root.h"
#include "files/scratch.h"

namespace antidotary::cli {
namespace {

constexpr std::size_t sent_bytes = (5 << 20) + 7;

/// Sends a file of `sent_bytes` bytes, none of whose blocks is like another.
class SpoolTest : public ::testing::Test {
 protected:
  SpoolTest() {
    for (std::size_t i = 0; text_.size() < sent_bytes; ++i) text_ += std::to_string(i);
    text_.resize(sent_bytes);
    scratch_.file("sent", text_);
  }
  Result<Spooled> send(const SpoolLimits& limits) {
    const files::Fd file(::open(scratch_.path("sent").c_str(), O_RDONLY | O_CLOEXEC));
    return spool(file.get(), limits);
  }
  std::string content(const Spooled& spooled) {
    const auto bytes = files::read_whole(spooled.descriptor.get(), sent_bytes * 2);
    return bytes ? to_string(*bytes) : "";
  }
  files::Scratch scratch_;
  std::string text_;
};

TEST_F(SpoolTest, KeepsWhatIsSmallInMemory) {
  const auto spooled = send({});
  ASSERT_TRUE(spooled);
  EXPECT_FALSE(spooled->on_disk);
  EXPECT_EQ(spooled->size_bytes, sent_bytes);
  EXPECT_EQ(content(*spooled), text_);
}

TEST_F(SpoolTest, MovesWhatIsLargeToTheDisk) {
  const auto spooled = send({.memory_bytes_max = 2 << 20, .folder = scratch_.path()});
  ASSERT_TRUE(spooled);
  EXPECT_TRUE(spooled->on_disk);
  EXPECT_EQ(content(*spooled), text_);
}

TEST_F(SpoolTest, StaysInMemoryWhereThereIsNoSuchDisk) {
  const auto spooled = send({.memory_bytes_max = 2 << 20, .folder = scratch_.path("none")});
  ASSERT_TRUE(spooled);
  EXPECT_FALSE(spooled->on_disk);
  EXPECT_EQ(content(*spooled), text_);
}

TEST_F(SpoolTest, TakesSoManyBytesAndNotOneMore) {
  EXPECT_TRUE(send({.bytes_max = sent_bytes}));
  const auto refused = send({.bytes_max = sent_bytes - 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::budget_spent);
  EXPECT_EQ(refused.error().what, "more than 5 MiB are piped in; scan it as a file instead");
}

TEST_F(SpoolTest, SaysThatItCannotRead) {
  const auto refused = spool(-1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace antidotary::cli
