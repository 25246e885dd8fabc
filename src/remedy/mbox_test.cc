// Messages are taken out of a mailbox file and put back; whatever changed meanwhile is refused, and
// no mail is lost, whoever delivers beside us.
#include <gmock/gmock.h>
#include <sys/file.h>

#include <atomic>
#include <thread>

#include "remedy/fake_mail.h"
#include "remedy/mail_lock.h"

namespace antidotary::remedy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<StepOutcome> outcomes(const Result<Run>& run) {
  std::vector<StepOutcome> out;
  if (!run) ADD_FAILURE() << run.error().what;
  if (run) {
    for (const StepResult& step : run->steps) out.push_back(step.outcome);
  }
  return out;
}

TEST(MboxStep, TakesTheMessagesAndLeavesAllOthers) {
  FakeMail mail;
  mail.add_message(3);
  mail.add_message(1);
  const auto run = mail.apply();
  EXPECT_THAT(outcomes(run), ElementsAre(StepOutcome::done, StepOutcome::done));
  EXPECT_EQ(mail.content(), mail.without({1, 3}));
  EXPECT_THAT(mail.names(""), ElementsAre("Maildir", "inbox"));
  EXPECT_THAT(mail.copies(),
              testing::UnorderedElementsAre(run->id + "-1.item", run->id + "-2.item"));
}

TEST(MboxStep, GivesThemBackWithModeOwnerAndTimes) {
  for (const std::vector<std::size_t>& numbers :
       {std::vector<std::size_t>{1}, {2}, {4}, {4, 1}, {1, 2, 3, 4}, {4, 3, 2, 1}}) {
    FakeMail mail;
    for (const std::size_t number : numbers) mail.add_message(number);
    EXPECT_EQ(mail.apply().value().state, RunState::applied);
    EXPECT_EQ(mail.content(), mail.without(numbers));
    const auto back = mail.undo();
    ASSERT_TRUE(back.has_value()) << back.error().what;
    EXPECT_EQ(back->state, RunState::undone);
    EXPECT_EQ(mail.picture(), mail.original());
    EXPECT_EQ(mail.undo().value().state, RunState::applied);
    EXPECT_EQ(mail.content(), mail.without(numbers));
    EXPECT_EQ(mail.undo().value().state, RunState::undone);
    EXPECT_EQ(mail.picture(), mail.original());
  }
}

