// Property: whatever packets the other end sends, `receive` answers with a message within its
// bounds or with an error, and no descriptor is left behind.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "core/reader.h"
#include "jail/channel.h"

using namespace antidotary;

namespace {

constexpr std::uint64_t bytes_max = 300;
constexpr int passed = STDERR_FILENO;

void send_packet(int socket, Bytes bytes, std::size_t descriptors) {
  iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<std::byte, 256> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptors > 0) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors * sizeof(int));
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors * sizeof(int));
    for (std::size_t i = 0; i < descriptors; ++i) {
      std::memcpy(CMSG_DATA(header) + i * sizeof(int), &passed, sizeof(int));
    }
  }
  if (sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
}

int lowest_free_descriptor() {
  const int number = fcntl(STDERR_FILENO, F_DUPFD, 0);
  close(number);
  return number;
}

}  // namespace

// Input: packets, each a byte of descriptors to send beside it, a byte of length, its bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int free_before = lowest_free_descriptor();
  {
    auto ends = jail::Channel::pair().value();
    const Bytes input = view_of(data, size);
    for (std::size_t at = 0, sent = 0; at + 2 <= size && sent < 50; ++sent) {
      const std::size_t length = std::min<std::size_t>(data[at + 1], size - at - 2);
      send_packet(ends.first.descriptor(), input.subspan(at + 2, length),
                  data[at] < 200 ? 0 : data[at] % 4);
      at += 2 + length;
    }
    ends.first.close();
    for (;;) {
      const auto message = ends.second.receive(1000, bytes_max);
      if (!message && message.error().kind == ErrorKind::budget_spent) abort();
      if (!message) break;
      if (message->body.size() > bytes_max) abort();
    }
  }
  if (lowest_free_descriptor() != free_before) abort();
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index >= 4) return 0;
  // A message of `index * 90` bytes in packets of at most 100, then another.
  std::size_t left = index * 90;
  Buffer packet{std::byte{7}};
  append_u64_le(packet, left);
  out.clear();
  for (;;) {
    const std::size_t part = std::min<std::size_t>(left, 90);
    packet.resize(packet.size() + part);
    left -= part;
    out.push_back(index == 3 ? 201 : 0);
    out.push_back(static_cast<std::uint8_t>(packet.size()));
    for (const std::byte one : packet) out.push_back(std::to_integer<std::uint8_t>(one));
    packet.clear();
    if (left == 0) break;
  }
  const std::size_t once = out.size();
  for (std::size_t i = 0; i < once; ++i) out.push_back(out[i]);
  return 1;
}
