// Jail: starts a child that gives up every privilege before it reads its first hostile byte.
//
// Two functions: `start` forks and locks the door in the child, `layers` says what holds here.
// Order of locking: close all other descriptors, become nobody (where started as root), drop
// capabilities, rlimits (address space, CPU, file size 0, processes 0, descriptors, no core),
// no_new_privs, Landlock without paths where the kernel has it, seccomp last: calls that open
// files answer EACCES, what is not on the list kills. Memory by brk and mmap (never executable,
// never shared), time by the vDSO. Standard error leads nowhere: a compromised worker shall not
// write to a terminal.
//
// There is no way to run without it: where a lock that the kernel has does not close, `start`
// fails. It is not a defence against a kernel flaw; SECURITY.md says what is trusted.
// A picture of the processes: docs/internals/jail.md.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "jail/channel.h"

namespace antidotary::jail {

struct Confinement {
  /// Address space beyond what the parent had mapped when it forked; mapped input counts.
  /// Not in force under AddressSanitizer.
  std::uint64_t memory_bytes_max = 4ull << 30;
  std::uint32_t cpu_s_max = 600;
  std::uint32_t descriptors_max = 256;
};

/// A worker in its jail, seen from the parent. Killed and reaped when destroyed.
class Child {
 public:
  Child(pid_t pid, Channel channel) : pid_(pid), channel_(std::move(channel)) {}
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  Channel& channel() { return channel_; }
  pid_t pid() const { return pid_; }
  /// Kills it if it still runs, reaps it, and says how it ended, to follow "the worker":
  /// "was killed by signal 11 (SIGSEGV)", "made a forbidden system call", "ran out of memory",
  /// "used up its processor time", "was stopped", "exited with 3", "ended". Asked again, it says
  /// the same.
  std::string reap();

 private:
  pid_t pid_ = -1;
  Channel channel_;
  std::string ending_;
};

/// Forks. The child locks itself in, then runs `body` with its end of the channel, then exits.
/// `body` sees the parent's memory as it was (entries, packs); what libraries load lazily must be
/// warmed before. The child dies with the thread that started it. Other threads must not hold
/// locks of libraries meanwhile: a fork copies them locked.
/// Errors: io (fork, or a layer that this kernel has could not be put in force).
Result<Child> start(const Confinement& confinement, const std::function<void(Channel&)>& body);

/// Names of the layers in force in workers on this machine, each verified by a child that tries:
/// "rlimits", "unprivileged" (neither root nor any capability), "no_new_privs", "landlock",
/// "seccomp".
const std::vector<std::string>& layers();

}  // namespace antidotary::jail
