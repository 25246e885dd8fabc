#include "serve/clamd_wire.h"

#include <algorithm>
#include <array>
#include <utility>

namespace antidotary::serve::clamd {
namespace {

struct Row {
  std::string_view name;
  Verb verb;
  bool takes_path;
  bool old;  ///< Known without prefix too.
};

constexpr std::array<Row, 17> rows = {{
    {"PING", Verb::ping, false, true},
    {"VERSION", Verb::version, false, true},
    {"VERSIONCOMMANDS", Verb::version_commands, false, false},
    {"RELOAD", Verb::reload, false, true},
    {"SHUTDOWN", Verb::shutdown, false, true},
    {"QUIT", Verb::shutdown, false, true},
    {"STATS", Verb::stats, false, false},
    {"SCAN", Verb::scan, true, true},
    {"CONTSCAN", Verb::contscan, true, true},
    {"MULTISCAN", Verb::multiscan, true, true},
    {"ALLMATCHSCAN", Verb::allmatchscan, true, false},
    {"INSTREAM", Verb::instream, false, false},
    {"FILDES", Verb::fildes, false, true},
    {"IDSESSION", Verb::idsession, false, false},
    {"END", Verb::end, false, false},
    {"DETSTATS", Verb::detstats, false, true},
    {"DETSTATSCLEAR", Verb::detstatsclear, false, true},
}};

}  // namespace

Command parse_command(std::string_view line, bool old) {
  Command out;
  out.old = old;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  for (const Row& row : rows) {
    if (old && !row.old) continue;
    if (!row.takes_path && line == row.name) {
      out.verb = row.verb;
      return out;
    }
    const bool has_path = row.takes_path && line.size() > row.name.size() &&
                          line.starts_with(row.name) && line[row.name.size()] == ' ';
    if (has_path) {
      out.verb = row.verb;
      out.argument = line.substr(row.name.size() + 1);
      return out;
    }
  }
  return out;
}

void Wire::feed(Bytes bytes) {
  Buffer kept;
  if (!kept_.empty()) {
    kept = std::exchange(kept_, {});
    kept.insert(kept.end(), bytes.begin(), bytes.end());
    bytes = kept;
  }
  while (!held_ && !bytes.empty() && state_ != State::over) {
    switch (state_) {
      case State::command:
        bytes = feed_command(bytes);
        break;
      case State::length:
        bytes = feed_length(bytes);
        break;
      case State::data:
        bytes = feed_data(bytes);
        break;
      case State::descriptor:
        bytes = bytes.subspan(1);
        state_ = listener_.descriptor_byte() ? State::command : State::over;
        break;
      case State::over:
        break;
    }
  }
  if (held_ && state_ != State::over) kept_.assign(bytes.begin(), bytes.end());
}

void Wire::take(const Command& command) {
  state_ = State::over;  // unless the listener goes on
  if (!listener_.command(command)) return;
  state_ = command.verb == Verb::instream ? State::length
           : command.verb == Verb::fildes ? State::descriptor
                                          : State::command;
  length_ = 0;
  length_bytes_ = 0;
}

Bytes Wire::feed_command(Bytes bytes) {
  const char first = line_.empty() ? static_cast<char>(bytes[0]) : line_[0];
  const bool old = first != 'n' && first != 'z';
  const char terminator = first == 'z' ? '\0' : '\n';
  const std::string_view text = as_text(bytes);
  const std::size_t end = text.find(terminator);
  const std::size_t count = std::min(end, text.size());
  const bool fits = count <= command_bytes_max - std::min(line_.size(), command_bytes_max);
  if (fits) line_.append(text.substr(0, count));
  if (fits && end == std::string_view::npos) return {};
  const std::string line = std::exchange(line_, {});
  const std::string_view words = std::string_view(line).substr(old || line.empty() ? 0 : 1);
  Command command = fits ? parse_command(words, old) : Command{};
  command.old = old;
  command.terminator = terminator;
  take(command);
  return fits ? bytes.subspan(count + 1) : Bytes{};
}

void Wire::end() {
  if (state_ != State::command || line_.empty()) return;
  if (line_[0] == 'n' || line_[0] == 'z') return;
  const std::string line = std::exchange(line_, {});
  take(parse_command(line, true));
}

Bytes Wire::feed_length(Bytes bytes) {
  while (!bytes.empty() && length_bytes_ < 4) {
    length_ = (length_ << 8) | static_cast<std::uint32_t>(bytes[0]);
    bytes = bytes.subspan(1);
    ++length_bytes_;
  }
  if (length_bytes_ < 4) return bytes;
  length_bytes_ = 0;
  if (length_ == 0) {
    state_ = listener_.stream_ends() ? State::command : State::over;
  } else {
    state_ = listener_.chunk_begins(length_) ? State::data : State::over;
  }
  return bytes;
}

Bytes Wire::feed_data(Bytes bytes) {
  const std::size_t count = std::min<std::size_t>(bytes.size(), length_);
  if (!listener_.chunk(bytes.first(count))) {
    state_ = State::over;
    return {};
  }
  length_ -= static_cast<std::uint32_t>(count);
  if (length_ == 0) state_ = State::length;
  return bytes.subspan(count);
}

}  // namespace antidotary::serve::clamd
