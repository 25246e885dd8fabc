#include "serve/held/smtp.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "core/text.h"
#include "files/root.h"
#include "gate/release.h"

extern char** environ;

namespace antidotary::serve::held {
namespace {

constexpr int silent_ms_max = 120'000;
constexpr std::size_t reply_bytes_max = 64 << 10;

/// One side of a dialogue.
class Dialogue {
 public:
  Dialogue(int read_from, int write_to) : in_(read_from), out_(write_to) {}

  Status say(std::string_view words) {
    while (!words.empty()) {
      ANTIDOTARY_CHECK(wait(out_, POLLOUT));
      const ssize_t count = ::write(out_, words.data(), words.size());
      if (count < 0 && errno != EINTR && errno != EAGAIN) {
        return tl::unexpected(files::system_error(errno, "write to", "the mail server"));
      }
      if (count > 0) words.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  /// A reply of `wanted` (its first digit); yields all its lines. Errors: refused with its words,
  /// malformed where they are neither that nor a no.
  Result<std::string> hear(char wanted) {
    std::string all;
    for (;;) {
      const std::string line = ANTIDOTARY_TRY(read_line());
      all += line + "\n";
      if (all.size() > reply_bytes_max) return fail(ErrorKind::malformed, "endless reply");
      if (line.size() >= 4 && line[3] == '-') continue;
      if (!line.empty() && line[0] == wanted) return all;
      const bool no = line.starts_with('4') || line.starts_with('5');
      return fail(no ? ErrorKind::refused : ErrorKind::malformed, "the mail server says: {}", line);
    }
  }

 private:
  static Status wait(int descriptor, short events) {
    pollfd one{descriptor, events, 0};
    if (::poll(&one, 1, silent_ms_max) > 0) return {};
    return fail(ErrorKind::budget_spent, "the mail server is silent");
  }

  Result<std::string> read_line() {
    for (;;) {
      const std::size_t end = held_.find('\n');
      if (end != std::string::npos) {
        std::string line(trim(std::string_view(held_).substr(0, end)));
        held_.erase(0, end + 1);
        return line;
      }
      if (held_.size() > reply_bytes_max) return fail(ErrorKind::malformed, "endless reply");
      ANTIDOTARY_CHECK(wait(in_, POLLIN));
      std::array<char, 4096> bytes{};
      const ssize_t count = ::read(in_, bytes.data(), bytes.size());
      if (count == 0) return fail(ErrorKind::io, "the mail server hung up");
      if (count < 0 && errno != EINTR && errno != EAGAIN) {
        return tl::unexpected(files::system_error(errno, "read from", "the mail server"));
      }
      if (count > 0) held_.append(bytes.data(), static_cast<std::size_t>(count));
    }
  }

  int in_;
  int out_;
  std::string held_;
};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char one) { return static_cast<unsigned char>(one) < 128; });
}

}  // namespace

bool is_sendable(std::string_view address) {
  return address.size() <= 1'000 && std::all_of(address.begin(), address.end(), [](char one) {
           return static_cast<unsigned char>(one) > 32 && one != 127 && one != '<' && one != '>';
         });
}

std::string wire_form(const Letter& letter) {
  std::string out = letter.first_line.empty() ? "" : letter.first_line + "\r\n";
  const std::string_view text = as_text(letter.message);
  out.reserve(out.size() + text.size() + text.size() / 32);
  const std::size_t body = gate::body_begins(letter.message);
  bool line_begins = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char one = text[i];
    if (one == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    // Alone it ends a line for some and none for others. In a field's value it would make a field
    // that nobody scanned: there it is a blank. In the body it becomes a line end that all see.
    if (one == '\r' && i < body) one = ' ';
    if (one == '\r') {
      out += "\r\n";
      line_begins = true;
      continue;
    }
    if (line_begins && one == '.') out.push_back('.');
    line_begins = one == '\n';
    if (line_begins) out.push_back('\r');
    out.push_back(one);
  }
  if (!line_begins) out += "\r\n";
  return out + ".\r\n";
}

