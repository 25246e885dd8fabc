// Method: examinations and plans are built by hand, as the rooms before would; the first line must
// tell the verdict, the rest why and what next.
#include <gmock/gmock.h>

#include "core/text.h"
#include "publish/page.h"
#include "publish/sample.h"
#include "publish/sheet.h"

namespace antidotary::publish {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

host::Finding finding(const std::string& where, const std::string& detail) {
  host::Finding out;
  out.where = where;
  out.detail = detail;
  out.grade = entries::Grade::strong;
  return out;
}

diagnosis::Examination infected() {
  diagnosis::Diagnosis diagnosis;
  diagnosis.entry = "win32/example";
  diagnosis.variants = {"a"};
  diagnosis.verdict = diagnosis::Verdict::infected;
  diagnosis.certainty = diagnosis::Certainty::certain;
  diagnosis.reason = "two kinds of strong evidence agree on variant A";
  diagnosis.evidence_for = {finding("WINDOWS/example.exe", "19,824 bytes, as published")};
  diagnosis.evidence_against = {finding("WINDOWS/zip.tmp", "missing")};
  diagnosis.unknown = {finding("HKCU (bob)", "could not be read")};
  diagnosis::Examination out;
  out.windows = host::WindowsKind::nt;
  out.windows_directory = "WINDOWS";
  out.users = {"alice"};
  out.diagnoses = {diagnosis};
  return out;
}

TEST(Examination, TellsVerdictThenWhyThenWhatNext) {
  const std::string text = examination(sample_encyclopedia(), infected(), "/mnt/disk", {});
  EXPECT_THAT(text, StartsWith("INFECTED: Win32/Example.A, certain\n"));
  std::size_t at = 0;
  for (const std::string part :
       {"Users     alice", "WHY", "two kinds of strong evidence agree on variant A.", "For it",
        "+ WINDOWS/example.exe: 19,824 bytes, as published (strong evidence)", "Against it",
        "- WINDOWS/zip.tmp: missing", "Not known", "? HKCU (bob)", "WHAT TO DO NEXT",
        "antidotary clean /mnt/disk", "antidotary explain win32/example.a"}) {
    const std::size_t found = text.find(part, at);
    ASSERT_NE(found, std::string::npos) << part << "\n" << text;
    at = found;
  }
}

TEST(Examination, SaysThatACleanDiskIsCleanOfWhatIsKnown) {
  diagnosis::Examination clean;
  clean.windows = host::WindowsKind::nt;
  EXPECT_THAT(examination(sample_encyclopedia(), clean, "/d", {}),
              StartsWith("CLEAN: nothing was found of the 1 threat in this encyclopedia\n"));
}

TEST(Examination, ShowsWhatIsTooWeakToCount) {
  diagnosis::Examination clean;
  clean.windows = host::WindowsKind::nt;
  host::Finding slight = finding("WINDOWS/mmc.exe", "");
  slight.entry = "win32/example";
  slight.variant = "a";
  clean.slight = {slight, slight};
  const std::string text = examination(sample_encyclopedia(), clean, "/d", {});
  EXPECT_THAT(text, StartsWith("CLEAN: nothing that counts was found of the 1 threat"));
  EXPECT_THAT(text, HasSubstr("TOO WEAK TO COUNT"));
  EXPECT_THAT(text, HasSubstr("- WINDOWS/mmc.exe (as of Win32/Example.A)"));
  EXPECT_EQ(text.find("mmc.exe"), text.rfind("mmc.exe"));
}

TEST(Examination, NeverCallsADiskCleanThatCouldNotBeRead) {
  diagnosis::Examination unread;
  unread.unread = {{"WINDOWS/system32/config/SOFTWARE", "permission denied"}};
  const std::string text = examination(sample_encyclopedia(), unread, "/d", {});
  EXPECT_THAT(text, StartsWith("INCOMPLETE: "));
  EXPECT_THAT(text, HasSubstr("? WINDOWS/system32/config/SOFTWARE: permission denied"));
}

TEST(Examination, EscapesHostileNamesAndQuotesPaths) {
  auto hostile = infected();
  hostile.users = {"eve\x1b[2J"};
  hostile.diagnoses[0].evidence_for[0].where =
      "WINDOWS/\xe2\x80\xae"
      "fdp.exe";
  const std::string text = examination(sample_encyclopedia(), hostile, "/mnt/it's", {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(text, HasSubstr("antidotary clean '/mnt/it'\\''s'"));
}

TEST(Examination, ColoursWithoutChangingTheWords) {
  const std::string plain = examination(sample_encyclopedia(), infected(), "/d", {80, false});
  std::string coloured = examination(sample_encyclopedia(), infected(), "/d", {80, true});
  EXPECT_THAT(coloured, StartsWith("\x1b[31mINFECTED\x1b[0m"));
  for (std::size_t at = 0; (at = coloured.find('\x1b', at)) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }
  EXPECT_EQ(coloured, plain);
}

TEST(DiagnosisLines, ShowThePathOfContainers) {
  auto diagnosis = infected().diagnoses[0];
  diagnosis.verdict = diagnosis::Verdict::lure;
  diagnosis.certainty = diagnosis::Certainty::probable;
  diagnosis.evidence_for[0].container = {"mail.mbox", "message 3", "message.zip"};
  const std::string text = diagnosis_lines(sample_encyclopedia(), diagnosis, {});
  EXPECT_THAT(text, StartsWith("LURE: Win32/Example.A, probable: "));
  EXPECT_THAT(text, HasSubstr("\n  mail.mbox > message 3 > message.zip\n"));
}

plan::Step step(std::uint32_t number, plan::Act act, const std::string& what) {
  plan::Step out;
  out.number = number;
  out.act = act;
  out.what = what;
  out.reason = "worm body of Win32/Example.A";
  return out;
}

TEST(PlanText, TellsWhatIsDoneApartFromWhatIsLeft) {
  plan::Plan plan;
  plan.root = "/mnt/disk";
  plan.steps = {step(1, plan::Act::remove_value, "Remove the value Example"),
                step(2, plan::Act::quarantine_file, "Move WINDOWS/exe.tmp into quarantine"),
                step(3, plan::Act::advise, "Install MS02-015")};
  plan.steps[0].expected_after = "the value is gone";
  plan.steps[1].left = "its size is not a published one";
  plan.warnings = {"take a copy first"};
  const std::string text = plan_text(plan, {});
  EXPECT_THAT(text, HasSubstr("1 step to carry out, 2 listed and left. Nothing has been changed"));
  const std::size_t done = text.find("TO BE CARRIED OUT");
  const std::size_t left = text.find("LISTED AND LEFT TO YOU");
  ASSERT_LT(done, left);
  EXPECT_LT(text.find("1. Remove the value Example"), left);
  EXPECT_GT(text.find("2. Move WINDOWS/exe.tmp"), left);
  EXPECT_THAT(text, HasSubstr("left:  its size is not a published one"));
  EXPECT_THAT(text, HasSubstr("! take a copy first"));
  EXPECT_THAT(text, HasSubstr("--apply"));
}

TEST(PlanText, SaysThatThereIsNothingToDo) {
  const std::string text = plan_text(plan::Plan{}, {});
  EXPECT_THAT(text, HasSubstr("There is nothing to do."));
  EXPECT_THAT(text, Not(HasSubstr("--apply")));
}

}  // namespace
}  // namespace antidotary::publish
