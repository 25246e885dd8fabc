#include "serve/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "files/root.h"

namespace antidotary::serve {
namespace {

constexpr std::size_t read_bytes = 256 << 10;
// Turns of reading for one peer before the others have theirs.
constexpr int reads_max = 4;
// A message carries at most SCM_MAX_FD descriptors.
constexpr std::size_t descriptors_per_message = 253;
// How long a peer may take to end its side once all is sent.
constexpr std::uint64_t drain_ms = 2'000;
// Answers that wait to be read by the peer.
constexpr std::size_t unsent_bytes_max = 1 << 20;

// One for all connections: there is one thread, and what is in it is handed on at once.
Buffer& read_buffer() {
  static Buffer buffer(read_bytes);
  return buffer;
}

std::vector<files::Fd> descriptors_of(msghdr& message) {
  std::vector<files::Fd> out;
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
       head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(head) + i * sizeof(int), sizeof number);
      out.emplace_back(number);
    }
  }
  return out;
}

}  // namespace

Connection::Connection(Loop& loop, files::Fd socket, std::function<void()> gone)
    : loop_(loop), socket_(std::move(socket)), gone_(std::move(gone)) {
  int domain = 0;
  socklen_t length = sizeof domain;
  getsockopt(socket_.get(), SOL_SOCKET, SO_DOMAIN, &domain, &length);
  tcp_ = domain == AF_INET || domain == AF_INET6;
  if (tcp_) {
    const int on = 1;
    setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
}

Connection::~Connection() {
  gone_ = nullptr;
  close();
}

Status Connection::start(Session& session) {
  session_ = &session;
  events_ = EPOLLIN;
  return loop_.watch(socket_.get(), events_, [this](std::uint32_t events) { ready(events); });
}

void Connection::ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    flush();
    if (clogged_) clog(unsent_bytes() >= unsent_bytes_max);
  }
  if (!socket_.valid() || (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  if (finishing_) return drain();
  const auto reads = [this] {
    return socket_.valid() && !ended_ && !paused_ && !clogged_ && !finishing_;
  };
  for (int turn = 0; turn < reads_max && reads(); ++turn) {
    if (!read_some()) return;
  }
  // A peer that hung up while nothing is read from it would wake us for ever.
  const bool hung_up = (events & (EPOLLHUP | EPOLLERR)) != 0;
  if (hung_up && socket_.valid() && !finishing_ && !reads()) close();
}

bool Connection::read_some() {
  Buffer& buffer = read_buffer();
  iovec piece{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(descriptors_per_message * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = tcp_ ? 0 : control.size();
  const ssize_t count = recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (count < 0) {
    if (errno == EINTR) return true;
    if (errno != EAGAIN && errno != EWOULDBLOCK) close();
    return false;
  }
  if (count == 0) {
    ended_ = true;
    update();
    session_->ended();
    return false;
  }
  if (tcp_) {
    // The kernel takes this back by itself; without it each small packet waits 40 ms.
    const int on = 1;
    setsockopt(socket_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  }
  std::vector<files::Fd> descriptors = tcp_ ? std::vector<files::Fd>{} : descriptors_of(message);
  const bool whole = static_cast<std::size_t>(count) == buffer.size() || !descriptors.empty();
  session_->received(Bytes(buffer).first(static_cast<std::size_t>(count)), std::move(descriptors));
  return whole;
}

void Connection::send(std::string_view bytes) {
  if (!socket_.valid() || finishing_) return;
  out_.append(bytes);
  // What clogs it is sent by `ready` alone, which tells the session.
  if (!clogged_) flush();
  if (unsent_bytes() >= unsent_bytes_max && !clogged_) clog(true);
}

/// Each time the peer reads something it has the whole time again.
void Connection::clog(bool clogged) {
  loop_.cancel(unread_timer_);
  if (!socket_.valid()) return;
  if (clogged) unread_timer_ = loop_.after_ms(answer_limit_ms_, [this] { close(); });
  const bool relieved = clogged_ && !clogged;
  clogged_ = clogged;
  update();
  if (relieved) session_->relieved();
}

void Connection::flush() {
  while (socket_.valid() && sent_ < out_.size()) {
    const ssize_t count = ::send(socket_.get(), out_.data() + sent_, out_.size() - sent_,
                                 MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      return close();
    }
    sent_ += static_cast<std::size_t>(count);
  }
  if (sent_ == out_.size()) {
    out_.clear();
    sent_ = 0;
    if (finishing_ && !shut_) {
      shut_ = true;
      shutdown(socket_.get(), SHUT_WR);
      if (ended_) return close();
      limit_ms(drain_ms);
    }
  } else if (sent_ >= unsent_bytes_max) {
    out_.erase(0, std::exchange(sent_, 0));
  }
  update();
}

void Connection::update() {
  if (!socket_.valid()) return;
  std::uint32_t events = 0;
  if (!ended_ && ((!paused_ && !clogged_) || finishing_)) events |= EPOLLIN;
  if (sent_ < out_.size()) events |= EPOLLOUT;
  if (events == events_) return;
  events_ = events;
  loop_.change(socket_.get(), events);
}

void Connection::finish() {
  if (!socket_.valid() || finishing_) return;
  finishing_ = true;
  limit_ms(answer_limit_ms_);
  flush();
}

void Connection::drain() {
  Buffer& buffer = read_buffer();
  for (int turn = 0; turn < reads_max; ++turn) {
    const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count > 0) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    ended_ = true;
    if (shut_ || count < 0) return close();
    return update();
  }
}

void Connection::drop() { close(); }

void Connection::pause(bool paused) {
  if (paused_ == paused) return;
  paused_ = paused;
  update();
}

void Connection::limit_ms(std::uint64_t limit) {
  loop_.cancel(timer_);
  if (limit == 0 || !socket_.valid()) return;
  timer_ = loop_.after_ms(limit, [this] {
    timer_ = 0;
    if (finishing_ || session_ == nullptr) {
      close();
    } else {
      session_->late();
    }
  });
}

void Connection::close() {
  loop_.cancel(timer_);
  loop_.cancel(unread_timer_);
  if (socket_.valid()) {
    loop_.forget(socket_.get());
    socket_.reset();
  }
  // Put off: whoever closes may be in the middle of the session that the owner destroys.
  if (gone_) loop_.later(std::exchange(gone_, nullptr));
}

}  // namespace antidotary::serve
