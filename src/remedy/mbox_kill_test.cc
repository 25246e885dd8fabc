// A run on a mailbox is killed before and after every single act, and must then come to a whole
// mailbox: forward by `resume`, back by `undo`, with no message lost and no lock left.
#include "remedy/fake_mail.h"

namespace antidotary::remedy {
namespace {

enum class Way { resume, undo };

std::string only_run(Remedy& remedy) {
  const auto runs = remedy.runs();
  return runs && !runs->empty() ? runs->front().id : "";
}

void add_steps(FakeMail& mail) {
  mail.add_message(3);
  mail.add_message(1);
  mail.add_file("Maildir/new/1000.M1.host");
}

Result<Run> recover(FakeMail& mail, Way way) {
  const files::Root state = mail.state();
  auto remedy = FakeHost::remedy(state);
  const std::string id = only_run(*remedy);
  if (id.empty()) return fail(ErrorKind::not_found, "never began");
  return way == Way::resume ? remedy->resume(id) : remedy->undo(id);
}

void expect_cleaned(const FakeMail& mail, const std::string& more, const std::string& when) {
  EXPECT_EQ(mail.content(), mail.without({1, 3}) + more) << when;
  EXPECT_EQ(mail.names(""), (std::vector<std::string>{"Maildir", "inbox"})) << when;
  EXPECT_TRUE(mail.names("Maildir/new").empty()) << when;
}

bool applied(const FakeMail& mail) {
  const auto run = mail.apply();
  return run && run->state == RunState::applied;
}

void kill_apply(Way way) {
  int n = 0;
  for (bool killed = true; killed; ++n) {
    FakeMail mail;
    add_steps(mail);
    killed = killed_at(n, [&] { return applied(mail); });
    const std::string when = fmt::format("killed at {}", n);
    const auto run = recover(mail, way);
    if (!run && run.error().kind == ErrorKind::not_found) {
      EXPECT_EQ(mail.picture(), mail.original()) << when;
    } else if (way == Way::resume) {
      ASSERT_TRUE(run.has_value()) << when << ": " << run.error().what;
      EXPECT_EQ(run->state, RunState::applied) << when;
      expect_cleaned(mail, "", when);
      EXPECT_EQ(mail.copies().size(), 3u) << when << ": a copy of the rest was left";
    } else {
      ASSERT_TRUE(run.has_value()) << when << ": " << run.error().what;
      EXPECT_EQ(run->state, RunState::undone) << when;
      EXPECT_EQ(mail.picture(), mail.original()) << when;
    }
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(n, 150);
}

TEST(KilledMailbox, IsResumedToItsEndFromEveryInstant) { kill_apply(Way::resume); }
TEST(KilledMailbox, IsUndoneToTheLastTimeFromEveryInstant) { kill_apply(Way::undo); }

TEST(KilledMailbox, IsPutBackFromEveryInstantOfAnUndo) {
  for (const Way way : {Way::resume, Way::undo}) {
    int n = 0;
    for (bool killed = true; killed; ++n) {
      FakeMail mail;
      add_steps(mail);
      ASSERT_TRUE(applied(mail));
      killed = killed_at(n, [&] {
        const auto run = mail.undo();
        return run && run->state == RunState::undone;
      });
      const std::string when = fmt::format("undo killed at {}", n);
      const files::Root state = mail.state();
      auto remedy = FakeHost::remedy(state);
      const std::string id = only_run(*remedy);
      const remedy::Run between = remedy->show(id).value();
      if (between.state == RunState::cut) {
        const auto run = way == Way::resume ? remedy->resume(id) : remedy->undo(id);
        ASSERT_TRUE(run.has_value()) << when << ": " << run.error().what;
        EXPECT_EQ(run->state, RunState::undone) << when;
        EXPECT_EQ(mail.picture(), mail.original()) << when;
      } else if (between.state == RunState::applied) {
        expect_cleaned(mail, "", when);
      } else {
        EXPECT_EQ(between.state, RunState::undone) << when;
        EXPECT_EQ(mail.picture(), mail.original()) << when;
      }
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(n, 100);
  }
}

// Between the kill and the recovery mail is delivered: our lock file is stale to the agent.
TEST(KilledMailbox, LosesNoMailThatArrivesBeforeItIsBroughtToItsEnd) {
  const std::string text = FakeMail::from + "Subject: new\n\nnew mail\n\n";
  for (const Way way : {Way::resume, Way::undo}) {
    int n = 0;
    for (bool killed = true; killed; ++n) {
      FakeMail mail;
      mail.add_message(3);
      killed = killed_at(n, [&] { return applied(mail); });
      const std::string when = fmt::format("killed at {}", n);
      mail.append(text);
      const auto run = recover(mail, way);
      if (!run) {
        ASSERT_EQ(run.error().kind, ErrorKind::not_found) << when << ": " << run.error().what;
        EXPECT_EQ(mail.content(), mail.without({}) + text) << when;
        continue;
      }
      const bool taken = run->steps[0].outcome == StepOutcome::done;
      if (way == Way::undo) {
        EXPECT_FALSE(taken) << when;
      }
      EXPECT_EQ(
          mail.content(),
          mail.without(taken ? std::vector<std::size_t>{3} : std::vector<std::size_t>{}) + text)
          << when;
      EXPECT_EQ(mail.names(""), (std::vector<std::string>{"Maildir", "inbox"})) << when;
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// What somebody else wrote into the midst of a half rewritten mailbox stays.
TEST(KilledMailbox, TouchesNothingThatSomebodyElseRewrote) {
  int other = 0;
  for (int n = 0;; ++n) {
    FakeMail mail;
    mail.add_message(2);
    if (!killed_at(n, [&] { return applied(mail); })) break;
    const std::string now = mail.content();
    if (now == mail.without({}) || now == mail.without({2})) continue;
    ++other;
    const std::string theirs = "From x 12:00:00\n\nall anew\n" + std::string(600, 'y') + "\n";
    mail.replace(theirs);
    const auto run = recover(mail, Way::resume);
    ASSERT_TRUE(run.has_value()) << run.error().what;
    EXPECT_EQ(run->steps[0].outcome, StepOutcome::refused);
    EXPECT_EQ(mail.content(), theirs);
    EXPECT_EQ(mail.copies().size(), 2u);
  }
  EXPECT_GT(other, 0);
}

}  // namespace
}  // namespace antidotary::remedy
