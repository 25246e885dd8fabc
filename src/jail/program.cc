#include "jail/program.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "files/root.h"
#include "jail/start.h"

namespace antidotary::jail {
namespace {

constexpr int exit_not_started = 124;

/// In the fork: nothing but system calls, for other threads may have held any lock.
[[noreturn]] void become(const char* path, int socket) {
  // Twice, so that the last one has no close-on-exec flag even where the number is the same.
  const int kept = fcntl(socket, F_DUPFD, channel_number + 1);
  if (kept >= 0 && dup2(kept, channel_number) == channel_number && close(kept) == 0) {
    const std::array<char*, 2> words{const_cast<char*>(path), nullptr};
    const std::array<char*, 1> environment{nullptr};
    execve(path, words.data(), environment.data());
  }
  _exit(exit_not_started);
}

}  // namespace

Result<Child> start_program(const std::string& path) {
  if (access(path.c_str(), X_OK) != 0) {
    return tl::unexpected(files::system_error(errno, "start", path));
  }
  auto [ours, theirs] = ANTIDOTARY_TRY(Channel::pair());
  const pid_t pid = fork();
  if (pid < 0) return fail(ErrorKind::io, "cannot start {}: {}", path, std::strerror(errno));
  if (pid == 0) become(path.c_str(), theirs.descriptor());
  theirs.close();
  Child child(pid, std::move(ours));
  ANTIDOTARY_CHECK(hear_child(child));
  return child;
}

void run_as_program(const Confinement& confinement, const std::function<void(Channel&)>& body) {
  const pid_t parent = getppid();
  // A copy: what is given here is closed before its number is taken again.
  files::Fd socket(fcntl(channel_number, F_DUPFD_CLOEXEC, channel_number + 1));
  run_child(std::move(socket), confinement, parent, Doors::all, body);
}

}  // namespace antidotary::jail
