// clamd's protocol as bytes: commands in their three framings, the chunks of a stream, the byte
// that carries a descriptor. No sockets, no verdicts, no replies but their framing: what is here
// can be fuzzed.
//
// A command is 'z' NAME NUL, 'n' NAME LF, or NAME LF as of old; its reply ends as it did (of old:
// LF). INSTREAM is followed by chunks: four bytes of length (big endian), so many bytes; length 0
// ends it. FILDES is followed by one byte beside which the descriptor travels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::serve::clamd {

enum class Verb : std::uint8_t {
  unknown,
  ping,
  version,
  version_commands,
  reload,
  shutdown,
  stats,
  scan,
  contscan,
  multiscan,
  allmatchscan,
  instream,
  fildes,
  idsession,
  end,
  detstats,
  detstatsclear,
};

/// The longest command, its path included.
inline constexpr std::size_t command_bytes_max = 8192;

struct Command {
  Verb verb = Verb::unknown;
  std::string argument;    ///< The path of those that take one.
  char terminator = '\n';  ///< What ends the reply.
  bool old = false;        ///< Without prefix.
};

/// One command without its terminator. Verbs that take a path are unknown without one, the others
/// with one; some are not known in the old form.
Command parse_command(std::string_view line, bool old);

/// Who is told what came. Each yields false where nothing further is to be read.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual bool command(Command command) = 0;
  virtual bool chunk_begins(std::uint32_t bytes) = 0;
  virtual bool chunk(Bytes bytes) = 0;
  virtual bool stream_ends() = 0;
  virtual bool descriptor_byte() = 0;
};

class Wire {
 public:
  explicit Wire(Listener& listener) : listener_(listener) {}

  void feed(Bytes bytes);
  /// While held, nothing further is told: what is fed is kept. Let go, what was kept is taken as
  /// if it came now, by `feed` of what comes next or of nothing.
  void hold(bool held) { held_ = held; }
  bool held() const { return held_; }
  /// The peer sends no more: an old command needs no line feed then.
  void end();

  bool awaits_descriptor() const { return state_ == State::descriptor; }
  bool in_stream() const { return state_ == State::length || state_ == State::data; }
  bool in_command() const { return state_ == State::command && !line_.empty(); }

 private:
  enum class State : std::uint8_t { command, length, data, descriptor, over };
  Bytes feed_command(Bytes bytes);
  Bytes feed_length(Bytes bytes);
  Bytes feed_data(Bytes bytes);
  void take(const Command& command);

  Listener& listener_;
  State state_ = State::command;
  bool held_ = false;
  Buffer kept_;  ///< What came while it was held; whoever holds it stops reading, too.
  std::string line_;
  std::uint32_t length_ = 0;
  std::uint32_t length_bytes_ = 0;
};

}  // namespace antidotary::serve::clamd
