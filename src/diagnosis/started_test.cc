// A weak file counts once the variant's own value starts exactly it, and never otherwise.
#include "diagnosis/started.h"

#include <gtest/gtest.h>

namespace antidotary::diagnosis {
namespace {

std::vector<host::Finding> findings() {
  host::Finding file;
  file.variant = "d";
  file.kind = "file";
  file.grade = entries::Grade::weak;
  file.outcome = host::Outcome::found;
  file.file = host::FileFact{"WINDOWS/winlogon.exe", {}, "00"};
  host::Finding value;
  value.variant = "d";
  value.kind = "registry";
  value.grade = entries::Grade::strong;
  value.outcome = host::Outcome::found;
  value.confirmed = true;
  value.where = "Run: ICQ Net";
  value.registry = host::RegistryFact{};
  return {file, value};
}

entries::Grade grade_of_file(std::vector<host::Finding> given,
                             const std::vector<host::StartUp>& start_ups) {
  raise_started(given, start_ups);
  return given[0].grade;
}

std::vector<host::StartUp> start(const std::string& where) {
  host::StartUp out;
  out.where = where;
  out.command = "C:\\WINDOWS\\winlogon.exe -stealth";
  out.target = "WINDOWS/winlogon.exe";
  return {out};
}
const std::vector<host::StartUp> started = start("Run: ICQ Net");

TEST(Started, RaisesTheFileThatTheValueStarts) {
  EXPECT_EQ(grade_of_file(findings(), started), entries::Grade::strong);
}

TEST(Started, LeavesAFileThatSomethingElseStarts) {
  EXPECT_EQ(grade_of_file(findings(), start("Run: Tray")), entries::Grade::weak);
  EXPECT_EQ(grade_of_file(findings(), {}), entries::Grade::weak);
}

TEST(Started, LeavesAFileWhoseValueIsInexactOrOfAnotherVariant) {
  auto inexact = findings();
  inexact[1].confirmed = false;
  EXPECT_EQ(grade_of_file(inexact, started), entries::Grade::weak);
  auto other = findings();
  other[1].variant = "c";
  EXPECT_EQ(grade_of_file(other, started), entries::Grade::weak);
}

}  // namespace
}  // namespace antidotary::diagnosis
