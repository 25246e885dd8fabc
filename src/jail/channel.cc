#include "jail/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include "core/reader.h"

namespace antidotary::jail {
namespace {

// Two of them fit the kernel's default send buffer, so that sender and receiver overlap.
constexpr std::size_t packet_bytes_max = 64 << 10;
// Tag, length of the whole body.
constexpr std::size_t header_bytes = 9;
// Room for two descriptors: the kernel rounds up, and what came too much must be seen to be closed.
constexpr std::size_t control_bytes = CMSG_SPACE(2 * sizeof(int));

std::int64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// The instant at which waiting ends; none where it is for ever.
class Deadline {
 public:
  explicit Deadline(int timeout_ms) {
    if (timeout_ms >= 0) at_ms_ = now_ms() + timeout_ms;
  }
  /// What poll takes.
  int left_ms() const {
    if (!at_ms_) return -1;
    return static_cast<int>(std::max<std::int64_t>(0, *at_ms_ - now_ms()));
  }
  bool passed() const { return at_ms_ && now_ms() >= *at_ms_; }
  bool never() const { return !at_ms_; }

 private:
  std::optional<std::int64_t> at_ms_;
};

tl::unexpected<Error> broken(std::string_view act) {
  const int number = errno;
  if (number == EPIPE || number == ECONNRESET || number == ENOTCONN) {
    return fail(ErrorKind::worker_died, "the other end is gone");
  }
  return fail(ErrorKind::io, "cannot {} a message: {}", act, std::strerror(number));
}

Status wait_for(int socket, short events, const Deadline& deadline) {
  for (;;) {
    pollfd watched{socket, events, 0};
    const int ready = poll(&watched, 1, deadline.left_ms());
    if (ready > 0) return {};
    if (ready == 0 || (errno == EINTR && deadline.passed())) {
      return fail(ErrorKind::budget_spent, "no answer in time");
    }
    if (errno != EINTR) return broken("wait for");
  }
}

Status send_packet(int socket, Bytes first, Bytes second, int descriptor,
                   const Deadline& deadline) {
  // sendmsg only reads through these, but takes them as writable.
  std::array<iovec, 2> parts{iovec{const_cast<std::byte*>(first.data()), first.size()},
                             iovec{const_cast<std::byte*>(second.data()), second.size()}};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  if (descriptor >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  }
  while (sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    if (errno == EAGAIN) {
      ANTIDOTARY_CHECK(wait_for(socket, POLLOUT, deadline));
    } else if (errno != EINTR) {
      return broken("send");
    }
  }
  return {};
}

/// The descriptors that came with a packet; more than one is an error, and all are closed.
Result<files::Fd> descriptor_in(msghdr& message) {
  files::Fd found;
  bool too_many = (message.msg_flags & MSG_CTRUNC) != 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
      too_many = too_many || found.valid();
      found = files::Fd(number);
    }
  }
  if (too_many) return fail(ErrorKind::malformed, "more than one descriptor beside a message");
  return found;
}

struct Packet {
  Bytes bytes;
  files::Fd descriptor;
};

Result<Packet> receive_packet(int socket, Buffer& room, const Deadline& deadline) {
  iovec part{room.data(), room.size()};
  alignas(cmsghdr) std::array<std::byte, control_bytes> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const int waiting = deadline.never() ? 0 : MSG_DONTWAIT;
  for (;;) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(socket, &message, waiting | MSG_CMSG_CLOEXEC);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      // Asked for first, waited for where it is not there: most often somebody has waited already.
      ANTIDOTARY_CHECK(wait_for(socket, POLLIN, deadline));
      continue;
    }
    if (size < 0) return broken("receive");
    files::Fd descriptor = ANTIDOTARY_TRY(descriptor_in(message));
    // An empty packet is not a message either: nothing of ours sends one.
    if (size == 0) return fail(ErrorKind::worker_died, "the other end is gone");
    if ((message.msg_flags & MSG_TRUNC) != 0) {
      return fail(ErrorKind::malformed, "a packet over {} bytes", packet_bytes_max);
    }
    return Packet{Bytes(room).first(static_cast<std::size_t>(size)), std::move(descriptor)};
  }
}

}  // namespace

Result<std::pair<Channel, Channel>> Channel::pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(ErrorKind::io, "cannot make a channel: {}", std::strerror(errno));
  }
  return std::pair{Channel(files::Fd(ends[0])), Channel(files::Fd(ends[1]))};
}

Status Channel::send(std::uint8_t tag, Bytes body, int descriptor, int timeout_ms) {
  if (body.size() > message_bytes_max) {
    return fail(ErrorKind::refused, "a message of {} bytes is too long", body.size());
  }
  const Deadline deadline(timeout_ms);
  std::array<std::byte, header_bytes> header{};
  header[0] = static_cast<std::byte>(tag);
  store_u64_le(header, 1, body.size());
  Bytes rest = body;
  const std::size_t first = std::min(rest.size(), packet_bytes_max - header_bytes);
  ANTIDOTARY_CHECK(send_packet(socket_.get(), header, rest.first(first), descriptor, deadline));
  rest = rest.subspan(first);
  while (!rest.empty()) {
    const std::size_t next = std::min(rest.size(), packet_bytes_max);
    ANTIDOTARY_CHECK(send_packet(socket_.get(), rest.first(next), {}, -1, deadline));
    rest = rest.subspan(next);
  }
  return {};
}

Result<Message> Channel::receive(int timeout_ms, std::uint64_t bytes_max) {
  const Deadline deadline(timeout_ms);
  if (packet_.empty()) packet_.resize(packet_bytes_max);
  Packet packet = ANTIDOTARY_TRY(receive_packet(socket_.get(), packet_, deadline));
  if (packet.bytes.size() < header_bytes) {
    return fail(ErrorKind::malformed, "a message without its header");
  }
  Message message;
  message.tag = std::to_integer<std::uint8_t>(packet.bytes[0]);
  message.descriptor = std::move(packet.descriptor);
  const std::uint64_t size = load_u64_le(packet.bytes, 1);
  if (size > std::min(bytes_max, message_bytes_max)) {
    return fail(ErrorKind::malformed, "a message of {} bytes is too long", size);
  }
  Bytes part = packet.bytes.subspan(header_bytes);
  for (;;) {
    if (part.size() > size - message.body.size()) {
      return fail(ErrorKind::malformed, "a message longer than it says");
    }
    message.body.insert(message.body.end(), part.begin(), part.end());
    if (message.body.size() == size) return message;
    packet = ANTIDOTARY_TRY(receive_packet(socket_.get(), packet_, deadline));
    if (packet.descriptor.valid()) {
      return fail(ErrorKind::malformed, "a descriptor inside a message");
    }
    part = packet.bytes;
  }
}

}  // namespace antidotary::jail
