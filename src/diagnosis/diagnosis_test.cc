#include "diagnosis/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/record.h"
#include "diagnosis/sample_family.h"
#include "host/sample_disk.h"

namespace antidotary::diagnosis {
namespace {

using host::SampleDisk;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string sized = "sizes = [19824]";

Examination examine_disk(const entries::Encyclopedia& encyclopedia, SampleDisk& disk) {
  return examine(encyclopedia, disk.look());
}

/// The one diagnosis of an examination, or an empty one.
Diagnosis only(const Examination& examination) {
  EXPECT_EQ(examination.diagnoses.size(), 1u);
  return examination.diagnoses.empty() ? Diagnosis{} : examination.diagnoses.front();
}

TEST(Examine, HonestTreeIsClean) {
  SampleDisk disk;
  disk.lay();
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  const Examination seen = examine_disk(all, disk);
  EXPECT_THAT(seen.diagnoses, IsEmpty());
  EXPECT_EQ(seen.verdict(), Verdict::clean);
  EXPECT_EQ(seen.windows_path, "C:\\WINDOWS");
}

/// win.ini starts `program`, and the change states worm.exe there.
std::string run_line() {
  return change("ini", "run",
                "directory='%windir%'\nname='win.ini'\nsection='windows'\nkey='run'\n"
                "data='worm.exe'");
}

TEST(Examine, ALineAndTheFileThatItStartsConvict) {
  SampleDisk disk;
  disk.lay()
      .tree.file("WINDOWS/worm.exe")
      .file("WINDOWS/win.ini", "[windows]\nrun=a.exe worm.exe\n");
  const Diagnosis found = only(examine_disk(one_variant(body("worm.exe") + run_line()), disk));
  EXPECT_EQ(found.verdict, Verdict::infected);
  EXPECT_THAT(found.reason, HasSubstr("(file and ini)"));
}

TEST(Examine, ALineWhoseFileIsAnotherOneCanStillRun) {
  SampleDisk disk;
  disk.lay()
      .tree.file("WINDOWS/system32/worm.exe")
      .file("WINDOWS/win.ini", "[windows]\nrun=a.exe worm.exe\n");
  const Diagnosis found = only(examine_disk(one_variant(body("worm.exe") + run_line()), disk));
  EXPECT_EQ(found.verdict, Verdict::suspicious);
  EXPECT_THAT(found.reason, HasSubstr("it can still run"));
}

TEST(Examine, ALineWhoseFileIsGoneIsATrace) {
  SampleDisk disk;
  disk.lay().tree.file("WINDOWS/win.ini", "[windows]\nrun=worm.exe\n");
  const Diagnosis found = only(examine_disk(one_variant(body("worm.exe") + run_line()), disk));
  EXPECT_EQ(found.verdict, Verdict::traces);
  EXPECT_THAT(found.reason, HasSubstr("lines that it wrote are left"));
}

TEST(Examine, AMarkWithoutAnyFileToLookForMayStillBeThere) {
  SampleDisk disk;
  disk.software.at("Odd").set_text("Mailed", "yes");
  const auto all = one_variant(change(
      "registry", "mark", "key='HKLM\\Software\\Odd'\nvalue='Mailed'\ndata='yes'\nold='absent'"));
  const Diagnosis found = only(examine_disk(all, disk.lay()));
  EXPECT_EQ(found.verdict, Verdict::traces);
  EXPECT_THAT(found.reason, HasSubstr("may still be there"));
}

TEST(Examine, ALineRaisesTheWeakFileThatItStarts) {
  SampleDisk disk;
  disk.lay().tree.file("WINDOWS/worm.exe").file("WINDOWS/win.ini", "[windows]\nrun=worm.exe\n");
  const auto all = one_variant(body("worm.exe", "", "weak") + run_line());
  EXPECT_EQ(only(examine_disk(all, disk)).verdict, Verdict::infected);
}

TEST(Examine, TwoConfirmedKindsAreCertainlyInfected) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 19824);
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  const Diagnosis found = only(examine_disk(all, disk));
  EXPECT_EQ(found.verdict, Verdict::infected);
  EXPECT_EQ(found.certainty, Certainty::certain);
  EXPECT_THAT(found.variants, ElementsAre("a"));
  EXPECT_EQ(found.evidence_for.size(), 2u);
  EXPECT_EQ(found.reason,
            "Win32/Family.a: strong evidence of two kinds (file and registry) agrees");
}

