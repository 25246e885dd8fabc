// Channel: messages between parent and worker over a socket pair, with at most one descriptor
// (SCM_RIGHTS) beside each.
//
// It is not a protocol: tags and bodies are the user's. A message travels as one or more packets
// (SOCK_SEQPACKET, so that two messages can never run into each other and a small one costs a
// single system call); the first says how long the whole is. Both ends bound what they read, grow
// as bytes arrive and never believe the announced length; a message that breaks the rules breaks
// the channel. The child's end needs sendmsg, recvmsg and poll, nothing else.
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

  /// Sends one message; waits at most `timeout_ms` (-1: for ever) for the other end to take it.
  /// Errors: worker_died (the other end closed), budget_spent (timeout; the channel is then of no
  /// more use), refused (over `message_bytes_max`, nothing was sent), io.
  Status send(std::uint8_t tag, Bytes body, int descriptor = -1, int timeout_ms = -1);
  /// Waits at most `timeout_ms` (-1: for ever) for the next message, whole.
  /// Errors: worker_died (the other end closed), budget_spent (timeout), malformed (longer than
  /// `bytes_max`, or not a message), io.
  Result<Message> receive(int timeout_ms, std::uint64_t bytes_max = message_bytes_max);
  int descriptor() const { return socket_.get(); }
  void close() { socket_.reset(); }

 private:
  files::Fd socket_;
  Buffer packet_;  ///< Room for one packet, made when first needed.
};

}  // namespace antidotary::jail
