// Method: both ends live in this process; a second thread stands in for the other side where one
// end would wait for the other. Broken messages are sent by hand, past Channel::send.
#include "jail/channel.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <thread>

#include "core/reader.h"

namespace antidotary::jail {
namespace {

std::pair<Channel, Channel> pair() {
  auto made = Channel::pair();
  EXPECT_TRUE(made.has_value());
  return std::move(*made);
}

Buffer pattern(std::size_t size) {
  Buffer bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 >> 3);
  return bytes;
}

int open_descriptors() {
  int count = 0;
  for (int number = 0; number < 1024; ++number) count += fcntl(number, F_GETFD) >= 0 ? 1 : 0;
  return count;
}

/// Sends raw bytes as one packet, with descriptors beside it.
void send_raw(const Channel& channel, Bytes bytes, std::vector<int> descriptors = {}) {
  iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<std::byte, 256> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    const std::size_t size = descriptors.size() * sizeof(int);
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(header), descriptors.data(), size);
  }
  ASSERT_EQ(sendmsg(channel.descriptor(), &message, 0), static_cast<ssize_t>(bytes.size()));
}

Buffer header(std::uint8_t tag, std::uint64_t size) {
  Buffer bytes{static_cast<std::byte>(tag)};
  append_u64_le(bytes, size);
  return bytes;
}

TEST(Channel, CarriesTagAndBodyOfAnySize) {
  auto [here, there] = pair();
  // Around the packet's size, and far above the socket's buffer.
  for (const std::size_t size : {0ul, 1ul, 65526ul, 65527ul, 65528ul, 131063ul, 5'000'000ul}) {
    const Buffer body = pattern(size);
    std::thread sender([&channel = here, &body] { EXPECT_TRUE(channel.send(7, body)); });
    const auto message = there.receive(5000);
    sender.join();
    ASSERT_TRUE(message.has_value()) << message.error().what;
    EXPECT_EQ(message->tag, 7);
    EXPECT_EQ(message->body, body) << size;
    EXPECT_FALSE(message->descriptor.valid());
  }
}

TEST(Channel, KeepsMessagesApart) {
  auto [here, there] = pair();
  for (std::uint8_t tag = 0; tag < 20; ++tag) ASSERT_TRUE(here.send(tag, pattern(tag)));
  for (std::uint8_t tag = 0; tag < 20; ++tag) {
    const auto message = there.receive(1000);
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->tag, tag);
    EXPECT_EQ(message->body.size(), tag);
  }
}

TEST(Channel, PassesADescriptorThatReadsTheSameFile) {
  auto [here, there] = pair();
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const files::Fd reading(ends[0]);
  files::Fd writing(ends[1]);
  ASSERT_TRUE(here.send(1, {}, reading.get()));
  const auto message = there.receive(1000);
  ASSERT_TRUE(message.has_value());
  ASSERT_TRUE(message->descriptor.valid());
  EXPECT_NE(message->descriptor.get(), reading.get());
  EXPECT_EQ(fcntl(message->descriptor.get(), F_GETFD), FD_CLOEXEC);
  ASSERT_EQ(write(writing.get(), "x", 1), 1);
  char got = 0;
  EXPECT_EQ(read(message->descriptor.get(), &got, 1), 1);
  EXPECT_EQ(got, 'x');
}

TEST(Channel, SaysThatTheOtherEndIsGone) {
  auto [here, there] = pair();
  there.close();
  const auto message = here.receive(1000);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().kind, ErrorKind::worker_died);
  const auto sent = here.send(1, {});
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().kind, ErrorKind::worker_died);
}

TEST(Channel, GivesUpWaitingForAMessage) {
  auto [here, there] = pair();
  const auto started = std::chrono::steady_clock::now();
  const auto message = here.receive(50);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().kind, ErrorKind::budget_spent);
  EXPECT_GE(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(45));
}

TEST(Channel, GivesUpOnAMessageThatDrips) {
  auto [here, there] = pair();
  send_raw(there, header(1, 1000));
  const auto message = here.receive(50);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().kind, ErrorKind::budget_spent);
}

TEST(Channel, GivesUpSendingToOneWhoDoesNotRead) {
  auto [here, there] = pair();
  const auto sent = here.send(1, pattern(10'000'000), -1, 50);
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().kind, ErrorKind::budget_spent);
}

TEST(Channel, RefusesToSendMoreThanTheMost) {
  auto [here, there] = pair();
  // The view is never read: its size alone is refused.
  const Buffer small(1);
  const auto sent = here.send(1, Bytes(small.data(), Channel::message_bytes_max + 1));
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().kind, ErrorKind::refused);
}

TEST(Channel, DoesNotBelieveAnAnnouncedLength) {
  for (const std::uint64_t size : {Channel::message_bytes_max + 1, std::uint64_t{0} - 1}) {
    auto [here, there] = pair();
    send_raw(there, header(1, size));
    const auto message = here.receive(1000);
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error().kind, ErrorKind::malformed);
  }
  auto [here, there] = pair();
  ASSERT_TRUE(there.send(1, pattern(101)));
  const auto message = here.receive(1000, 100);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().kind, ErrorKind::malformed);
}

TEST(Channel, RefusesMessagesThatBreakTheirOwnForm) {
  auto long_body = header(1, 2);
  long_body.resize(long_body.size() + 3);
  for (const Buffer& bytes : {Buffer(1), Buffer(8), long_body}) {
    auto [here, there] = pair();
    send_raw(there, bytes);
    const auto message = here.receive(1000);
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error().kind, ErrorKind::malformed);
  }
}

TEST(Channel, RefusesAPacketLargerThanPacketsAre) {
  auto [here, there] = pair();
  Buffer bytes = header(1, 100'000);
  bytes.resize(100'009);
  send_raw(there, bytes);
  const auto message = here.receive(1000);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().kind, ErrorKind::malformed);
}

TEST(Channel, ClosesEveryDescriptorThatItDidNotAskFor) {
  for (const std::size_t count : {2ul, 3ul, 10ul}) {
    auto [here, there] = pair();
    const int before = open_descriptors();
    send_raw(there, header(1, 0), std::vector<int>(count, STDIN_FILENO));
    const auto message = here.receive(1000);
    ASSERT_FALSE(message.has_value()) << count;
    EXPECT_EQ(message.error().kind, ErrorKind::malformed);
    EXPECT_EQ(open_descriptors(), before);
  }
  // And one beside a later packet of a message.
  auto [here, there] = pair();
  const int before = open_descriptors();
  send_raw(there, header(1, 4));
  send_raw(there, Buffer(4), {STDIN_FILENO});
  const auto message = here.receive(1000);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().kind, ErrorKind::malformed);
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace antidotary::jail