TEST(Examine, UnconfirmedKindsAreProbablyInfected) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file("WINDOWS/videodrv.exe");
  const auto all = one_variant(body("videodrv.exe") + run_value("V", "videodrv.exe"));
  EXPECT_EQ(only(examine_disk(all, disk)).certainty, Certainty::probable);
}

TEST(Examine, MissingStrongEvidenceCostsCertainty) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 19824);
  const auto all =
      one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe") + body("other.exe"));
  const Diagnosis found = only(examine_disk(all, disk));
  EXPECT_EQ(found.verdict, Verdict::infected);
  EXPECT_EQ(found.certainty, Certainty::probable);
  EXPECT_EQ(found.evidence_against.size(), 1u);
}

TEST(Examine, OneConclusiveFindingConvicts) {
  SampleDisk disk;
  disk.lay().tree.file("WINDOWS/absurd.exe");
  const Diagnosis found =
      only(examine_disk(one_variant(body("absurd.exe", "", "conclusive")), disk));
  EXPECT_EQ(found.verdict, Verdict::infected);
  EXPECT_EQ(found.certainty, Certainty::certain);
}

TEST(Examine, AFileThatNothingStartsIsATrace) {
  SampleDisk disk;
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 19824);
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  const Diagnosis found = only(examine_disk(all, disk));
  EXPECT_EQ(found.verdict, Verdict::traces);
  EXPECT_EQ(found.certainty, Certainty::probable);
}

TEST(Examine, AStrongFileThatSomethingElseStartsIsNoTrace) {
  SampleDisk disk;
  disk.run("Unknown", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file("WINDOWS/videodrv.exe");
  const auto all = one_variant(body("videodrv.exe") + run_value("V", "videodrv.exe"));
  EXPECT_EQ(only(examine_disk(all, disk)).verdict, Verdict::suspicious);
}

TEST(Examine, AValueWhoseFileIsGoneIsATrace) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay();
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  EXPECT_EQ(only(examine_disk(all, disk)).verdict, Verdict::traces);
}

TEST(Examine, AValueThatStartsAnUnpublishedFileIsSuspicious) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 7);
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  const Diagnosis found = only(examine_disk(all, disk));
  EXPECT_EQ(found.verdict, Verdict::suspicious);
  EXPECT_EQ(found.evidence_against.size(), 1u);
}

// A handler runs its program whenever a program is opened, whatever an entry says of the file.
entries::Encyclopedia hijacks(const std::string& key) {
  return one_variant(change("registry", "hijack",
                            "key = '" + key +
                                "'\nvalue = ''\ndata = '%windir%\\any.exe \"%1\" %*'\n"
                                "old = \"default\"\nold_data = '\"%1\" %*'"));
}

TEST(Examine, AHijackedHandlerWhoseProgramIsThereCanStillRun) {
  for (const char* key : {"HKCR\\exefile\\shell\\open\\command",
                          "HKLM\\SOFTWARE\\Classes\\exefile\\shell\\open\\command"}) {
    SampleDisk disk;
    disk.software.at("Classes\\exefile\\shell\\open\\command")
        .set_text("", "C:\\WINDOWS\\any.exe \"%1\" %*");
    disk.lay().tree.file("WINDOWS/any.exe");
    const Diagnosis found = only(examine_disk(hijacks(key), disk));
    EXPECT_EQ(found.verdict, Verdict::suspicious) << key;
    EXPECT_THAT(found.reason, HasSubstr("it can still run")) << key;
  }
}

TEST(Examine, AHijackedHandlerOfOneUserCanStillRun) {
  SampleDisk disk;
  disk.alice.at("Software\\Classes\\exefile\\shell\\open\\command")
      .set_text("", "C:\\WINDOWS\\any.exe \"%1\" %*");
  disk.lay().tree.file("WINDOWS/any.exe");
  const auto all = hijacks("HKCU\\Software\\Classes\\exefile\\shell\\open\\command");
  EXPECT_EQ(only(examine_disk(all, disk)).verdict, Verdict::suspicious);
}

TEST(Examine, AHijackedHandlerWhoseProgramIsGoneIsATrace) {
  SampleDisk disk;
  disk.software.at("Classes\\exefile\\shell\\open\\command")
      .set_text("", "C:\\WINDOWS\\any.exe \"%1\" %*");
  disk.lay();
  const auto all = hijacks("HKCR\\exefile\\shell\\open\\command");
  EXPECT_EQ(only(examine_disk(all, disk)).verdict, Verdict::traces);
}

