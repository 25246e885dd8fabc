#include "plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/record.h"
#include "core/text.h"
#include "diagnosis/sample_family.h"
#include "host/sample_disk.h"
#include "plan/old_data.h"
#include "plan/order.h"
#include "plan/protected.h"
#include "plan/signatures.h"

namespace antidotary::plan {
namespace {

using diagnosis::body;
using diagnosis::change;
using diagnosis::family;
using diagnosis::run_value;
using host::SampleDisk;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string sized = "sizes = [19824]";
const std::string winlogon = "Microsoft\\Windows NT\\CurrentVersion\\Winlogon";

Plan plan_for(const entries::Encyclopedia& all, SampleDisk& disk) {
  EXPECT_FALSE(all.entries().empty());
  return make_plan(all, diagnosis::examine(all, disk.look()), "/mnt/xp");
}

/// "act target-or-what" of each step; "left" in front where it is only listed.
std::vector<std::string> outline(const Plan& plan) {
  std::vector<std::string> out;
  for (const Step& step : plan.steps) {
    const std::string act(enum_name(step.act));
    const std::string target =
        step.file       ? step.file->path
        : step.registry ? step.registry->value.empty() ? step.registry->key : step.registry->value
                        : step.entry;
    out.push_back((step.left.empty() ? "" : "left ") + act + ' ' + target);
  }
  return out;
}

SampleDisk& infect(SampleDisk& disk) {
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.tree.file_of("WINDOWS/videodrv.exe", 19824);
  return disk.lay();
}

std::string handler(const std::string& more = "") {
  return change("registry", "handler",
                "key = 'HKCR\\exefile\\shell\\open\\command'\nvalue = ''\n"
                "data = '\"%windir%\\videodrv.exe\" \"%1\" %*'\nold = 'default'\n"
                "old_data = '\"%1\" %*'\nbefore = ['videodrv.exe']\n" +
                    more);
}

void hijack(SampleDisk& disk) {
  disk.software.at("Classes\\exefile\\shell\\open\\command")
      .set_text("", "\"C:\\WINDOWS\\videodrv.exe\" \"%1\" %*");
}

TEST(MakePlan, IsEmptyForAHonestTree) {
  SampleDisk disk;
  disk.lay();
  const Plan plan = plan_for(family({{"a", body("w.exe") + run_value("V", "w.exe")}}), disk);
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_THAT(plan.warnings, IsEmpty());
  EXPECT_FALSE(plan.changes_anything());
}

TEST(MakePlan, TakesTheRegistryBackBeforeTheFile) {
  SampleDisk disk;
  infect(disk);
  const auto all = family({{"a", body("videodrv.exe", sized + "\nrole = 'worm body'") +
                                     run_value("V", "videodrv.exe")}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan), ElementsAre("remove_value V", "quarantine_file WINDOWS/videodrv.exe"));
  ASSERT_EQ(plan.steps.size(), 2u);
  EXPECT_EQ(plan.steps[0].number, 1u);
  EXPECT_EQ(plan.steps[1].what, "Move WINDOWS/videodrv.exe into quarantine");
  EXPECT_EQ(plan.steps[1].reason, "worm body of Win32/Family.a (change videodrv.exe)");
  EXPECT_EQ(plan.steps[1].expected_after, "WINDOWS/videodrv.exe is gone");
  EXPECT_EQ(plan.root, "/mnt/xp");
  EXPECT_TRUE(plan.changes_anything());
}

TEST(MakePlan, ObeysTheEntrysOrder) {
  SampleDisk disk;
  infect(disk);
  disk.tree.file("WINDOWS/last.exe");
  const auto all =
      family({{"a", body("last.exe") + body("videodrv.exe", sized + "\nbefore = ['run-V']") +
                        run_value("V", "videodrv.exe", "old = 'absent'\nbefore = ['last.exe']")}});
  EXPECT_THAT(outline(plan_for(all, disk)),
              ElementsAre("quarantine_file WINDOWS/videodrv.exe", "remove_value V",
                          "quarantine_file WINDOWS/last.exe"));
}

TEST(MakePlan, MendsLinesBeforeTheFilesThatTheyStart) {
  SampleDisk disk;
  infect(disk);
  disk.tree.file("WINDOWS/win.ini", "[windows]\r\nrun=a.exe,videodrv.exe\r\n")
      .file("WINDOWS/system.ini", "[boot]\r\nshell=explorer.exe videodrv.exe\r\n");
  const std::string run = "directory='%windir%'\nname='win.ini'\nsection='windows'\nkey='run'\n";
  const std::string shell =
      "directory='%windir%'\nname='system.ini'\nsection='boot'\nkey='shell'\n";
  const auto all = family(
      {{"a", body("videodrv.exe", sized) +
                 change("ini", "run", run + "data='videodrv.exe'\nbefore=['videodrv.exe']") +
                 change("ini", "shell",
                        shell + "data='explorer.exe videodrv.exe'\nbefore=['videodrv.exe']")}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan),
              ElementsAre("edit_line WINDOWS/win.ini", "edit_line WINDOWS/system.ini",
                          "quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_EQ(as_text(plan.steps[0].line->after), "run=a.exe             ");
  // A list whose program is gone starts nothing; a shell that is gone shows nothing.
  EXPECT_FALSE(plan.steps[1].waits_for);
  EXPECT_THAT(plan.steps[2].waits_for.value_or(std::vector<std::uint32_t>{}), ElementsAre(2u));
  // No source says what the shell was, but Windows shows no desktop without one.
  EXPECT_EQ(as_text(plan.steps[1].line->after), "shell=Explorer.exe             ");
  EXPECT_EQ(plan.steps[1].line->before.size(), plan.steps[1].line->after.size());
}

// The state folder keeps the plan of every run, whatever build made it.
TEST(Plan, OfAnEarlierBuildIsRead) {
  const auto json = Json::parse(R"({"version":1,"root":"/mnt","warnings":[],"steps":[{"number":1,
    "act":"remove_value","entry":"win32/a","variant":"a","change":"run","what":"w","reason":"r",
    "expected_after":"e","left":"","registry":{"hive":"WINDOWS/system32/config/SOFTWARE",
    "hive_node":{"name":"SOFTWARE","kind":"file","size_bytes":1,"modified_unix_ns":2,"device":3,
    "inode":4,"mode":5,"links":1},"root":"HKLM\\SOFTWARE","key":"Run","value":"V",
    "whole_key":false,"subkeys":0,"values":0,"type":1,"data":"6100"},"new_type":0,
    "new_data":""}]})");
  ASSERT_TRUE(json.has_value()) << json.error().what;
  const auto plan = record_from_json<Plan>(*json);
  ASSERT_TRUE(plan.has_value()) << plan.error().what;
  EXPECT_EQ(plan->steps[0].act, Act::remove_value);
  EXPECT_FALSE(plan->steps[0].line);
}

TEST(MakePlan, MakesOneStepOfALineWhateverIsTakenOutOfIt) {
  SampleDisk disk;
  infect(disk);
  disk.tree.file("WINDOWS/win.ini", "[windows]\r\nrun=a.exe,videodrv.exe,other.exe,videodrv.exe");
  const std::string run = "directory='%windir%'\nname='win.ini'\nsection='windows'\nkey='run'\n";
  const auto all = family(
      {{"a", body("videodrv.exe", sized) + change("ini", "run", run + "data='videodrv.exe'") +
                 change("ini", "other", run + "data='other.exe'")}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan),
              ElementsAre("edit_line WINDOWS/win.ini", "quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_EQ(as_text(plan.steps[0].line->before), "run=a.exe,videodrv.exe,other.exe,videodrv.exe");
  EXPECT_EQ(as_text(plan.steps[0].line->after), "run=a.exe" + std::string(36, ' '));
  EXPECT_THAT(plan.steps[0].what, HasSubstr("other.exe"));
}

TEST(MakePlan, NeverTakesBackWhatAnotherVariantKeeps) {
  SampleDisk disk;
  infect(disk);
  const std::string kept = "old = 'absent'\nkeep = 'it is quiet'";
  for (const bool first : {true, false}) {
    const std::string a = body("videodrv.exe", sized) +
                          run_value("V", "videodrv.exe", first ? kept : "old = 'absent'");
    const std::string b = body("videodrv.exe", sized) +
                          run_value("V", "videodrv.exe", first ? "old = 'absent'" : kept);
    const Plan plan = plan_for(family({{"a", a}, {"b", b}}), disk);
    ASSERT_EQ(plan.steps.size(), 2u);
    EXPECT_EQ(plan.steps[0].left, "it is quiet");
  }
}

TEST(MakePlan, LeavesALineWhoseOldTextNobodySays) {
  SampleDisk disk;
  infect(disk);
  disk.tree.file("WINDOWS/win.ini", "[odd]\r\nkey=videodrv.exe\r\n");
  const std::string odd = "directory='%windir%'\nname='win.ini'\nsection='odd'\nkey='key'\n";
  const auto all = family(
      {{"a", body("videodrv.exe", sized) + change("ini", "odd", odd + "data='videodrv.exe'")}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan), ElementsAre("left edit_line WINDOWS/win.ini",
                                         "quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_THAT(plan.steps[0].left, HasSubstr("no source says"));
}

TEST(MakePlan, BlanksALineOfTheHostsFile) {
  SampleDisk disk;
  infect(disk);
  disk.tree.file("WINDOWS/system32/drivers/etc/hosts", "127.0.0.1 localhost\n0.0.0.0 av.example\n");
  const auto all =
      family({{"a", body("videodrv.exe", sized) + change("hosts", "line", "line='* av.example'")}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan), ElementsAre("edit_line WINDOWS/system32/drivers/etc/hosts",
                                         "quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_EQ(as_text(plan.steps[0].line->after), std::string(18, ' '));
}

TEST(MakePlan, LeavesWhatAnEntryKeeps) {
  SampleDisk disk;
  infect(disk);
  const auto all =
      family({{"a", body("videodrv.exe", sized) +
                        run_value("V", "videodrv.exe", "old = 'absent'\nkeep = 'it is quiet'")}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan),
              ElementsAre("left remove_value V", "quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_EQ(plan.steps[0].left, "it is quiet");
}

TEST(MakePlan, RestoresAHandlerBeforeTheFileThatItStarts) {
  SampleDisk disk;
  hijack(disk);
  infect(disk);
  const auto all = family({{"a", body("videodrv.exe", sized) + handler()}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan), ElementsAre("restore_value Classes\\exefile\\shell\\open\\command",
                                         "quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_EQ(plan.steps[0].new_type, regf::reg_sz);
  EXPECT_EQ(plan.steps[0].new_data, regf::data_of_text("\"%1\" %*"));
}

TEST(MakePlan, LeavesTheFileWhereItsHandlerIsLeft) {
  SampleDisk disk;
  hijack(disk);
  infect(disk).make_dirty(disk.software_path());
  const Plan plan = plan_for(family({{"a", body("videodrv.exe", sized) + handler()}}), disk);
  EXPECT_THAT(outline(plan),
              ElementsAre("left restore_value Classes\\exefile\\shell\\open\\command",
                          "left quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_THAT(plan.steps[0].left, HasSubstr("shut it down fully"));
  EXPECT_THAT(plan.steps[1].left, HasSubstr("must come after"));
  EXPECT_THAT(plan.warnings, ElementsAre(HasSubstr("changes in its log")));
  EXPECT_FALSE(plan.changes_anything());
}

TEST(MakePlan, LeavesTheFileWhereItsHandlerCouldNotBeRead) {
  SampleDisk disk;
  infect(disk).tree.refuse(disk.software_path());
  const auto all = family({{"a", body("videodrv.exe", sized, "conclusive") + handler()}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan), ElementsAre("left quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_THAT(plan.warnings, ElementsAre(HasSubstr("could not be wholly read")));
}

TEST(MakePlan, TakesTheFileEvenWhereItsRunValueIsLeft) {
  SampleDisk disk;
  infect(disk).make_dirty(disk.software_path());
  const auto all = family(
      {{"a", body("videodrv.exe", sized) +
                 run_value("V", "videodrv.exe", "old = 'absent'\nbefore = ['videodrv.exe']")}});
  EXPECT_THAT(outline(plan_for(all, disk)),
              ElementsAre("left remove_value V", "quarantine_file WINDOWS/videodrv.exe"));
}

TEST(MakePlan, RemovesWeakFilesOnlyWhereConfirmed) {
  SampleDisk disk;
  infect(disk).tree.file_of("WINDOWS/zip.tmp", 3).file("WINDOWS/exe.tmp");
  const auto all =
      family({{"a", body("videodrv.exe", sized) + run_value("V", "videodrv.exe") +
                        body("zip.tmp", "sizes = [3]", "weak") + body("exe.tmp", "", "weak")}});
  EXPECT_THAT(
      outline(plan_for(all, disk)),
      ElementsAre("remove_value V", "quarantine_file WINDOWS/videodrv.exe",
                  "quarantine_file WINDOWS/zip.tmp", "left quarantine_file WINDOWS/exe.tmp"));
}

TEST(MakePlan, TakesEachTargetOnceWhereVariantsCannotBeToldApart) {
  SampleDisk disk;
  infect(disk).tree.file("WINDOWS/info.sys");
  const std::string same = body("videodrv.exe", sized) + run_value("V", "videodrv.exe");
  const auto all = family({{"i", same + body("info.sys")}, {"j", same + body("info.sys")}});
  EXPECT_THAT(outline(plan_for(all, disk)),
              ElementsAre("remove_value V", "quarantine_file WINDOWS/videodrv.exe",
                          "quarantine_file WINDOWS/info.sys"));
}

TEST(MakePlan, TakesTracesAway) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay();
  const auto all = family({{"a", body("videodrv.exe") + run_value("V", "videodrv.exe")}});
  EXPECT_THAT(outline(plan_for(all, disk)), ElementsAre("remove_value V"));
}

TEST(MakePlan, OnlyAdvisesWhereThereIsButSuspicion) {
  SampleDisk disk;
  disk.run("Else", "C:\\WINDOWS\\videodrv.exe");
  disk.tree.file("WINDOWS/videodrv.exe");
  disk.lay();
  const auto all = family({{"a", body("videodrv.exe") + run_value("V", "videodrv.exe")}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan), ElementsAre("advise win32/family"));
  EXPECT_FALSE(plan.changes_anything());
}

TEST(MakePlan, NeverRemovesWhatWindowsNeeds) {
  SampleDisk disk;
  disk.lay();
  const auto all = family({{"a", body("explorer.exe", "", "conclusive")}});
  const Plan plan = plan_for(all, disk);
  EXPECT_THAT(outline(plan), ElementsAre("left quarantine_file WINDOWS/explorer.exe"));
  EXPECT_THAT(plan.steps[0].left, HasSubstr("Windows needs"));
}

TEST(MakePlan, GivesTheShellItsDefaultInsteadOfRemovingIt) {
  SampleDisk disk;
  disk.software.at(winlogon).set_text("Shell", "Explorer.exe C:\\WINDOWS\\videodrv.exe");
  disk.software.at(winlogon).set_text("Userinit", "C:\\WINDOWS\\videodrv.exe");
  infect(disk);
  const std::string key = "key = 'HKLM\\SOFTWARE\\" + winlogon + "'\n";
  const auto all = family({{"a", body("videodrv.exe", sized) +
                                     change("registry", "shell",
                                            key + "value = 'Shell'\nold = 'unknown'\n"
                                                  "data = 'Explorer.exe %windir%\\videodrv.exe'") +
                                     change("registry", "init",
                                            key + "value = 'Userinit'\nold = 'absent'\n"
                                                  "data = '%windir%\\videodrv.exe'")}});
  const Plan plan = plan_for(all, disk);
  ASSERT_THAT(outline(plan), ElementsAre("restore_value Shell", "restore_value Userinit",
                                         "quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_EQ(plan.steps[0].new_data, regf::data_of_text("Explorer.exe"));
  EXPECT_EQ(plan.steps[1].new_data, regf::data_of_text("C:\\WINDOWS\\system32\\userinit.exe,"));
}

TEST(MakePlan, RemovesAValueOfUnknownPastOnlyWhereItMerelyStartsThings) {
  SampleDisk disk;
  disk.software.at("Odd").set_text("X", "C:\\WINDOWS\\videodrv.exe");
  infect(disk);
  const auto all = family(
      {{"a", body("videodrv.exe", sized) + run_value("V", "videodrv.exe", "old = 'unknown'") +
                 change("registry", "odd",
                        "key = 'HKLM\\SOFTWARE\\Odd'\nvalue = 'X'\n"
                        "data = '%windir%\\videodrv.exe'\nold = 'unknown'")}});
  EXPECT_THAT(outline(plan_for(all, disk)), ElementsAre("remove_value V", "left remove_value X",
                                                        "quarantine_file WINDOWS/videodrv.exe"));
}

TEST(MakePlan, RemovesAKeyOnlyWhereNothingIsBelow) {
  SampleDisk disk;
  disk.software.at("Bare").set_text("One", "x");
  disk.software.at("Full\\Child");
  infect(disk);
  const auto key = [](const std::string& name) {
    return change("registry", name,
                  "key = 'HKLM\\SOFTWARE\\" + name + "'\naction = 'create-key'\nold = 'absent'");
  };
  const auto all = family({{"a", body("videodrv.exe", sized) + key("Full") + key("Bare")}});
  const Plan plan = plan_for(all, disk);
  ASSERT_THAT(outline(plan), ElementsAre("left remove_key Full", "remove_key Bare",
                                         "quarantine_file WINDOWS/videodrv.exe"));
  EXPECT_THAT(plan.steps[1].what, HasSubstr("and its 1 value"));
  EXPECT_EQ(plan.steps[1].registry->values, 1u);
}

TEST(MakePlan, SaysWhereTheEncyclopediaHasForgottenAChange) {
  SampleDisk disk;
  infect(disk);
  const auto all = family({{"a", body("videodrv.exe", sized, "conclusive")}});
  const auto seen = diagnosis::examine(all, disk.look());
  const Plan plan = make_plan(family({{"a", body("other.exe")}}), seen, "");
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_THAT(plan.warnings, ElementsAre(HasSubstr("does not hold")));
}

TEST(MakePlan, SurvivesJson) {
  SampleDisk disk;
  hijack(disk);
  infect(disk);
  const Plan plan = plan_for(family({{"a", body("videodrv.exe", sized) + handler()}}), disk);
  const auto json = Json::parse(to_json(plan).dump());
  ASSERT_TRUE(json);
  const auto back = record_from_json<Plan>(*json);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(to_json(*back).dump(), to_json(plan).dump());
}

FoundLure found_lure(std::vector<std::string> path, bool container) {
  FoundLure out;
  out.diagnosis.entry = "win32/family";
  out.diagnosis.verdict = diagnosis::Verdict::lure;
  out.diagnosis.variants = {"a"};
  host::Finding finding;
  finding.entry = "win32/family";
  finding.variant = "a";
  finding.change = "lure";
  finding.kind = "message";
  finding.outcome = host::Outcome::found;
  finding.where = join(path, " > ");
  finding.container = std::move(path);
  out.diagnosis.evidence_for = {finding};
  out.file.container = container;
  out.file.fact.path = "inbox/" + finding.container.front();
  out.file.fact.sha256 = std::string(64, 'a');
  return out;
}

entries::Encyclopedia with_lure() {
  return family({{"a", change("message", "lure",
                              "subject = 'your account'\n"
                              "attachment = ['message.zip']")}});
}

TEST(MakePlan, MovesALooseMessageWhole) {
  const auto one = found_lure({"x.eml", "message.zip", "message.html"}, false);
  const Plan plan = make_plan(with_lure(), {one, one}, "/mail");
  EXPECT_THAT(outline(plan), ElementsAre("quarantine_file inbox/x.eml"));
  EXPECT_TRUE(plan.changes_anything());
}

TEST(MakePlan, LeavesAMailboxAlone) {
  const Plan plan = make_plan(
      with_lure(),
      {found_lure({"mail.mbox", "message 1"}, true), found_lure({"mail.mbox", "message 2"}, true)},
      "/mail");
  ASSERT_EQ(plan.steps.size(), 2u);
  EXPECT_THAT(plan.steps[0].left, HasSubstr("mailbox"));
  EXPECT_THAT(plan.steps[1].what, HasSubstr("mail.mbox > message 2"));
  EXPECT_FALSE(plan.changes_anything());
}

TEST(MakePlan, OnlyAdvisesOnASuspiciousMessage) {
  auto lure = found_lure({"x.eml"}, false);
  lure.diagnosis.verdict = diagnosis::Verdict::suspicious;
  EXPECT_FALSE(make_plan(with_lure(), {lure}, "").changes_anything());
}

Draft draft(std::string what, int rank, std::vector<std::size_t> after) {
  Draft out;
  out.step.act = Act::quarantine_file;
  out.step.what = std::move(what);
  out.rank = rank;
  out.after = std::move(after);
  return out;
}

TEST(InOrder, BreaksACycleByLeavingWhatWouldComeTooEarly) {
  const auto steps = in_order({draft("a", 0, {1}), draft("b", 1, {0}), draft("c", 2, {})});
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].what, "c");
  EXPECT_FALSE(steps[1].left.empty());
  EXPECT_FALSE(steps[2].left.empty());
}

TEST(InOrder, IsStableWithinARank) {
  const auto steps = in_order({draft("a", 1, {}), draft("b", 0, {}), draft("c", 1, {})});
  EXPECT_EQ(steps[0].what + steps[1].what + steps[2].what, "bac");
}

TEST(OldDataTest, WritesTheComputersOwnFolders) {
  const auto plain = old_data("%system%\\webcheck.dll", "REG_SZ", 1, "D:\\WINNT");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->type, regf::reg_sz);
  EXPECT_EQ(plain->data, regf::data_of_text("D:\\WINNT\\system32\\webcheck.dll"));
  const auto expanding = old_data("%system%\\webcheck.dll", "REG_SZ", 2, "D:\\WINNT");
  ASSERT_TRUE(expanding);
  EXPECT_EQ(expanding->type, regf::reg_expand_sz);
  EXPECT_EQ(expanding->data, regf::data_of_text("%SystemRoot%\\system32\\webcheck.dll"));
}

TEST(OldDataTest, KeepsWhatIsNoVariable) {
  const auto handler_data = old_data("\"%1\" %*", "REG_SZ", 1, "C:\\WINDOWS");
  ASSERT_TRUE(handler_data);
  EXPECT_EQ(handler_data->type, regf::reg_sz);
  EXPECT_EQ(handler_data->shown, "\"%1\" %*");
  const auto own = old_data("%SystemRoot%\\x.dll", "REG_SZ", 1, "C:\\WINDOWS");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->type, regf::reg_expand_sz);
  EXPECT_EQ(own->shown, "%SystemRoot%\\x.dll");
}

TEST(OldDataTest, RefusesWhatItCannotKnow) {
  EXPECT_FALSE(old_data("%temp%\\x", "REG_SZ", 1, "C:\\WINDOWS"));
  EXPECT_FALSE(old_data("x", "REG_LINK", 6, "C:\\WINDOWS"));
  EXPECT_FALSE(old_data("5000000000", "REG_DWORD", 4, "C:\\WINDOWS"));
  EXPECT_FALSE(old_data("", "REG_DWORD", 4, "C:\\WINDOWS"));
  const auto number = old_data("0x10", "REG_DWORD", 4, "C:\\WINDOWS");
  ASSERT_TRUE(number);
  EXPECT_EQ(number->data, SampleDisk::number(16));
}

TEST(Protected, StandsWhateverFolderIsSaidToBeWindows) {
  EXPECT_TRUE(is_protected("WINDOWS/system32/ntdll.dll", host::WindowsKind::nt, "elsewhere"));
  EXPECT_TRUE(is_protected("WINDOWS/system32/ntdll.dll", host::WindowsKind::none, ""));
  EXPECT_FALSE(is_protected("WINDOWS/system32/taskmon.exe", host::WindowsKind::nt, "elsewhere"));
  for (const char* path :
       {"a/system32/b/OS/System32/ntdll.dll", "system32/ntdll.dll", "OS/SysWOW64/kernel32.dll",
        "OS/system32/dllcache/user32.dll", "WINNT/explorer.exe", "OS/SYSTEM/KERNEL32.DLL"}) {
    EXPECT_TRUE(is_protected(path, host::WindowsKind::nt, "elsewhere")) << path;
  }
  EXPECT_FALSE(is_protected("OS/ntdll.dll", host::WindowsKind::nt, "elsewhere"));
}

TEST(Protected, StandsByPlaceAndNotByName) {
  using host::WindowsKind;
  EXPECT_TRUE(is_protected("WINDOWS/System32/SVCHOST.EXE", WindowsKind::nt, "WINDOWS"));
  EXPECT_TRUE(is_protected("WINDOWS/SysWOW64/svchost.exe", WindowsKind::nt, "WINDOWS"));
  EXPECT_TRUE(is_protected("WINDOWS/system32/dllcache/winlogon.exe", WindowsKind::nt, "WINDOWS"));
  EXPECT_TRUE(is_protected("WINDOWS/system32/config/SAM", WindowsKind::nt, "WINDOWS"));
  EXPECT_TRUE(is_protected("NTLDR", WindowsKind::nt, "WINDOWS"));
  EXPECT_FALSE(is_protected("WINDOWS/svchost.exe", WindowsKind::nt, "WINDOWS"));
  EXPECT_FALSE(is_protected("WINDOWS/winlogon.exe", WindowsKind::nt, "WINDOWS"));
  EXPECT_FALSE(is_protected("WINDOWS/system32/wins/svchost.exe", WindowsKind::nt, "WINDOWS"));
  EXPECT_FALSE(is_protected("WINDOWS/system32/config/x/worm.exe", WindowsKind::nt, "WINDOWS"));
  EXPECT_TRUE(is_protected("WINDOWS/taskmon.exe", WindowsKind::win9x, "WINDOWS"));
  EXPECT_FALSE(is_protected("WINDOWS/system/taskmon.exe", WindowsKind::win9x, "WINDOWS"));
  EXPECT_FALSE(is_protected("WINDOWS/taskmon.exe", WindowsKind::nt, "WINDOWS"));
}

TEST(SignatureSteps, LeaveWhatIsWindowsOwnWhereverTheTreeStands) {
  const auto left = [](const std::string& root, const std::string& path) {
    FoundSignature one;
    one.name = "T.One";
    one.path = {path};
    one.file.fact.path = path;
    one.file.fact.sha256 = std::string(64, '0');
    Plan plan;
    plan.root = root;
    add_signatures(plan, {one}, {});
    return !plan.steps.at(0).left.empty();
  };
  EXPECT_TRUE(left("/mnt/disk", "WINDOWS/system32/ntdll.dll"));
  EXPECT_TRUE(left("/mnt/disk/WINDOWS/system32", "ntdll.dll"));
  EXPECT_TRUE(left("/mnt/disk/WINNT", "explorer.exe"));
  EXPECT_FALSE(left("/home/u/downloads", "explorer.exe"));
  EXPECT_FALSE(left("/mnt/disk", "WINDOWS/system32/videodrv.exe"));
}

}  // namespace
}  // namespace antidotary::plan
