// Method: real workers in their jail. What a compromised one would do, a hook does in the jail
// (Options::on_object), told by the object's first words; then the next object must be scanned as
// if nothing had been.
#include "worker/worker.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <thread>

#include "core/record.h"
#include "files/scratch.h"
#include "jail/sanitizer.h"
#include "scan/scanner.h"
#include "scan/specimens.h"
#include "worker/protocol.h"

namespace antidotary::worker {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Sample {
 public:
  explicit Sample(std::string_view content)
      : descriptor_(open(scratch_.file("object", content).c_str(), O_RDONLY | O_CLOEXEC)) {}
  int descriptor() const { return descriptor_.get(); }
  std::string path() const { return scratch_.path("object"); }

 private:
  files::Scratch scratch_;
  files::Fd descriptor_;
};

void misbehave(Bytes object, jail::Channel& channel) {
  const std::string_view text = as_text(object);
  const auto says = [&](std::string_view words) { return text.substr(0, words.size()) == words; };
  if (says("crash")) {
    volatile int* nothing = nullptr;
    *nothing = 1;
  }
  if (says("hang")) poll(nullptr, 0, -1);
  if (says("exit")) _exit(7);
  if (says("socket")) syscall(SYS_socket, 1, 1, 0);
  if (says("garbage")) (void)channel.send(number(WorkTag::report), object);
  if (says("tag")) (void)channel.send(99, {});
  if (says("question")) (void)channel.send(1, as_bytes(std::string_view("secret")));
  if (says("forged")) {
    scan::Report report;
    report.objects = 1;
    report.detections.push_back({"win32/no-such", "a", "x", "file", {}, true, {"forged"}, {}});
    (void)channel.send(number(WorkTag::report), to_wire(report));
  }
  if (says("answer and leave")) {
    scan::Report report;
    report.objects = 1;
    (void)channel.send(number(WorkTag::report), to_wire(report));
    _exit(0);
  }
  if (says("touch")) {  // every byte, as a parser would
    std::size_t zeros = 0;
    for (const std::byte one : object) zeros += one == std::byte{} ? 1 : 0;
    if (zeros == 1) _exit(8);  // so that nobody leaves the loop out
  }
}

Options hostile_options() {
  Options options;
  options.on_object = misbehave;
  return options;
}

const entries::Encyclopedia& known() { return scan::specimens::encyclopedia(); }

/// The one reason for which `report` is unread; empty where there is none.
std::string reason(const scan::Report& report) {
  if (report.unread.size() != 1) return "";
  EXPECT_EQ(report.unread[0].gap, scan::Gap::failed);
  EXPECT_EQ(report.verdict(), scan::Verdict::incomplete);
  EXPECT_THAT(report.unread[0].path, ::testing::ElementsAre("name"));
  return report.unread[0].reason;
}

TEST(Worker, ReportsWhatAScannerReportsInThisProcess) {
  Worker worker(known());
  const scan::Scanner scanner(known());
  for (const std::string& text :
       {scan::specimens::eicar(), scan::specimens::lure(), std::string("harmless"), std::string(),
        scan::specimens::zip_of({{"a", "x"}, {"eicar.com", scan::specimens::eicar()}}),
        scan::specimens::encrypted_zip_of({{"a", "x"}}), std::string(1 << 20, 'x')}) {
    const Sample sample(text);
    Budget budget;
    const scan::Report here = scanner.scan(as_bytes(std::string_view(text)), "name", budget);
    EXPECT_EQ(to_wire(worker.scan(sample.descriptor(), "name")), to_wire(here));
  }
  EXPECT_EQ(worker.tally().started, 1u);
  EXPECT_EQ(worker.tally().died, 0u);
}

TEST(Worker, FindsWhatTheEncyclopediaKnows) {
  Worker worker(known());
  const scan::Report found = worker.scan(Sample(scan::specimens::eicar()).descriptor(), "name");
  EXPECT_EQ(found.verdict(), scan::Verdict::found);
  ASSERT_THAT(found.detections, SizeIs(1));
  EXPECT_EQ(found.detections[0].entry, "test/eicar");
  EXPECT_EQ(worker.scan(Sample("harmless").descriptor(), "name").verdict(), scan::Verdict::clean);
}

TEST(Worker, LosesOneObjectToAWorkerThatDies) {
  Worker worker(known(), hostile_options());
  const Sample good(scan::specimens::eicar());
  const std::vector<std::pair<std::string, std::string>> endings = {
      {"exit", "the worker exited with 7"},
      {"socket", "the worker made a forbidden system call"},
      {"garbage", "the worker answered nonsense, and was stopped"},
      {"forged", "the worker answered nonsense, and was stopped"},
      {"tag", "the worker answered out of turn, and was stopped"},
      {"question", "the worker answered out of turn, and was stopped"},
  };
  for (const auto& [act, words] : endings) {
    EXPECT_EQ(reason(worker.scan(Sample(act).descriptor(), "name")), words);
    EXPECT_EQ(worker.scan(good.descriptor(), "name").verdict(), scan::Verdict::found) << act;
  }
  if (!jail::under_sanitizer) {
    EXPECT_EQ(reason(worker.scan(Sample("crash").descriptor(), "name")),
              "the worker was killed by signal 11 (SIGSEGV)");
  }
  EXPECT_GE(worker.tally().died, endings.size());
}

TEST(Worker, StopsAWorkerThatHangs) {
  Options options = hostile_options();
  options.limits.time_ms_max = 100;
  options.slack_ms = 100;
  Worker worker(known(), options);
  EXPECT_EQ(reason(worker.scan(Sample("hang").descriptor(), "name")),
            "the worker took too long and was stopped");
  EXPECT_EQ(worker.scan(Sample("harmless").descriptor(), "name").verdict(), scan::Verdict::clean);
}

TEST(Worker, SurvivesAFileThatShrinksWhileItIsRead) {
  if (jail::under_sanitizer) GTEST_SKIP() << "AddressSanitizer ends crashes in its own way";
  Options options;
  options.on_object = [](Bytes object, jail::Channel& channel) {
    if (object.size() > 1000) poll(nullptr, 0, 600);  // meanwhile it is cut
    misbehave(object, channel);
  };
  Worker worker(known(), options);
  worker.scan(Sample("started before there are threads").descriptor(), "name");
  const Sample sample("touch" + std::string(1 << 20, 'x'));  // large enough to be mapped
  std::thread cutter([&] {
    poll(nullptr, 0, 150);
    EXPECT_EQ(truncate(sample.path().c_str(), 10), 0);
  });
  EXPECT_EQ(reason(worker.scan(sample.descriptor(), "name")),
            "the worker was killed by signal 7 (SIGBUS)");
  cutter.join();
  EXPECT_EQ(worker.scan(Sample("harmless").descriptor(), "name").verdict(), scan::Verdict::clean);
}

TEST(Worker, BlamesNoObjectForAWorkerThatDiedBefore) {
  Worker worker(known(), hostile_options());
  ASSERT_EQ(worker.scan(Sample("answer and leave").descriptor(), "name").verdict(),
            scan::Verdict::clean);
  poll(nullptr, 0, 200);  // until it is gone
  EXPECT_EQ(worker.scan(Sample("harmless").descriptor(), "name").verdict(), scan::Verdict::clean);
  EXPECT_EQ(worker.tally().started, 2u);
}

TEST(Worker, IsReplacedAfterSoManyObjects) {
  Options options;
  options.objects_per_worker_max = 3;
  Worker worker(known(), options);
  for (int i = 0; i < 7; ++i) worker.scan(Sample("harmless").descriptor(), "name");
  EXPECT_EQ(worker.tally().started, 3u);
  EXPECT_EQ(worker.tally().died, 0u);
}

TEST(Worker, IsReplacedAfterAnObjectThatRanIntoALimit) {
  Options options;
  options.limits.objects_max = 1;
  Worker worker(known(), options);
  const std::string bomb = scan::specimens::zip_of({{"a", "x"}, {"b", "y"}, {"c", "z"}});
  const scan::Report report = worker.scan(Sample(bomb).descriptor(), "name");
  ASSERT_THAT(report.unread, ::testing::Not(IsEmpty()));
  EXPECT_EQ(report.unread[0].gap, scan::Gap::limited);
  EXPECT_EQ(worker.scan(Sample("harmless").descriptor(), "name").verdict(), scan::Verdict::clean);
  EXPECT_EQ(worker.tally().started, 2u);
}

TEST(Worker, IsReplacedBeforeItsProcessorTimeRunsOut) {
  Options options;
  options.limits.time_ms_max = 1000;
  options.slack_ms = 0;
  options.confinement.cpu_s_max = 1;
  Worker worker(known(), options);
  worker.scan(Sample("harmless").descriptor(), "name");
  worker.scan(Sample("harmless").descriptor(), "name");
  EXPECT_EQ(worker.tally().died, 0u);
}

TEST(Worker, TellsAnObjectThatExceedsItsMemoryFromAFailure) {
  if (jail::under_sanitizer) GTEST_SKIP() << "no RLIMIT_AS under AddressSanitizer";
  Options options;
  options.confinement.memory_bytes_max = 64 << 20;
  Worker worker(known(), options);
  const Sample sample("x");
  ASSERT_EQ(truncate(sample.path().c_str(), off_t{1} << 30), 0);
  const scan::Report report = worker.scan(sample.descriptor(), "name");
  ASSERT_THAT(report.unread, SizeIs(1));
  EXPECT_EQ(report.unread[0].gap, scan::Gap::limited);
  EXPECT_THAT(report.unread[0].reason, HasSubstr("more than a worker may hold"));
}

TEST(Worker, ReadsNothingButRegularFiles) {
  Worker worker(known());
  const files::Fd folder(open("/", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(reason(worker.scan(folder.get(), "name")), "not a regular file");
  EXPECT_THAT(reason(worker.scan(-1, "name")), HasSubstr("Bad file descriptor"));
}

TEST(Worker, LeavesTheDescriptorAsItWas) {
  Worker worker(known());
  const Sample sample("harmless");
  ASSERT_EQ(lseek(sample.descriptor(), 3, SEEK_SET), 3);
  worker.scan(sample.descriptor(), "name");
  EXPECT_EQ(lseek(sample.descriptor(), 0, SEEK_CUR), 3);
}

TEST(Worker, ListsWhatIsInsideAndHandsOutItsBytes) {
  Worker worker(known());
  const Sample sample(scan::specimens::zip_of({{"a", "first"}, {"b", std::string(3 << 20, 'x')}}));
  std::map<std::uint32_t, std::size_t> sizes;
  const auto tree = worker.list(sample.descriptor(), "name",
                                [&](std::uint32_t node, std::uint64_t offset, Bytes part, bool) {
                                  EXPECT_EQ(sizes[node], offset);
                                  sizes[node] += part.size();
                                  return Status();
                                });
  ASSERT_TRUE(tree.has_value()) << tree.error().what;
  ASSERT_THAT(tree->nodes, SizeIs(3));
  EXPECT_EQ(tree->nodes[2].name, "b");
  EXPECT_THAT(sizes, ::testing::ElementsAre(::testing::Pair(1, 5), ::testing::Pair(2, 3 << 20)));
}

TEST(Worker, EndsAListingWhereItsBytesCannotBeTaken) {
  Worker worker(known());
  const Sample sample(scan::specimens::zip_of({{"a", "first"}, {"b", "second"}}));
  const auto tree = worker.list(sample.descriptor(), "name",
                                [](std::uint32_t, std::uint64_t, Bytes, bool) -> Status {
                                  return fail(ErrorKind::io, "no room");
                                });
  ASSERT_FALSE(tree.has_value());
  EXPECT_EQ(tree.error().kind, ErrorKind::io);
}

// What it tries, and what becomes of it: nothing, by the kernel's refusal.
TEST(Worker, AchievesNothingByMisbehaving) {
  if (jail::under_sanitizer) GTEST_SKIP() << "the sanitizers' own needs are allowed";
  const std::string target = "/tmp/antidotary-worker-test-" + std::to_string(getpid());
  using Act = std::function<void(jail::Channel&)>;
  const std::vector<std::pair<std::string, Act>> acts = {
      {"writes a file",
       [&](jail::Channel&) {
         const int fd = open(target.c_str(), O_WRONLY | O_CREAT, 0600);
         _exit(fd < 0 ? 9 : 10);
       }},
      {"opens a file", [](jail::Channel&) { _exit(open("/etc/passwd", O_RDONLY) < 0 ? 9 : 10); }},
      {"forks", [](jail::Channel&) { _exit(fork() < 0 ? 9 : 10); }},
      {"connects", [](jail::Channel&) { _exit(socket(AF_INET, SOCK_STREAM, 0) < 0 ? 9 : 10); }},
      {"starts a program",
       [](jail::Channel&) {
         execl("/bin/true", "true", nullptr);
         _exit(9);
       }},
      {"answers for ever",
       [](jail::Channel& channel) {
         const Buffer piece = to_wire(Piece{1, 0, Buffer(1000), true});
         while (channel.send(number(WorkTag::piece), piece)) continue;
       }},
  };
  for (const auto& [what, act] : acts) {
    Options options;
    options.on_object = [act = act](Bytes object, jail::Channel& channel) {
      if (as_text(object) == "misbehave") act(channel);
    };
    Worker worker(known(), options);
    const scan::Report report = worker.scan(Sample("misbehave").descriptor(), "name");
    const std::string why = reason(report);
    EXPECT_TRUE(why == "the worker exited with 9" || why.ends_with("forbidden system call") ||
                why.ends_with("and was stopped"))
        << what << ": " << why;
    EXPECT_EQ(worker.scan(Sample("harmless").descriptor(), "name").verdict(), scan::Verdict::clean)
        << what;
  }
  EXPECT_NE(access(target.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace antidotary::worker