TEST(Examine, AFileOfAnotherSizeAloneIsNothing) {
  SampleDisk disk;
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 7);
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  EXPECT_EQ(examine_disk(all, disk).verdict(), Verdict::clean);
}

TEST(Examine, AFileOfAnotherSizeThatIsStartedIsSuspicious) {
  SampleDisk disk;
  disk.run("Else", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 7);
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  EXPECT_EQ(only(examine_disk(all, disk)).verdict, Verdict::suspicious);
}

TEST(Examine, AValueOfThatNameForAnotherProgramIsNothing) {
  SampleDisk disk;
  disk.run("System", "C:\\WINDOWS\\notepad.exe");
  disk.lay();
  const auto all = one_variant(body("sys32.exe") + run_value("System", "sys32.exe"));
  EXPECT_EQ(examine_disk(all, disk).verdict(), Verdict::clean);
}

TEST(Examine, WeakFindingsCountOnlyTogether) {
  const std::string weak =
      body("exe.tmp", "", "weak") + body("zip.tmp", "sizes = [3]", "weak") +
      body("eml.tmp", "", "weak") +
      change("registry", "policy", "key = 'HKLM\\Software\\Odd'\nvalue = 'X'\nold = 'absent'",
             "weak");
  const auto all = one_variant(weak);
  const auto verdict_with = [&](const std::vector<std::string>& files, bool value) {
    SampleDisk disk;
    if (value) disk.software.at("Odd").set_text("X", "1");
    disk.lay();
    for (const std::string& file : files) disk.tree.file_of("WINDOWS/" + file, 3);
    return examine_disk(all, disk).verdict();
  };
  EXPECT_EQ(verdict_with({"exe.tmp"}, false), Verdict::clean);
  EXPECT_EQ(verdict_with({"zip.tmp"}, false), Verdict::clean);
  EXPECT_EQ(verdict_with({}, true), Verdict::clean);
  EXPECT_EQ(verdict_with({"exe.tmp", "eml.tmp"}, false), Verdict::clean);
  EXPECT_EQ(verdict_with({"exe.tmp", "zip.tmp"}, false), Verdict::suspicious);
  EXPECT_EQ(verdict_with({"exe.tmp"}, true), Verdict::suspicious);
  EXPECT_EQ(verdict_with({"exe.tmp", "zip.tmp", "eml.tmp"}, true), Verdict::suspicious);
}

TEST(Examine, TheVariantOfTheRightSizeIsNamed) {
  const auto all =
      family({{"a", body("videodrv.exe", sized) + run_value("V", "videodrv.exe")},
              {"d", body("videodrv.exe", "sizes = [24608]") + run_value("V", "videodrv.exe")}});
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 24608);
  const Diagnosis found = only(examine_disk(all, disk));
  EXPECT_THAT(found.variants, ElementsAre("d"));
  EXPECT_EQ(found.verdict, Verdict::infected);
  EXPECT_THAT(found.evidence_against, IsEmpty());
}

TEST(Examine, AKnownSizeNamesItsVariantBeforeOneThatStatesNone) {
  const auto all = family({{"e", body("cnfrm.exe") + run_value("C", "cnfrm.exe")},
                           {"f", body("cnfrm.exe", "sizes = [8]") + run_value("C", "cnfrm.exe")}});
  for (const bool is_f : {true, false}) {
    SampleDisk disk;
    disk.run("C", "C:\\WINDOWS\\cnfrm.exe");
    disk.lay().tree.file_of("WINDOWS/cnfrm.exe", is_f ? 8 : 9);
    EXPECT_THAT(only(examine_disk(all, disk)).variants, ElementsAre(is_f ? "f" : "e"));
  }
}

TEST(Examine, VariantsThatTheEvidenceCannotTellApartAreAllNamed) {
  const std::string same = body("svchost32.exe") + run_value("S", "svchost32.exe");
  const auto all = family({{"i", same + body("el388.tmp", "", "weak")}, {"j", same}});
  SampleDisk disk;
  disk.run("S", "C:\\WINDOWS\\svchost32.exe");
  disk.lay().tree.file("WINDOWS/svchost32.exe");
  const Diagnosis both = only(examine_disk(all, disk));
  EXPECT_THAT(both.variants, ElementsAre("i", "j"));
  EXPECT_THAT(both.reason, HasSubstr("Win32/Family.i or Win32/Family.j"));
  disk.tree.file("WINDOWS/el388.tmp");
  EXPECT_THAT(only(examine_disk(all, disk)).variants, ElementsAre("i"));
}

