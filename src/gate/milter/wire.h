// The milter protocol as bytes: packets in, packets out. No sockets, no verdicts, nothing that
// knows what a message is.
//
// A packet is four bytes of length (big endian), one of command, and data; texts in it end in NUL.
// There is no published standard; this follows what Postfix 3.7 and Sendmail 8.17 were seen to
// send, as docs/formats/milter.md writes it down.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::gate::milter {

/// A chunk of a body is at most 65,535 bytes, 1 MiB where that was agreed; a field a little more.
inline constexpr std::uint32_t packet_bytes_max = (1 << 20) + 4'096;

struct Packet {
  char command = 0;
  Bytes data;  ///< Valid until the wire is fed again.
};

/// Cuts what comes into packets. Nothing is allocated by an announced length: what is held grows
/// as bytes arrive.
class Wire {
 public:
  void feed(Bytes bytes);
  /// The next whole packet, taken; nothing where it is not there yet, or the wire is broken.
  std::optional<Packet> next();
  /// The command of the next whole packet, not taken.
  std::optional<char> peek() const;
  /// A length that cannot be was announced: nothing further comes out.
  bool broken() const;
  std::size_t held_bytes() const { return held_.size() - at_; }

 private:
  std::uint32_t length() const;  ///< Of the next packet; 0 where it is not there.

  Buffer held_;
  std::size_t at_ = 0;
};

/// The text at the start of `data`, which is moved past its NUL (or to its end).
std::string_view take_text(Bytes& data);
/// 0 where it is not there.
std::uint32_t number_at(Bytes data, std::size_t offset);

/// A packet to send.
std::string packet(char command, std::string_view data = {});
/// A text with its NUL, to be put together. What follows a NUL within `words` is cut off.
std::string text(std::string_view words);
std::string number(std::uint32_t value);

}  // namespace antidotary::gate::milter
