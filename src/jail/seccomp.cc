#include "jail/seccomp.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>

#include "jail/sanitizer.h"

namespace antidotary::jail::seccomp {
namespace {

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

// Freely allowed: none of them names anything outside the process.
constexpr std::initializer_list<int> free_calls = {
    SCMP_SYS(read),           SCMP_SYS(pread64),
    SCMP_SYS(lseek),          SCMP_SYS(close),
    SCMP_SYS(fstat),          SCMP_SYS(munmap),
    SCMP_SYS(mremap),         SCMP_SYS(brk),
    SCMP_SYS(madvise),        SCMP_SYS(poll),
    SCMP_SYS(ppoll),          SCMP_SYS(futex),
    SCMP_SYS(exit),           SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),   SCMP_SYS(clock_gettime),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall),
    SCMP_SYS(gettimeofday),   SCMP_SYS(time),
    SCMP_SYS(clock_getres),   SCMP_SYS(getrandom),
    SCMP_SYS(sched_yield),    SCMP_SYS(getpid),
    SCMP_SYS(gettid),         SCMP_SYS(sysinfo),  // qsort asks how much memory there is
};

// Libraries try these in good faith and take no for an answer. newfstatat stands here although
// glibc's fstat is made of it: with a path it tells of files that the worker has no business with.
constexpr std::initializer_list<int> refused_calls = {
    SCMP_SYS(open),   SCMP_SYS(openat),     SCMP_SYS(openat2),    SCMP_SYS(creat),
    SCMP_SYS(stat),   SCMP_SYS(lstat),      SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(access), SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(statfs), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
};

// The sanitizers' own needs, in their builds alone: UBSan tries memory by writing it to a pipe.
constexpr std::initializer_list<int> sanitizer_calls = {
    SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(prctl),
    SCMP_SYS(getrlimit),   SCMP_SYS(prlimit64),    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(pipe),        SCMP_SYS(pipe2),        SCMP_SYS(write),
};
constexpr std::initializer_list<int> sanitizer_refused_calls = {
    SCMP_SYS(clone), SCMP_SYS(clone3), SCMP_SYS(fork),
    SCMP_SYS(vfork), SCMP_SYS(ioctl),  SCMP_SYS(dup2),
};

/// The filter being written, and the first thing that went wrong.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}
  void add(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> where = {}) {
    if (error_ == 0) {
      error_ = seccomp_rule_add_array(filter_, action, call, static_cast<unsigned>(where.size()),
                                      where.begin());
    }
  }
  void add_all(std::uint32_t action, std::span<const int> calls) {
    for (const int call : calls) add(action, call);
  }
  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (error_ == 0) error_ = seccomp_attr_set(filter_, attribute, value);
  }
  void load() {
    if (error_ == 0) error_ = seccomp_load(filter_);
  }
  int error() const { return error_; }

 private:
  scmp_filter_ctx filter_;
  int error_ = 0;
};

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp lacks(unsigned argument, std::uint64_t bits) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, 0};
}

}  // namespace

Status lock(int channel) {
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return fail(ErrorKind::io, "cannot make a seccomp filter");
  Rules rules(filter.get());
  // The architecture is checked before anything else: the numbers mean nothing on another one.
  rules.set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  rules.set(SCMP_FLTATR_CTL_OPTIMIZE, 2);
  rules.add_all(SCMP_ACT_ALLOW, free_calls);
  rules.add_all(SCMP_ACT_ERRNO(EACCES), refused_calls);

  // Never executable, and never shared: a mapping cannot write to what it maps.
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(mmap), {lacks(2, PROT_EXEC), lacks(3, MAP_SHARED)});
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), {lacks(2, PROT_EXEC)});
  const auto through = static_cast<std::uint64_t>(channel);
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), {equals(0, through)});
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(recvmsg), {equals(0, through)});
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(writev), {equals(0, STDERR_FILENO)});
  // abort() sends itself a signal.
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {equals(0, static_cast<std::uint64_t>(getpid()))});
  if (under_sanitizer) {
    rules.add_all(SCMP_ACT_ALLOW, sanitizer_calls);
    rules.add_all(SCMP_ACT_ERRNO(EPERM), sanitizer_refused_calls);
  } else {
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(write), {equals(0, STDERR_FILENO)});
  }
  rules.load();
  if (rules.error() != 0) {
    return fail(ErrorKind::io, "cannot put seccomp in force: {}", std::strerror(-rules.error()));
  }
  return {};
}

}  // namespace antidotary::jail::seccomp
