// Method: real workers; processes are killed under the pool, and it has to go on.
#include "worker/pool.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "files/scratch.h"
#include "scan/specimens.h"

namespace antidotary::worker {
namespace {

using testing::HasSubstr;

std::vector<pid_t> children() {
  std::ifstream in(fmt::format("/proc/self/task/{}/children", getpid()));
  std::vector<pid_t> out;
  for (pid_t one = 0; in >> one;) out.push_back(one);
  return out;
}

scan::Knowledge knowledge() {
  scan::Knowledge out;
  out.encyclopedia = &scan::specimens::encyclopedia();
  return out;
}

class PoolAhead : public testing::Test {
 protected:
  scan::Verdict verdict() {
    scan::Verdict out = scan::Verdict::incomplete;
    files::Fd file(open(scratch_.file("object", "words").c_str(), O_RDONLY | O_CLOEXEC));
    pool_.scan({std::move(file), 5, "object", {}},
               [&out](scan::Report&& report) { out = report.verdict(); });
    pool_.finish();
    return out;
  }

  files::Scratch scratch_;
  Pool pool_{knowledge(), {}, 1, Manner{.ahead = true}};
};

TEST_F(PoolAhead, FoundsItsNurseryAgain) {
  ASSERT_TRUE(pool_.warm());
  EXPECT_EQ(verdict(), scan::Verdict::clean);
  EXPECT_EQ(pool_.take_trouble(), "");
  for (const pid_t one : children()) {
    kill(one, SIGKILL);
    siginfo_t ended{};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(one), &ended, WEXITED | WNOWAIT), 0);
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(verdict(), scan::Verdict::clean) << i;
  EXPECT_THAT(pool_.take_trouble(), HasSubstr("another one is started"));
  EXPECT_EQ(pool_.take_trouble(), "") << "it is told once";
  EXPECT_GE(children().size(), 2u) << "a worker, and the nursery that bore it";
}

// A mail with a text, and the same with an attached archive: the gzip opener is zlib's.
const std::string plain_mail = "From: a@b.example\r\nSubject: x\r\n\r\n<b>words</b>\r\n";
const std::string packed_mail =
    "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: application/gzip\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nH4sIAAAAAAAC/yvPL0opBgCMHn1xBQAAAA==\r\n";

class PoolOfStrangers : public testing::Test {
 protected:
  static Options options() {
    Options out;
    out.replaced_after_risk = true;
    return out;
  }
  scan::Report scanned(const std::string& content) {
    scan::Report out;
    files::Fd file(open(scratch_.file("object", content).c_str(), O_RDONLY | O_CLOEXEC));
    pool_.scan({std::move(file), content.size(), "object", {}},
               [&out](scan::Report&& report) { out = std::move(report); });
    pool_.finish();
    return out;
  }

  files::Scratch scratch_;
  Pool pool_{knowledge(), options(), 1, Manner{.waiting_per_worker = 0, .ahead = true}};
};

TEST_F(PoolOfStrangers, ShareAWorkerWhileOurOwnCodeReads) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(scanned(plain_mail).verdict(), scan::Verdict::clean);
  EXPECT_EQ(pool_.tally().started, 1u);
}

TEST_F(PoolOfStrangers, ShareNoWorkerThatOpenedMore) {
  for (int i = 0; i < 3; ++i) {
    const scan::Report report = scanned(packed_mail);
    EXPECT_EQ(report.verdict(), scan::Verdict::clean);
    EXPECT_GE(report.objects, 3u) << "the message, the archive, what is in it";
  }
  EXPECT_EQ(scanned(plain_mail).verdict(), scan::Verdict::clean);
  EXPECT_EQ(pool_.tally().started, 4u);
}

/// Leaves a mark in freed memory, or dies where it finds one: as much as a worker that was taken
/// over sees of the mails before.
void leave_or_find(Bytes object, jail::Channel&) {
  constexpr std::size_t bytes = 60'000;  // of the heap, not a mapping of its own
  auto* const memory = static_cast<volatile unsigned char*>(std::malloc(bytes));
  const bool finds = as_text(object).find("find") != std::string_view::npos;
  for (std::size_t i = 64; i < bytes; ++i) {
    if (finds && memory[i] == 0x5e && memory[i - 1] == 0x5e) _exit(9);
    if (!finds) memory[i] = 0x5e;
  }
  std::free(const_cast<unsigned char*>(memory));
}

TEST(PoolOfStrangersMemory, IsWrittenOverBetweenTwoMails) {
  const files::Scratch scratch;
  for (const bool strangers : {true, false}) {
    Options options;
    options.replaced_after_risk = strangers;
    options.on_object = leave_or_find;
    Pool pool(knowledge(), options, 1, Manner{.waiting_per_worker = 0});
    std::vector<scan::Verdict> seen;
    for (const std::string content : {"leave", "find"}) {
      files::Fd file(open(scratch.file(content, content).c_str(), O_RDONLY | O_CLOEXEC));
      pool.scan({std::move(file), content.size(), content, {}},
                [&seen](scan::Report&& report) { seen.push_back(report.verdict()); });
      pool.finish();
    }
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0], scan::Verdict::clean);
    // One caller's own files are not worth the time: there the mark is found.
    EXPECT_EQ(seen[1], strangers ? scan::Verdict::clean : scan::Verdict::incomplete);
  }
}

}  // namespace
}  // namespace antidotary::worker
