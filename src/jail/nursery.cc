#include "jail/nursery.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/reader.h"
#include "jail/start.h"

namespace antidotary::jail {
namespace {

enum class Tag : std::uint8_t { wanted = 1, born = 2, failed = 3 };
constexpr int born_ms_max = 10'000;

std::uint8_t number(Tag tag) { return static_cast<std::uint8_t>(tag); }

/// A fork whose child is our parent's.
pid_t fork_sibling() {
  return static_cast<pid_t>(
      syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

/// Forks a worker and hands its socket to the owner. False where the owner is gone.
bool bear(Channel& owner, const Confinement& confinement, pid_t parent,
          const std::function<void(Channel&)>& body) {
  auto pair = Channel::pair();
  if (!pair) return owner.send(number(Tag::failed), {}).has_value();
  auto& [ours, theirs] = *pair;
  const pid_t pid = fork_sibling();
  if (pid == 0) {
    files::Fd socket(dup(theirs.descriptor()));
    run_child(std::move(socket), confinement, parent, Doors::all, body);
  }
  if (pid < 0) return owner.send(number(Tag::failed), {}).has_value();
  Buffer words;
  append_u32_le(words, static_cast<std::uint32_t>(pid));
  return owner.send(number(Tag::born), words, ours.descriptor()).has_value();
}

[[noreturn]] void tend(files::Fd socket, const Confinement& confinement, pid_t parent,
                       const std::function<void(Channel&)>& body) {
  part_from_parent(std::move(socket));
  // A stop that is meant for the owner's group: the owner ends its work first, then us.
  for (const int one : {SIGTERM, SIGINT, SIGHUP}) signal(one, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  Channel owner{files::Fd(channel_number)};
  for (;;) {
    const auto wanted = owner.receive(-1);
    if (!wanted || !bear(owner, confinement, parent, body)) _exit(0);
  }
}

}  // namespace

Result<Nursery> Nursery::start(const Confinement& confinement,
                               const std::function<void(Channel&)>& body) {
  warm_libraries();
  auto [ours, theirs] = ANTIDOTARY_TRY(Channel::pair());
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return fail(ErrorKind::io, "cannot start a nursery: {}", std::strerror(errno));
  if (pid == 0) {
    files::Fd socket(dup(theirs.descriptor()));
    tend(std::move(socket), confinement, parent, body);
  }
  theirs.close();
  return Nursery(Child(pid, std::move(ours)));
}

Status Nursery::ask() {
  ANTIDOTARY_CHECK(child_.channel().send(number(Tag::wanted), {}, -1, born_ms_max));
  ++asked_;
  return {};
}

Result<Child> Nursery::take() {
  if (asked_ == 0) ANTIDOTARY_CHECK(ask());
  --asked_;
  auto message = ANTIDOTARY_TRY(child_.channel().receive(born_ms_max));
  Reader reader(message.body);
  const auto pid = reader.u32_le();
  if (message.tag != number(Tag::born) || !pid || !message.descriptor.valid()) {
    return fail(ErrorKind::io, "cannot start a worker: the nursery could not fork");
  }
  Child child(static_cast<pid_t>(*pid), Channel(std::move(message.descriptor)));
  ANTIDOTARY_CHECK(hear_child(child));
  return child;
}

}  // namespace antidotary::jail