TEST(MboxStep, LeavesTheSignOfUnreadMail) {
  FakeMail mail;
  mail.add_message(2);
  mail.set_times();
  ASSERT_TRUE(mail.apply().has_value());
  struct stat status {};
  ASSERT_EQ(::stat(mail.path("inbox").c_str(), &status), 0);
  EXPECT_LT(status.st_atim.tv_sec, status.st_mtim.tv_sec);
  EXPECT_EQ(status.st_atim.tv_sec, 1'056'700'000);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST(MboxStep, RefusesAMailboxThatChangedSinceThePlan) {
  FakeMail mail;
  mail.add_message(2);
  mail.append(mail.message(1));
  const std::string before = mail.content();
  EXPECT_THAT(outcomes(mail.apply()), ElementsAre(StepOutcome::refused));
  EXPECT_EQ(mail.content(), before);
  EXPECT_THAT(mail.copies(), IsEmpty());
}

TEST(MboxStep, RefusesWhatIsNotTheMessageOfThePlan) {
  FakeMail mail;
  mail.add_message(2).message->sha256 = std::string(64, '0');
  mail.add_message(2).message->offset += 5;
  mail.add_message(2).message->size_bytes -= 5;
  mail.add_message(4).message->size_bytes += 1;
  mail.add_message(1).message->offset = ~0ull;
  mail.add_message(1).message->size_bytes = 0;
  EXPECT_THAT(outcomes(mail.apply()), testing::Each(StepOutcome::refused));
  EXPECT_EQ(mail.content(), mail.without({}));
  EXPECT_THAT(mail.copies(), IsEmpty());
}

TEST(MboxStep, RefusesAMailboxWithTwoNames) {
  FakeMail mail;
  mail.add_message(2);
  ASSERT_EQ(::link(mail.path("inbox").c_str(), mail.path("other").c_str()), 0);
  EXPECT_THAT(outcomes(mail.apply()), ElementsAre(StepOutcome::refused));
}

TEST(MboxStep, PutsAMessageBackThoughNewMailArrived) {
  FakeMail mail;
  mail.add_message(4);
  mail.add_message(2);
  ASSERT_TRUE(mail.apply().has_value());
  mail.append(FakeMail::from + "Subject: new\n\nnew\n\n");
  EXPECT_EQ(mail.undo().value().state, RunState::undone);
  EXPECT_EQ(mail.content(), mail.without({}) + FakeMail::from + "Subject: new\n\nnew\n\n");
}

TEST(MboxStep, PutsAMessageAtTheEndWhereItsPlaceIsGone) {
  FakeMail mail;
  mail.add_message(3);
  ASSERT_TRUE(mail.apply().has_value());
  // The mail program deleted the second message, and wrote "Status: RO" into the first.
  const std::string left = FakeMail::from + "Status: RO\n\none\n\n" + mail.message(4);
  mail.replace(left);
  const auto back = mail.undo();
  ASSERT_TRUE(back.has_value());
  EXPECT_THAT(outcomes(back), ElementsAre(StepOutcome::kept));
  EXPECT_THAT(back->steps[0].detail, HasSubstr("at its end"));
  EXPECT_EQ(mail.content(), left + mail.message(3));
}

TEST(MboxStep, KeepsTheMessageWhereTheMailboxWasReplaced) {
  FakeMail mail;
  mail.add_message(3);
  ASSERT_TRUE(mail.apply().has_value());
  std::filesystem::rename(mail.path("inbox"), mail.path("old"));
  std::filesystem::copy(mail.path("old"), mail.path("inbox"));
  const std::string before = mail.content();
  EXPECT_THAT(outcomes(mail.undo()), ElementsAre(StepOutcome::kept));
  EXPECT_EQ(mail.content(), before);
  EXPECT_EQ(mail.copies().size(), 1u);
}

TEST(MboxStep, RestoresOneMessageOfTwo) {
  FakeMail mail;
  mail.add_message(3);
  mail.add_message(2);
  const remedy::Run run = mail.apply().value();
  const files::Root state = mail.state();
  auto remedy = FakeHost::remedy(state);
  const auto items = remedy->quarantine();
  ASSERT_TRUE(items.has_value()) << items.error().what;
  ASSERT_EQ(items->size(), 2u);
  EXPECT_EQ((*items)[0].offset, mail.message(1).size() + mail.message(2).size());
  EXPECT_EQ(remedy->restore(run.id + "/1").value().outcome, StepOutcome::undone);
  EXPECT_EQ(mail.content(), mail.without({2}));
  EXPECT_TRUE(remedy->quarantine().value()[0].restored);
  EXPECT_EQ(remedy->undo(run.id).value().state, RunState::undone);
  EXPECT_EQ(mail.content(), mail.without({}));
}

TEST(MboxStep, IsRefusedWhileAnotherHoldsALock) {
  FakeMail mail;
  mail.add_message(2);
  {
    const files::Fd lock(
        ::open(mail.path("inbox.lock").c_str(), O_CREAT | O_EXCL | O_WRONLY, 0644));
    const auto run = mail.apply();
    EXPECT_THAT(outcomes(run), ElementsAre(StepOutcome::failed));
    EXPECT_THAT(run->steps[0].detail, HasSubstr("inbox.lock"));
    EXPECT_THAT(mail.names(""), ElementsAre("Maildir", "inbox", "inbox.lock"));
  }
  EXPECT_EQ(mail.content(), mail.without({}));
}

// Somebody who takes neither lock has the mailbox open already and appends at the worst instant:
// after the last look, before the mailbox is cut.
TEST(MboxStep, LosesNoMailOfSomebodyWhoIgnoresLocks) {
  const std::string text = FakeMail::from + "Subject: unlocked\n\nbody\n\n";
  int refused = 0;
  for (int n = 0; n < 60; ++n) {
    FakeMail mail;
    mail.add_message(2);
    const files::Fd open(::open(mail.path("inbox").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    int left = n;
    files::set_checkpoint([&](const char* act) {
      // Directly before the cut there is nothing that could still be asked.
      if (std::string_view(act) == "truncate:before") return;
      if (left-- == 0) {
        ASSERT_EQ(::write(open.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
      }
    });
    const auto run = mail.apply();
    files::set_checkpoint({});
    if (left >= 0) break;
    ASSERT_TRUE(run.has_value()) << n;
    if (run->steps[0].outcome == StepOutcome::refused) {
      ++refused;
      EXPECT_EQ(mail.content(), mail.without({}) + text) << n;
      EXPECT_THAT(mail.copies(), IsEmpty()) << n;
    } else {
      EXPECT_EQ(mail.content(), mail.without({2}) + text) << n;
    }
  }
  EXPECT_GT(refused, 20);
}

// A delivery agent that knows the locks works all the while.
TEST(MboxStep, LosesNoMailOfADeliveryUnderLock) {
  FakeMail mail;
  std::atomic<bool> stop = false;
  std::atomic<int> delivered = 0;
  const std::string text = FakeMail::from + "Subject: delivered\n\nbody\n\n";
  std::thread agent([&] {
    const files::Root root = mail.tree();
    while (!stop) {
      auto file = files::open_file_in(root.descriptor(), "inbox", files::Access::change);
      if (!file) continue;
      const auto lock = MailLock::take(root.descriptor(), "inbox", file->get(), "agent");
      if (!lock) continue;
      struct stat status {};
      ::fstat(file->get(), &status);
      ASSERT_EQ(::pwrite(file->get(), text.data(), text.size(), status.st_size),
                static_cast<ssize_t>(text.size()));
      ++delivered;
      std::this_thread::yield();
    }
  });
  int done = 0;
  for (int i = 0; i < 40; ++i) {
    mail.plan().steps.clear();
    mail.add_message(1);
    const auto run = mail.apply();
    ASSERT_TRUE(run.has_value()) << run.error().what;
    if (run->steps[0].outcome != StepOutcome::done) continue;
    ++done;
    // An undo that does not get the lock in time leaves the message in quarantine.
    int undos = 0;
    while (mail.undo(run->id).value().state != RunState::undone && undos < 20) ++undos;
    EXPECT_LT(undos, 20);
  }
  stop = true;
  agent.join();
  std::string expected = mail.without({});
  for (int i = 0; i < delivered; ++i) expected += text;
  EXPECT_EQ(mail.content(), expected) << done << " done, " << delivered << " delivered";
}

TEST(MailLock, ExcludesAnotherByEither) {
  FakeMail mail;
  const files::Root root = mail.tree();
  const auto file = files::open_file_in(root.descriptor(), "inbox", files::Access::change);
  const auto other = files::open_file_in(root.descriptor(), "inbox", files::Access::change);
  {
    const auto lock = MailLock::take(root.descriptor(), "inbox", file->get(), "one", 0);
    ASSERT_TRUE(lock.has_value());
    EXPECT_THAT(mail.content("inbox.lock"), HasSubstr("\nantidotary one\n"));
    const auto second = MailLock::take(root.descriptor(), "inbox", other->get(), "two", 0);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, ErrorKind::busy);
  }
  EXPECT_THAT(mail.names(""), ElementsAre("Maildir", "inbox"));
  // The classic lock of a process, as mail programs take it.
  const pid_t child = ::fork();

  if (child == 0) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    const int fd = ::open(mail.path("inbox").c_str(), O_RDWR);
    if (fd < 0 || ::fcntl(fd, F_SETLKW, &lock) != 0) ::_exit(1);
    ::usleep(10'000'000);
    ::_exit(0);
  }
  Error why;
  for (int i = 0; i < 200; ++i) {
    const auto taken = MailLock::take(root.descriptor(), "inbox", file->get(), "one", 0);
    if (!taken) why = taken.error();
    if (!taken) break;
    ::usleep(10'000);
  }
  EXPECT_EQ(why.kind, ErrorKind::busy);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(MailLock::take(root.descriptor(), "inbox", file->get(), "one", 0).has_value());
}

// Who opens the mailbox while it is rewritten waits until it is whole.
TEST(MailLock, HoldsUpWhoOpensTheMailboxMeanwhile) {
  FakeMail mail;
  const files::Root root = mail.tree();
  const auto file = files::open_file_in(root.descriptor(), "inbox", files::Access::change);
  auto lock = MailLock::take(root.descriptor(), "inbox", file->get(), "one", 0);
  ASSERT_TRUE(lock.has_value());
  const int fd = ::open(mail.path("inbox").c_str(), O_RDONLY | O_NONBLOCK);
  const int why = errno;
  if (fd >= 0) GTEST_SKIP() << "this file system grants no lease";
  EXPECT_EQ(why, EWOULDBLOCK);
}

}  // namespace
}  // namespace antidotary::remedy
