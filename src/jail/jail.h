// Jail: starts a child that gives up every privilege before it reads its first hostile byte.
//
// Two functions: `start` forks and locks the door in the child, `layers` says what holds here.
// Order of locking: close all other descriptors, rlimits (address space, CPU, file size 0,
// processes 0, descriptors), no_new_privs, Landlock without paths where the kernel has it, seccomp
// last: calls that open files answer EACCES, what is not on the list kills. Memory by brk and
// mmap (never executable), time by the vDSO.
//
// It is not a defence against a kernel flaw; SECURITY.md says what is trusted.
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
  std::uint64_t memory_bytes_max = 4ull << 30;  ///< Address space; mapped input counts.
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
  /// Kills it if it still runs, reaps it, and says how it ended: "killed by signal 11 (SIGSEGV)",
  /// "a forbidden system call", "out of memory", "exited with 3".
  std::string reap();

 private:
  pid_t pid_ = -1;
  Channel channel_;
};

/// Forks. The child locks itself in, then runs `body` with its end of the channel, then exits.
/// `body` sees the parent's memory as it was (entries, packs); what libraries load lazily must be
/// warmed before. Errors: io (fork, or a layer that this kernel has could not be put in force).
Result<Child> start(const Confinement& confinement, const std::function<void(Channel&)>& body);

/// Names of the layers in force in workers on this machine: "rlimits", "no_new_privs", "landlock",
/// "seccomp".
std::vector<std::string> layers();

}  // namespace antidotary::jail
