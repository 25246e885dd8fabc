#include "jail/lock.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <locale>
#include <memory>

#include "core/digest.h"
#include "core/json.h"
#include "jail/landlock.h"
#include "jail/sanitizer.h"
#include "jail/seccomp.h"

namespace antidotary::jail {
namespace {

// Debian's nobody and nogroup, and the kernel's overflow id: owns nothing.
constexpr unsigned nobody = 65534;

Status system_failure(std::string_view act) {
  return fail(ErrorKind::io, "cannot {}: {}", act, std::strerror(errno));
}

void default_signals() {
  for (int number = 1; number < NSIG; ++number) {
    const bool fault = number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
                       number == SIGILL || number == SIGABRT;
    // AddressSanitizer reports from its handlers of faults.
    if (!(under_sanitizer && fault)) signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void close_from(unsigned first) {
  if (syscall(SYS_close_range, first, ~0u, 0) == 0) return;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);  // before Linux 5.9, one by one
  for (rlim_t number = first; number < limit.rlim_cur; ++number) close(static_cast<int>(number));
}

/// Bytes of address space in use now; 0 where /proc does not say.
std::uint64_t address_space_bytes() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                             std::fclose);
  unsigned long long pages = 0;
  if (!file || std::fscanf(file.get(), "%llu", &pages) != 1) return 0;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

Status give_up_user() {
  if (geteuid() == 0) {
    // A user namespace may not know nobody: then root without capabilities it stays, and `layers`
    // does not claim otherwise.
    const bool gone = setgroups(0, nullptr) == 0 && setresgid(nobody, nobody, nobody) == 0 &&
                      setresuid(nobody, nobody, nobody) == 0;
    if (!gone && errno != EPERM && errno != EINVAL) return system_failure("become nobody");
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, 2> none{};
  if (syscall(SYS_capset, &header, none.data()) != 0) return system_failure("drop capabilities");
  return {};
}

Status limit(__rlimit_resource resource, std::uint64_t soft, std::uint64_t hard) {
  rlimit now{};
  getrlimit(resource, &now);
  // A limit that is lower already stays: only root may raise one.
  const rlimit wanted{std::min<rlim_t>(soft, now.rlim_max), std::min<rlim_t>(hard, now.rlim_max)};
  if (setrlimit(resource, &wanted) != 0) return system_failure("set a resource limit");
  return {};
}

Status limit_resources(const Confinement& confinement, std::uint64_t memory_bytes) {
  if (!under_sanitizer) {
    ANTIDOTARY_CHECK(limit(RLIMIT_AS, memory_bytes, memory_bytes));
  }
  // At the soft limit SIGXCPU, by which `reap` knows it; a second later SIGKILL.
  ANTIDOTARY_CHECK(limit(RLIMIT_CPU, confinement.cpu_s_max, confinement.cpu_s_max + 1ull));
  ANTIDOTARY_CHECK(limit(RLIMIT_FSIZE, 0, 0));
  ANTIDOTARY_CHECK(limit(RLIMIT_CORE, 0, 0));
  ANTIDOTARY_CHECK(limit(RLIMIT_NPROC, 0, 0));
  return limit(RLIMIT_NOFILE, confinement.descriptors_max, confinement.descriptors_max);
}

bool is_limited(__rlimit_resource resource) {
  rlimit now{};
  return getrlimit(resource, &now) == 0 && now.rlim_max != RLIM_INFINITY;
}

bool has_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> held{};
  if (syscall(SYS_capget, &header, held.data()) != 0) return true;
  return (held[0].effective | held[0].permitted | held[1].effective | held[1].permitted) != 0;
}

}  // namespace

void part_from_parent(files::Fd socket) {
  setsid();  // Ctrl-C is the parent's to answer, and there is no terminal to write to
  default_signals();
  if (chdir("/") != 0) return;  // cannot fail but where / is gone; nothing hangs on it
  // Out of the way first: the parent may have started with its standard descriptors closed.
  const files::Fd kept(fcntl(socket.get(), F_DUPFD, channel_number + 1));
  socket.reset();
  const files::Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int number = 0; number <= STDERR_FILENO; ++number) {
    // A compromised worker must not write escape codes to a person's terminal.
    if (number == STDERR_FILENO && under_sanitizer) break;
    if (null.valid() && null.get() != number) {
      dup2(null.get(), number);
    } else if (!null.valid()) {
      close(number);
    }
  }
  dup2(kept.get(), channel_number);
  close_from(channel_number + 1);
}

Status lock_in(const Confinement& confinement, pid_t parent, Doors doors) {
  // Written before the limits: it takes a file, in memory.
  if (doors == Doors::all) ANTIDOTARY_CHECK(seccomp::prepare(channel_number));
  const std::uint64_t memory_bytes = address_space_bytes() + confinement.memory_bytes_max;
  const int landlock_abi = landlock::abi();
  ANTIDOTARY_CHECK(give_up_user());
  // After the change of user, which clears it. The parent may be gone already.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return system_failure("tie itself to its parent");
  if (getppid() != parent) return fail(ErrorKind::io, "the parent is gone");
  ANTIDOTARY_CHECK(limit_resources(confinement, memory_bytes));
  if (prctl(PR_SET_DUMPABLE, 0) != 0) return system_failure("become undumpable");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_failure("set no_new_privs");
  if (landlock_abi > 0) ANTIDOTARY_CHECK(landlock::restrict_to_nothing(landlock_abi));
  if (doors == Doors::all) ANTIDOTARY_CHECK(seccomp::lock(channel_number));
  return {};
}

std::vector<std::string> verified_layers() {
  std::vector<std::string> found;
  const bool limited = is_limited(RLIMIT_CPU) && is_limited(RLIMIT_FSIZE) &&
                       is_limited(RLIMIT_NOFILE) && is_limited(RLIMIT_CORE) &&
                       (under_sanitizer || is_limited(RLIMIT_AS));
  if (limited) found.emplace_back("rlimits");
  if (getuid() != 0 && geteuid() != 0 && !has_capabilities()) found.emplace_back("unprivileged");
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) found.emplace_back("no_new_privs");
  // Everybody may list the top folder, unless Landlock forbids it.
  const files::Fd top(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top.valid() && errno == EACCES) found.emplace_back("landlock");
  return found;
}

void warm_libraries() {
  // Where it cannot be written here, each child says why.
  static_cast<void>(seccomp::prepare(channel_number));
  for (const DigestKind kind : {DigestKind::md5, DigestKind::sha1, DigestKind::sha256}) {
    hex_digest(kind, {});
  }
  [[maybe_unused]] const std::string text = fmt::format("{:.3f}", 0.5);
  Json::parse("{}");  // simdjson picks its implementation by the processor
  std::locale::classic();
}

}  // namespace antidotary::jail
