#include "jail/jail.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <new>

#include "core/text.h"
#include "jail/lock.h"
#include "jail/start.h"

namespace antidotary::jail {
namespace {

// The first message of a child: locked in, or why not.
enum class StartTag : std::uint8_t { ready = 1, failed = 2 };
constexpr int start_ms_max = 10'000;

// Exit codes of a child; others are the body's own.
constexpr int exit_out_of_memory = 121;
constexpr int exit_exception = 122;
constexpr int exit_not_locked = 123;

std::uint8_t number(StartTag tag) { return static_cast<std::uint8_t>(tag); }

}  // namespace

void run_child(files::Fd socket, const Confinement& confinement, pid_t parent, Doors doors,
               const std::function<void(Channel&)>& body) {
  // _exit throughout: the parent's atexit handlers and unflushed streams are not the child's.
  std::set_new_handler([] { _exit(exit_out_of_memory); });
  part_from_parent(std::move(socket));
  Channel channel{files::Fd(channel_number)};
  const Status locked = lock_in(confinement, parent, doors);
  const Bytes words = locked ? Bytes{} : as_bytes(std::string_view(locked.error().what));
  const Status told = channel.send(number(locked ? StartTag::ready : StartTag::failed), words);
  if (!locked || !told) _exit(exit_not_locked);
  try {
    body(channel);
  } catch (const std::bad_alloc&) {
    _exit(exit_out_of_memory);
  } catch (...) {
    _exit(exit_exception);
  }
  _exit(0);
}

Status hear_child(Child& child) {
  const auto first = child.channel().receive(start_ms_max);
  if (!first) {
    return fail(ErrorKind::io, "cannot start a worker: it {}", child.reap());
  }
  if (first->tag != number(StartTag::ready)) {
    return fail(ErrorKind::io, "cannot lock a worker in: {}", as_text(first->body));
  }
  return {};
}

namespace {

Result<Child> start_behind(const Confinement& confinement, Doors doors,
                           const std::function<void(Channel&)>& body) {
  [[maybe_unused]] static const bool warm = (warm_libraries(), true);
  auto [ours, theirs] = ANTIDOTARY_TRY(Channel::pair());
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return fail(ErrorKind::io, "cannot start a worker: {}", std::strerror(errno));
  if (pid == 0) {
    files::Fd socket(dup(theirs.descriptor()));
    run_child(std::move(socket), confinement, parent, doors, body);
  }
  theirs.close();
  Child child(pid, std::move(ours));
  ANTIDOTARY_CHECK(hear_child(child));
  return child;
}

/// The layers that a child finds in force, all but seccomp.
std::vector<std::string> layers_seen_inside() {
  const auto body = [](Channel& channel) {
    const Status sent = channel.send(0, as_bytes(std::string_view(join(verified_layers(), " "))));
    if (!sent) _exit(1);
  };
  auto child = start_behind({}, Doors::all_but_seccomp, body);
  if (!child) return {};
  const auto seen = child->channel().receive(start_ms_max);
  std::vector<std::string> names;
  if (!seen || seen->body.empty()) return names;
  for (const std::string_view name : split(as_text(seen->body), ' ')) names.emplace_back(name);
  return names;
}

bool seccomp_holds() {
  auto child = start({}, [](Channel&) { syscall(SYS_getppid); });
  if (!child) return false;
  const auto nothing = child->channel().receive(start_ms_max);
  return !nothing && child->reap() == "made a forbidden system call";
}

std::string words_for(int status, bool stopped) {
  if (WIFEXITED(status)) {
    switch (WEXITSTATUS(status)) {
      case 0:
        return "ended";
      case exit_out_of_memory:
        return "ran out of memory";
      case exit_exception:
        return "met an exception";
      case exit_not_locked:
        return "could not be locked in";
      default:
        return fmt::format("exited with {}", WEXITSTATUS(status));
    }
  }
  const int signal_number = WTERMSIG(status);
  if (signal_number == SIGSYS) return "made a forbidden system call";
  if (signal_number == SIGXCPU) return "used up its processor time";
  if (signal_number == SIGKILL && stopped) return "was stopped";
  const char* name = sigabbrev_np(signal_number);
  return fmt::format("was killed by signal {} (SIG{})", signal_number,
                     name == nullptr ? "?" : name);
}

}  // namespace

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      channel_(std::move(other.channel_)),
      ending_(std::move(other.ending_)) {}

Child::~Child() {
  if (pid_ >= 0) reap();
}

std::string Child::reap() {
  if (pid_ < 0) return ending_;
  int status = 0;
  pid_t ended = waitpid(pid_, &status, WNOHANG);
  const bool stopped = ended == 0;
  if (stopped) {
    // Where it is on its way out by itself, the status still tells how.
    kill(pid_, SIGKILL);
    do {
      ended = waitpid(pid_, &status, 0);
    } while (ended < 0 && errno == EINTR);
  }
  ending_ = ended == pid_ ? words_for(status, stopped) : "ended, nobody knows how";
  pid_ = -1;
  channel_.close();
  return ending_;
}

Result<Child> start(const Confinement& confinement, const std::function<void(Channel&)>& body) {
  return start_behind(confinement, Doors::all, body);
}

const std::vector<std::string>& layers() {
  static const std::vector<std::string> found = [] {
    std::vector<std::string> names = layers_seen_inside();
    if (seccomp_holds()) names.emplace_back("seccomp");
    return names;
  }();
  return found;
}

}  // namespace antidotary::jail