namespace {

/// All that comes before the message.
Status offer(Dialogue& server, const Letter& letter) {
  bool wide = !is_ascii(letter.sender);
  if (!is_sendable(letter.sender)) return fail(ErrorKind::bad_input, "the sender cannot be sent");
  for (const std::string& one : letter.recipients) {
    if (one.empty() || !is_sendable(one)) {
      return fail(ErrorKind::bad_input, "'{}' is no address", escape_for_terminal(one));
    }
    wide = wide || !is_ascii(one);
  }
  ANTIDOTARY_CHECK(server.hear('2'));
  ANTIDOTARY_CHECK(server.say("EHLO localhost\r\n"));
  const std::string offers = ANTIDOTARY_TRY(server.hear('2'));
  std::string arguments;
  if (offers.find("8BITMIME") != std::string::npos) arguments += " BODY=8BITMIME";
  if (wide && offers.find("SMTPUTF8") != std::string::npos) arguments += " SMTPUTF8";
  ANTIDOTARY_CHECK(server.say(fmt::format("MAIL FROM:<{}>{}\r\n", letter.sender, arguments)));
  ANTIDOTARY_CHECK(server.hear('2'));
  for (const std::string& one : letter.recipients) {
    ANTIDOTARY_CHECK(server.say(fmt::format("RCPT TO:<{}>\r\n", one)));
    ANTIDOTARY_CHECK(server.hear('2'));
  }
  ANTIDOTARY_CHECK(server.say("DATA\r\n"));
  ANTIDOTARY_CHECK(server.hear('3'));
  // Without its last line it is nothing: what cannot be said whole is not taken.
  return server.say(wire_form(letter));
}

Sent not_sent(Error error) { return tl::unexpected(NotSent{std::move(error)}); }

}  // namespace

Sent send(int read_from, int write_to, const Letter& letter) {
  Dialogue server(read_from, write_to);
  if (Status offered = offer(server, letter); !offered) return not_sent(std::move(offered.error()));
  if (auto taken = server.hear('2'); !taken) {
    const bool in_doubt = taken.error().kind != ErrorKind::refused;
    return tl::unexpected(NotSent{std::move(taken.error()), in_doubt});
  }
  static_cast<void>(server.say("QUIT\r\n"));
  return {};
}

Sent send_to(const std::string& address, const Letter& letter) {
  const std::size_t colon = address.rfind(':');
  std::uint16_t port = 0;
  sockaddr_in where{};
  where.sin_family = AF_INET;
  const bool good =
      colon != std::string::npos &&
      std::from_chars(address.data() + colon + 1, address.data() + address.size(), port).ec ==
          std::errc{} &&
      inet_pton(AF_INET, address.substr(0, colon).c_str(), &where.sin_addr) == 1;
  if (!good || (ntohl(where.sin_addr.s_addr) >> 24) != 127) {
    return not_sent({ErrorKind::bad_input,
                     fmt::format("'{}' is no address of this host, such as 127.0.0.1:25",
                                 escape_for_terminal(address)),
                     std::nullopt});
  }
  where.sin_port = htons(port);
  const files::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* const generic = static_cast<const sockaddr*>(static_cast<const void*>(&where));
  if (!socket.valid() || connect(socket.get(), generic, sizeof where) != 0) {
    return not_sent(files::system_error(errno, "connect to", address));
  }
  return send(socket.get(), socket.get(), letter);
}

Sent send_by(const std::string& program, const Letter& letter) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return not_sent(files::system_error(errno, "run", program));
  }
  const files::Fd ours(ends[0]);
  files::Fd theirs(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
  std::string name = program;
  std::string option = "-bs";
  const std::array<char*, 3> words = {name.data(), option.data(), nullptr};
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, program.c_str(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  theirs.reset();
  if (failed != 0) return not_sent(files::system_error(failed, "run", program));
  Sent sent = send(ours.get(), ours.get(), letter);
  shutdown(ours.get(), SHUT_RDWR);
  int status = 0;
  waitpid(pid, &status, 0);
  return sent;
}

}  // namespace antidotary::serve::held
