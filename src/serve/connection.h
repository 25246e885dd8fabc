// Connection: one peer's socket on the loop: bytes (and descriptors) in, bytes out, one time limit.
//
// It knows no protocol. What it sends is kept until the peer takes it; it ends in three ways: the
// peer ends it, `finish` (all is sent, then the peer's rest is read away, so that it is not reset
// before it has read the answer), or `drop`. Whichever it is, the session is told once, by `gone`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "files/fd.h"
#include "serve/loop.h"

namespace antidotary::serve {

/// What a protocol makes of a connection.
class Session {
 public:
  virtual ~Session() = default;
  /// The views live during the call. Descriptors stand at the last byte that came.
  virtual void received(Bytes bytes, std::vector<files::Fd> descriptors) = 0;
  /// The peer sends no more; it may still read. The session finishes the connection.
  virtual void ended() = 0;
  /// The limit set by `limit_ms` has run out.
  virtual void late() = 0;
  /// The peer has read: the connection is clogged no more.
  virtual void relieved() {}
  /// Nothing is begun: it may be closed when the daemon stops.
  virtual bool idle() const = 0;
};

class Connection {
 public:
  /// `gone` is called once, when the socket is closed; the owner destroys the connection there.
  Connection(Loop& loop, files::Fd socket, std::function<void()> gone);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Begins to read. `session` outlives the connection.
  Status start(Session& session);
  void send(std::string_view bytes);
  /// Sends what is left, then closes.
  void finish();
  /// Closes at once.
  void drop();
  /// While paused nothing is read: the peer feels it when its buffers are full.
  void pause(bool paused);
  /// `late` is called after so long, unless another limit is set; 0 ends the limit.
  void limit_ms(std::uint64_t limit);
  /// How long the peer may read nothing while answers wait for it; then it is closed.
  void answer_limit_ms(std::uint64_t limit) { answer_limit_ms_ = limit; }
  bool finishing() const { return finishing_; }
  bool is_tcp() const { return tcp_; }
  int descriptor() const { return socket_.get(); }
  std::size_t unsent_bytes() const { return out_.size() - sent_; }
  /// So much is unsent that nothing further is read from the peer; a session makes no further
  /// answers then, until it is `relieved`.
  bool clogged() const { return clogged_; }

 private:
  void ready(std::uint32_t events);
  bool read_some();
  void flush();
  void update();
  void clog(bool clogged);
  void drain();
  void close();

  Loop& loop_;
  files::Fd socket_;
  std::function<void()> gone_;
  Session* session_ = nullptr;
  std::string out_;
  std::size_t sent_ = 0;
  Loop::TimerId timer_ = 0;
  Loop::TimerId unread_timer_ = 0;
  std::uint64_t answer_limit_ms_ = 60'000;
  bool tcp_ = false;
  bool paused_ = false;
  bool clogged_ = false;
  bool ended_ = false;
  bool finishing_ = false;
  bool shut_ = false;
  std::uint32_t events_ = 0;
};

}  // namespace antidotary::serve
