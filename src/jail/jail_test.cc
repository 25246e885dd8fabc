// Method: each test starts a real worker, lets it do one forbidden thing, and looks at what the
// parent sees. What a worker may do it tells by a message; what it may not do ends it.
#include "jail/jail.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "core/digest.h"
#include "core/json.h"
#include "core/reader.h"
#include "jail/landlock.h"
#include "jail/sanitizer.h"

namespace antidotary::jail {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr int patience_ms = 20'000;

/// How a worker that runs `body` ends.
std::string ending(const std::function<void()>& body, const Confinement& confinement = {}) {
  auto child = start(confinement, [&](Channel&) { body(); });
  if (!child) return child.error().what;
  const auto nothing = child->channel().receive(patience_ms);
  EXPECT_FALSE(nothing.has_value());
  return child->reap();
}

/// What `question` answers inside a worker.
std::int64_t answer(const std::function<std::int64_t()>& question,
                    const Confinement& confinement = {}) {
  auto child = start(confinement, [&](Channel& channel) {
    Buffer out;
    append_u64_le(out, static_cast<std::uint64_t>(question()));
    if (!channel.send(1, out)) _exit(1);
  });
  EXPECT_TRUE(child.has_value());
  if (!child) return -1;
  const auto message = child->channel().receive(patience_ms);
  EXPECT_TRUE(message.has_value()) << child->reap();
  return message ? static_cast<std::int64_t>(load_u64_le(message->body, 0)) : -1;
}

/// errno of a system call made inside, or 0 where it succeeds.
template <class... Arguments>
std::int64_t error_of_call(long call, Arguments... arguments) {
  return answer([=] { return syscall(call, arguments...) < 0 ? errno : 0; });
}

template <class... Arguments>
std::string ending_by_call(long call, Arguments... arguments) {
  return ending([=] { syscall(call, arguments...); });
}

constexpr auto forbidden = "made a forbidden system call";

TEST(Jail, RunsItsBodyAndTalksToIt) {
  auto child = start({}, [](Channel& channel) {
    auto request = channel.receive(-1);
    if (!request || !channel.send(2, request->body)) _exit(9);
  });
  ASSERT_TRUE(child.has_value()) << child.error().what;
  ASSERT_TRUE(child->channel().send(1, octets('h', 'i')));
  const auto reply = child->channel().receive(patience_ms);
  ASSERT_TRUE(reply.has_value()) << child->reap();
  EXPECT_EQ(as_text(reply->body), "hi");
}

TEST(Jail, AnswersAccessDeniedToCallsThatOpenOrLookUpFiles) {
  struct stat status {};
  EXPECT_EQ(error_of_call(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY), EACCES);
  EXPECT_EQ(error_of_call(SYS_openat, AT_FDCWD, "/tmp/jail-wrote", O_WRONLY | O_CREAT, 0600),
            EACCES);
  EXPECT_EQ(error_of_call(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &status, 0), EACCES);
  // With this flag a path is still a path.
  EXPECT_EQ(error_of_call(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &status, AT_EMPTY_PATH), EACCES);
  EXPECT_EQ(error_of_call(SYS_faccessat, AT_FDCWD, "/etc/passwd", R_OK), EACCES);
  EXPECT_EQ(error_of_call(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", nullptr, 0), EACCES);
  EXPECT_EQ(answer([] { return std::fopen("/etc/passwd", "r") == nullptr ? errno : 0; }), EACCES);
}

TEST(Jail, KillsWhatReachesForTheNetworkOrAnotherProcess) {
  EXPECT_EQ(ending_by_call(SYS_socket, AF_INET, SOCK_STREAM, 0), forbidden);
  EXPECT_EQ(ending_by_call(SYS_execve, "/bin/true", nullptr, nullptr), forbidden);
  EXPECT_EQ(ending_by_call(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0), forbidden);
  EXPECT_EQ(ending_by_call(SYS_kill, getpid(), 0), forbidden);
  EXPECT_EQ(ending_by_call(SYS_tgkill, getpid(), getpid(), 0), forbidden);
  EXPECT_EQ(ending_by_call(SYS_process_vm_readv, getpid(), nullptr, 0, nullptr, 0, 0), forbidden);
  EXPECT_EQ(ending_by_call(SYS_unlinkat, AT_FDCWD, "/tmp/x", 0), forbidden);
  EXPECT_EQ(ending_by_call(SYS_io_uring_setup, 1, nullptr), forbidden);
  EXPECT_EQ(ending_by_call(SYS_memfd_create, "x", 0), forbidden);
  if (!under_sanitizer) {
    EXPECT_EQ(ending_by_call(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0), forbidden);
    EXPECT_EQ(ending_by_call(SYS_clone3, nullptr, 0), forbidden);
    EXPECT_EQ(ending_by_call(SYS_ioctl, 0, 0, 0), forbidden);
  }
}

TEST(Jail, KillsWhatWritesOrTalksElsewhere) {
  if (!under_sanitizer) {
    EXPECT_EQ(ending_by_call(SYS_write, 1, "x", 1), forbidden);
  }
  msghdr message{};
  EXPECT_EQ(ending_by_call(SYS_sendmsg, 2, &message, 0), forbidden);
  EXPECT_EQ(ending_by_call(SYS_recvmsg, 2, &message, 0), forbidden);
  EXPECT_EQ(ending_by_call(SYS_pwrite64, 2, "x", 1, 0), forbidden);
}

TEST(Jail, KillsWhatMakesMemoryExecutableOrShared) {
  const auto map = [](int protection, int flags) {
    return ending([=] { mmap(nullptr, 4096, protection, flags | MAP_ANONYMOUS, -1, 0); });
  };
  EXPECT_EQ(map(PROT_READ | PROT_WRITE, MAP_PRIVATE), "ended");
  EXPECT_EQ(map(PROT_READ | PROT_EXEC, MAP_PRIVATE), forbidden);
  EXPECT_EQ(map(PROT_READ, MAP_SHARED), forbidden);
  EXPECT_EQ(ending([] {
              void* page = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              mprotect(page, 4096, PROT_READ | PROT_EXEC);
            }),
            forbidden);
}

TEST(Jail, CannotWriteThroughADescriptorThatWasHandedIn) {
  char path[] = "/tmp/antidotary-jail-XXXXXX";
  const files::Fd file(mkstemp(path));
  ASSERT_TRUE(file.valid());
  unlink(path);
  ASSERT_EQ(write(file.get(), "whole", 5), 5);
  auto child = start({}, [](Channel& channel) {
    const auto message = channel.receive(-1);
    if (message) syscall(SYS_write, message->descriptor.get(), "X", 1);
  });
  ASSERT_TRUE(child.has_value());
  ASSERT_TRUE(child->channel().send(1, {}, file.get()));
  EXPECT_FALSE(child->channel().receive(patience_ms).has_value());
  // Sanitizers need write; then it is the limit on file sizes that forbids it.
  EXPECT_EQ(child->reap(),
            under_sanitizer ? "was killed by signal 25 (SIGXFSZ)" : std::string(forbidden));
  char text[6] = {};
  EXPECT_EQ(pread(file.get(), text, 5, 0), 5);
  EXPECT_STREQ(text, "whole");
}

TEST(Jail, HoldsNoDescriptorButItsChannel) {
  const files::Fd secret(open("/etc/passwd", O_RDONLY));  // even without O_CLOEXEC
  ASSERT_TRUE(secret.valid());
  EXPECT_EQ(answer([] {
              std::int64_t held = 0;
              for (int number = 3; number < 200; ++number) {
                struct stat status {};
                if (syscall(SYS_fstat, number, &status) == 0) ++held;
              }
              return held;
            }),
            1);
}

TEST(Jail, IsNobodyWhereItWasStartedByRoot) {
  auto child = start({}, [](Channel& channel) { (void)channel.receive(-1); });
  ASSERT_TRUE(child.has_value());
  std::ifstream status("/proc/" + std::to_string(child->pid()) + "/status");
  std::string line;
  std::string uid;
  std::string capabilities;
  std::string filter;
  while (std::getline(status, line)) {
    if (line.starts_with("Uid:")) uid = line;
    if (line.starts_with("CapPrm:")) capabilities = line;
    if (line.starts_with("Seccomp:")) filter = line;
  }
  if (getuid() == 0) {
    EXPECT_EQ(uid, "Uid:\t65534\t65534\t65534\t65534");
  }
  EXPECT_EQ(capabilities, "CapPrm:\t0000000000000000");
  EXPECT_EQ(filter, "Seccomp:\t2");
}

TEST(Jail, SaysThatMemoryRanOut) {
  if (under_sanitizer) GTEST_SKIP() << "no RLIMIT_AS under AddressSanitizer";
  Confinement confinement;
  confinement.memory_bytes_max = 64 << 20;
  const auto hoard = [] {
    std::vector<Buffer> all;
    for (int i = 0; i < 300; ++i) all.emplace_back(std::size_t{1} << 20);
  };
  EXPECT_EQ(ending(hoard, confinement), "ran out of memory");
  EXPECT_EQ(ending(hoard), "ended");
}

TEST(Jail, SaysThatProcessorTimeIsUsedUp) {
  Confinement confinement;
  confinement.cpu_s_max = 1;
  EXPECT_EQ(ending(
                [] {
                  volatile bool forever = true;
                  while (forever) {
                  }
                },
                confinement),
            "used up its processor time");
}

TEST(Jail, SaysHowACrashEnded) {
  if (under_sanitizer) GTEST_SKIP() << "AddressSanitizer ends crashes in its own way";
  EXPECT_EQ(ending([] {
              volatile int* nothing = nullptr;
              *nothing = 1;
            }),
            "was killed by signal 11 (SIGSEGV)");
  EXPECT_EQ(ending([] { std::abort(); }), "was killed by signal 6 (SIGABRT)");
  EXPECT_EQ(ending([] { _exit(3); }), "exited with 3");
  EXPECT_EQ(ending([] { throw 1; }), "met an exception");
}

TEST(Jail, SaysThatItStoppedAWorkerThatDidNotEnd) {
  auto child = start({}, [](Channel&) { poll(nullptr, 0, -1); });
  ASSERT_TRUE(child.has_value());
  const pid_t pid = child->pid();
  EXPECT_EQ(child->reap(), "was stopped");
  EXPECT_EQ(child->reap(), "was stopped");
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(Jail, DiesWithItsParent) {
  // A thread stands in for the parent: the kernel ties a child to the thread that forked it.
  std::optional<Child> child;
  std::thread([&] {
    auto started = start({}, [](Channel&) { poll(nullptr, 0, -1); });
    ASSERT_TRUE(started.has_value());
    child.emplace(std::move(*started));
  }).join();
  ASSERT_TRUE(child.has_value());
  EXPECT_FALSE(child->channel().receive(patience_ms).has_value());
  EXPECT_THAT(child->reap(), AnyOf("was stopped", HasSubstr("SIGKILL")));
}

TEST(Jail, LibrariesWorkBehindTheLock) {
  const std::string expected = hex_digest(DigestKind::sha256, as_bytes(std::string_view("abc")));
  for (const DigestKind kind : {DigestKind::md5, DigestKind::sha1, DigestKind::sha256}) {
    const std::string outside = hex_digest(kind, as_bytes(std::string_view("abc")));
    EXPECT_EQ(answer([&] {
                const std::string inside = hex_digest(kind, as_bytes(std::string_view("abc")));
                return inside == outside ? 1 : 0;
              }),
              1);
  }
  EXPECT_EQ(answer([] {
              std::vector<int> many(100'000, 1);  // qsort asks sysconf for the memory
              std::qsort(many.data(), many.size(), sizeof(int), [](const void* a, const void* b) {
                return *static_cast<const int*>(a) - *static_cast<const int*>(b);
              });
              return Json::parse("{\"a\":[1,2.5]}").has_value() ? 1 : 0;
            }),
            1);
}

TEST(Jail, NamesTheLayersThatHold) {
  EXPECT_THAT(layers(), Contains("rlimits"));
  EXPECT_THAT(layers(), Contains("unprivileged"));
  EXPECT_THAT(layers(), Contains("no_new_privs"));
  EXPECT_THAT(layers(), Contains("seccomp"));
  if (landlock::abi() > 0) {
    EXPECT_THAT(layers(), Contains("landlock"));
  } else {
    EXPECT_THAT(layers(), ::testing::Not(Contains("landlock")));
  }
}

}  // namespace
}  // namespace antidotary::jail
