#include "jail/nursery.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/reader.h"
#include "jail/start.h"

namespace antidotary::jail {
namespace {

enum class Tag : std::uint8_t { wanted = 1, born = 2, failed = 3 };
constexpr int born_ms_max = 10'000;
// For one that nobody wants any more.
constexpr int last_birth_ms_max = 500;

std::uint8_t number(Tag tag) { return static_cast<std::uint8_t>(tag); }

/// A fork whose child is our parent's. Its number is in `newest` before it runs and before we may
/// be killed.
pid_t fork_sibling(pid_t* newest) {
  return static_cast<pid_t>(syscall(SYS_clone, CLONE_PARENT | CLONE_PARENT_SETTID | SIGCHLD,
                                    nullptr, newest, nullptr, nullptr));
}

/// Forks a worker and hands its socket to the owner. False where the owner is gone.
bool bear(Channel& owner, pid_t* newest, const Confinement& confinement, pid_t parent,
          const std::function<void(Channel&)>& body) {
  auto pair = Channel::pair();
  if (!pair) return owner.send(number(Tag::failed), {}).has_value();
  auto& [ours, theirs] = *pair;
  const pid_t pid = fork_sibling(newest);
  if (pid == 0) {
    files::Fd socket(dup(theirs.descriptor()));
    run_child(std::move(socket), confinement, parent, Doors::all, body);
  }
  if (pid < 0) return owner.send(number(Tag::failed), {}).has_value();
  Buffer words;
  append_u32_le(words, static_cast<std::uint32_t>(pid));
  return owner.send(number(Tag::born), words, ours.descriptor()).has_value();
}

[[noreturn]] void tend(files::Fd socket, pid_t* newest, const Confinement& confinement,
                       pid_t parent, const std::function<void(Channel&)>& body) {
  part_from_parent(std::move(socket));
  // A stop that is meant for the owner's group: the owner ends its work first, then us.
  for (const int one : {SIGTERM, SIGINT, SIGHUP}) signal(one, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  *newest = 0;  // there now: one that is being killed may get no page any more
  Channel owner{files::Fd(channel_number)};
  for (;;) {
    const auto wanted = owner.receive(-1);
    if (!wanted || !bear(owner, newest, confinement, parent, body)) _exit(0);
  }
}

}  // namespace

void Nursery::Unmap::operator()(pid_t* shared) const { munmap(shared, sizeof *shared); }

Result<Nursery::Newest> Nursery::share_newest() {
  void* const shared =
      mmap(nullptr, sizeof(pid_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    return fail(ErrorKind::io, "cannot start a nursery: {}", std::strerror(errno));
  }
  return Newest(static_cast<pid_t*>(shared));
}

Result<Nursery> Nursery::start(const Confinement& confinement,
                               const std::function<void(Channel&)>& body) {
  warm_libraries();
  auto [ours, theirs] = ANTIDOTARY_TRY(Channel::pair());
  Newest newest = ANTIDOTARY_TRY(share_newest());
  const pid_t parent = getpid();
  const pid_t pid = fork();
  // No worker has it, nor any other child.
  madvise(newest.get(), sizeof *newest, MADV_DONTFORK);
  if (pid < 0) return fail(ErrorKind::io, "cannot start a nursery: {}", std::strerror(errno));
  if (pid == 0) {
    files::Fd socket(dup(theirs.descriptor()));
    tend(std::move(socket), newest.get(), confinement, parent, body);
  }
  theirs.close();
  return Nursery(Child(pid, std::move(ours)), std::move(newest));
}

Status Nursery::ask() {
  ANTIDOTARY_CHECK(child_.channel().send(number(Tag::wanted), {}, -1, born_ms_max));
  ++asked_;
  return {};
}

/// A worker that is not heard of yet stays asked for: it may still come.
Result<Child> Nursery::hear_birth(int timeout_ms) {
  auto message = ANTIDOTARY_TRY(child_.channel().receive(timeout_ms));
  asked_ -= std::min<std::size_t>(asked_, 1);
  Reader reader(message.body);
  const auto pid = reader.u32_le();
  if (message.tag != number(Tag::born) || !pid) {
    return fail(ErrorKind::io, "cannot start a worker: the nursery could not fork");
  }
  heard_ = static_cast<pid_t>(*pid);
  Child child(heard_, Channel(std::move(message.descriptor)));
  if (child.channel().descriptor() < 0) {
    return fail(ErrorKind::io, "cannot start a worker: there is no room for its socket");
  }
  return child;
}

Nursery::~Nursery() {
  Channel& channel = child_.channel();
  if (channel.descriptor() < 0) return;  // moved from
  // It ends when it has borne what it was asked for; each birth that is heard of here is reaped.
  shutdown(channel.descriptor(), SHUT_WR);
  const auto hear_all = [&](int timeout_ms) {
    // One that was killed before it read all that we asked resets the channel: that is told once,
    // and after it comes what it had said.
    for (int failures = 0; asked_ > 0 && failures < 2;) {
      const std::size_t left = asked_;
      static_cast<void>(hear_birth(timeout_ms));  // killed and reaped here
      if (asked_ == left) ++failures;
    }
  };
  hear_all(last_birth_ms_max);
  kill(child_.pid(), SIGKILL);
  siginfo_t ended{};
  while (waitid(P_PID, static_cast<id_t>(child_.pid()), &ended, WEXITED | WNOWAIT) < 0 &&
         errno == EINTR) {
  }
  hear_all(0);  // what it said before it was killed
  // And the one of which it said nothing any more.
  if (*newest_ > 0 && *newest_ != heard_) Child(*newest_, Channel(files::Fd())).reap();
}

Result<Child> Nursery::take() {
  if (asked_ == 0) ANTIDOTARY_CHECK(ask());
  Child child = ANTIDOTARY_TRY(hear_birth(born_ms_max));
  ANTIDOTARY_CHECK(hear_child(child));
  return child;
}

}  // namespace antidotary::jail
