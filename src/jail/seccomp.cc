#include "jail/seccomp.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "files/fd.h"
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
  void write_to(int descriptor) {
    if (error_ == 0) error_ = seccomp_export_bpf(filter_, descriptor);
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

// Stands for the process in the filter until there is one: no process has a number so high.
constexpr std::uint32_t own_pid = 0x7fedcba9;

/// The filter as the kernel takes it, all but the process' own number.
struct Written {
  int channel = -1;
  std::vector<sock_filter> steps;
};

Written& written() {
  static Written filter;
  return filter;
}

Status failed(int number) {
  return fail(ErrorKind::io, "cannot put seccomp in force: {}", std::strerror(number));
}

void add_rules(Rules& rules, int channel) {
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
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {equals(0, own_pid)});
  if (under_sanitizer) {
    rules.add_all(SCMP_ACT_ALLOW, sanitizer_calls);
    rules.add_all(SCMP_ACT_ERRNO(EPERM), sanitizer_refused_calls);
  } else {
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(write), {equals(0, STDERR_FILENO)});
  }
}

bool compares_with_own_pid(const sock_filter& step) {
  return step.code == (BPF_JMP | BPF_JEQ | BPF_K) && step.k == own_pid;
}

}  // namespace

Status prepare(int channel) {
  if (written().channel == channel) return {};
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return fail(ErrorKind::io, "cannot make a seccomp filter");
  Rules rules(filter.get());
  add_rules(rules, channel);
  const files::Fd file(memfd_create("seccomp", MFD_CLOEXEC));
  if (!file.valid()) return failed(errno);
  rules.write_to(file.get());
  if (rules.error() != 0) return failed(-rules.error());
  const off_t size = lseek(file.get(), 0, SEEK_CUR);
  std::vector<sock_filter> steps(static_cast<std::size_t>(size) / sizeof(sock_filter));
  const std::size_t bytes = steps.size() * sizeof(sock_filter);
  if (pread(file.get(), steps.data(), bytes, 0) != static_cast<ssize_t>(bytes)) return failed(EIO);
  if (std::count_if(steps.begin(), steps.end(), compares_with_own_pid) != 1) {
    return fail(ErrorKind::internal, "the seccomp filter does not ask for the process once");
  }
  written() = {channel, std::move(steps)};
  return {};
}

Status lock(int channel) {
  ANTIDOTARY_CHECK(prepare(channel));
  std::vector<sock_filter>& steps = written().steps;
  const auto own = std::find_if(steps.begin(), steps.end(), compares_with_own_pid);
  if (own == steps.end()) return fail(ErrorKind::internal, "this process is locked in already");
  own->k = static_cast<std::uint32_t>(getpid());
  const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return failed(errno);
  return {};
}

}  // namespace antidotary::jail::seccomp