TEST(Examine, MissingEvidenceSpeaksForNoOtherVariant) {
  const std::string same = body("w.exe") + run_value("W", "w.exe");
  const auto all = family({{"a", same + body("more.exe")}, {"b", same}});
  SampleDisk disk;
  disk.run("W", "C:\\WINDOWS\\w.exe");
  disk.lay().tree.file("WINDOWS/w.exe");
  EXPECT_THAT(only(examine_disk(all, disk)).variants, ElementsAre("a", "b"));
}

TEST(Examine, AVariantWithoutChangesIsNeverNamed) {
  const auto all = family({{"a", body("w.exe", "", "conclusive")}, {"b", ""}});
  SampleDisk disk;
  disk.lay().tree.file("WINDOWS/w.exe");
  EXPECT_THAT(only(examine_disk(all, disk)).variants, ElementsAre("a"));
}

TEST(Examine, AGenuineFileOfThatNameIsNothing) {
  const auto all = one_variant(body("svchost.exe", "genuine_twin = '%system%'") +
                               change("file", "wins",
                                      "directory = '%system%\\wins'\nname = 'svchost.exe'\n"
                                      "genuine_twin = '%system%'"));
  SampleDisk disk;
  disk.lay();
  EXPECT_EQ(examine_disk(all, disk).verdict(), Verdict::clean);
}

TEST(Examine, AnUnreadableHiveIsIncompleteAndNeverClean) {
  SampleDisk disk;
  disk.lay().tree.refuse(disk.software_path());
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  const Examination seen = examine_disk(all, disk);
  EXPECT_THAT(seen.diagnoses, IsEmpty());
  EXPECT_EQ(seen.verdict(), Verdict::incomplete);
  ASSERT_EQ(seen.unread.size(), 1u);
  EXPECT_EQ(seen.unread[0].what, disk.software_path());
}

TEST(Examine, AFileBesideAnUnreadableRegistryIsNoMereTrace) {
  SampleDisk disk;
  disk.lay().tree.refuse(disk.software_path()).file_of("WINDOWS/videodrv.exe", 19824);
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  const Diagnosis found = only(examine_disk(all, disk));
  EXPECT_EQ(found.verdict, Verdict::suspicious);
  EXPECT_EQ(found.unknown.size(), 1u);
}

TEST(Examine, ADirtyHiveIsReadAsItStandsAndNamed) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 19824);
  disk.make_dirty(disk.software_path());
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  const Examination seen = examine_disk(all, disk);
  EXPECT_EQ(seen.verdict(), Verdict::infected);
  EXPECT_THAT(seen.dirty_hives, ElementsAre(disk.software_path()));
  SampleDisk other;
  other.lay().make_dirty(other.software_path());
  EXPECT_EQ(examine_disk(all, other).verdict(), Verdict::incomplete);
}

TEST(Examine, ATreeWithoutWindowsIsIncomplete) {
  SampleDisk disk;
  disk.tree.file("letter.txt");
  EXPECT_EQ(examine_disk(one_variant(body("w.exe")), disk).verdict(), Verdict::incomplete);
}

TEST(Examine, AnExaminationSurvivesTheWire) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file_of("WINDOWS/videodrv.exe", 19824);
  const auto all = one_variant(body("videodrv.exe", sized) + run_value("V", "videodrv.exe"));
  const Examination seen = examine_disk(all, disk);
  const auto back = from_wire<Examination>(to_wire(seen));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back).dump(), to_json(seen).dump());
}

TEST(Weigh, OrdersVerdictsFromInfectedToClean) {
  const auto all = one_variant(body("w.exe", "", "conclusive"));
  EXPECT_EQ(weigh(all.entries()[0], {}).verdict, Verdict::clean);
  Examination both;
  both.windows = host::WindowsKind::nt;
  for (const Verdict verdict :
       {Verdict::suspicious, Verdict::lure, Verdict::traces, Verdict::infected}) {
    both.diagnoses.emplace_back().verdict = verdict;
    EXPECT_EQ(both.verdict(), verdict);
  }
}

TEST(Examination, IsNoCleanOneOfAVolumeInDoubt) {
  Examination seen;
  seen.windows = host::WindowsKind::nt;
  EXPECT_EQ(seen.verdict(), Verdict::clean);
  for (const host::Doubt doubt :
       {host::Doubt::hibernated, host::Doubt::unclean_log, host::Doubt::dirty}) {
    seen.doubts = {doubt};
    EXPECT_EQ(seen.verdict(), Verdict::incomplete) << enum_name(doubt);
  }
}

}  // namespace
}  // namespace antidotary::diagnosis
