// Channel: length-prefixed messages between parent and worker over a socket pair, with at most one
// descriptor (SCM_RIGHTS) beside each.
//
// Both ends bound what they read: a message over `message_bytes_max` breaks the channel.
#pragma once

#include <cstdint>
#include <optional>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"

namespace antidotary::jail {

struct Message {
  std::uint8_t tag = 0;  ///< What it is; the user's own numbering.
  Buffer body;
  files::Fd descriptor;  ///< Not valid where none was sent.
};

class Channel {
 public:
  static constexpr std::uint64_t message_bytes_max = 512ull << 20;

  explicit Channel(files::Fd socket) : socket_(std::move(socket)) {}
  /// A connected pair.
  static Result<std::pair<Channel, Channel>> pair();

  Status send(std::uint8_t tag, Bytes body, int descriptor = -1);
  /// Waits at most `timeout_ms` (-1: for ever) for the next message.
  /// Errors: worker_died (the other end closed), budget_spent (timeout), malformed (too long).
  Result<Message> receive(int timeout_ms);
  int descriptor() const { return socket_.get(); }
  void close() { socket_.reset(); }

 private:
  files::Fd socket_;
};

}  // namespace antidotary::jail
