// A message of a Maildir is moved out though a mail program renamed it meanwhile, and moved back.
#include "remedy/maildir.h"

#include <gmock/gmock.h>

#include <fstream>

#include "remedy/fake_mail.h"

namespace antidotary::remedy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* arrived = "Maildir/new/1000.M1.host";
constexpr const char* seen = "Maildir/cur/1000.M1.host:2,S";

StepOutcome outcome(const Result<Run>& run) {
  EXPECT_TRUE(run.has_value());
  return run ? run->steps[0].outcome : StepOutcome::pending;
}

void move(const FakeMail& mail, const char* from, const char* to) {
  std::filesystem::rename(mail.path(from), mail.path(to));
}

TEST(MaildirStep, IsMovedOutAndBack) {
  FakeMail mail;
  mail.add_file(arrived);
  EXPECT_EQ(outcome(mail.apply()), StepOutcome::done);
  EXPECT_THAT(mail.names("Maildir/new"), IsEmpty());
  EXPECT_EQ(outcome(mail.undo()), StepOutcome::undone);
  EXPECT_EQ(mail.picture(), mail.original());
}

TEST(MaildirStep, IsFoundUnderItsNewNameWithItsNewFlags) {
  FakeMail mail;
  mail.add_file(arrived);
  move(mail, arrived, seen);
  const std::string moved = mail.picture();
  EXPECT_EQ(outcome(mail.apply()), StepOutcome::done);
  EXPECT_THAT(mail.names("Maildir/cur"), IsEmpty());
  // It goes back to where it was taken from.
  EXPECT_EQ(outcome(mail.undo()), StepOutcome::undone);
  EXPECT_EQ(mail.picture(), moved);
  EXPECT_EQ(outcome(mail.undo()), StepOutcome::done);
  EXPECT_THAT(mail.names("Maildir/cur"), IsEmpty());
}

TEST(MaildirStep, IsRefusedWhereAnotherFileBearsItsUniqueName) {
  FakeMail mail;
  mail.add_file(arrived);
  std::filesystem::copy(mail.path(arrived), mail.path(seen));
  std::filesystem::remove(mail.path(arrived));
  EXPECT_EQ(outcome(mail.apply()), StepOutcome::refused);
  EXPECT_THAT(mail.names("Maildir/cur"), ElementsAre("1000.M1.host:2,S"));
}

TEST(MaildirStep, IsRefusedWhereItsContentChanged) {
  FakeMail mail;
  mail.add_file(arrived);
  move(mail, arrived, seen);
  { std::ofstream(mail.path(seen), std::ios::app) << "more"; }
  EXPECT_EQ(outcome(mail.apply()), StepOutcome::refused);
}

TEST(MaildirStep, IsNotSoughtOutsideOfAMaildir) {
  FakeMail mail;
  mail.add_file(arrived);
  std::filesystem::remove(mail.path("Maildir/tmp"));
  move(mail, arrived, seen);
  EXPECT_EQ(outcome(mail.apply()), StepOutcome::refused);
}

// Mail programs look again at a folder whose time has moved on.
TEST(MaildirStep, MovesTheFoldersTimeOn) {
  FakeMail mail;
  mail.add_file(arrived);
  const timespec old[2] = {{1'056'700'000, 0}, {1'056'700'000, 0}};
  ::utimensat(AT_FDCWD, mail.path("Maildir/new").c_str(), old, 0);
  EXPECT_EQ(outcome(mail.apply()), StepOutcome::done);
  EXPECT_EQ(outcome(mail.undo()), StepOutcome::undone);
  struct stat status {};
  ASSERT_EQ(::stat(mail.path("Maildir/new").c_str(), &status), 0);
  EXPECT_GT(status.st_mtim.tv_sec, 1'700'000'000);
}

TEST(Maildir, NamesKeepTheirFirstPart) {
  EXPECT_EQ(maildir_unique("1000.M1.host:2,S"), "1000.M1.host");
  EXPECT_EQ(maildir_unique("1000.M1.host"), "1000.M1.host");
}

}  // namespace
}  // namespace antidotary::remedy
