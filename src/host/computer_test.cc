#include "host/computer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/regf/log_specimens.h"
#include "host/sample_disk.h"

namespace antidotary::host {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::string> unread_names(const Computer& computer) {
  std::vector<std::string> out;
  for (const Unread& one : computer.unread()) out.push_back(one.what);
  return out;
}

std::vector<std::string> user_names(const Computer& computer) {
  std::vector<std::string> out;
  for (const User& user : computer.users()) out.push_back(user.name);
  return out;
}

TEST(Computer, ReadsAHiveWithTheChangesOfItsLog) {
  SampleDisk disk;
  disk.lay();
  const Buffer before = disk.tree.content(disk.software_path());
  disk.run("worm", "C:\\WINDOWS\\worm.exe");
  disk.lay();
  const Buffer after = disk.tree.content(disk.software_path());
  disk.tree.bytes(disk.software_path(), regf::dirty(before));
  const std::uint32_t sequence = load_u32_le(before, regf::base::sequence_2);
  disk.tree.bytes(disk.software_path() + ".LOG1", regf::new_log(before, after, sequence));
  Computer& computer = disk.look();
  const auto keys = computer.keys("HKLM\\SOFTWARE\\" + std::string(run_key));
  ASSERT_EQ(keys.size(), 1u);
  const auto found = keys[0].hive->find_value(keys[0].key, "worm");
  EXPECT_TRUE(found && *found);
  EXPECT_TRUE(computer.doubt().empty()) << computer.doubt();
  EXPECT_THAT(computer.dirty_hives(), testing::IsEmpty());
  EXPECT_THAT(computer.replayed_hives(), testing::ElementsAre(disk.software_path()));
}

// What a damaged record is of, nobody knows; asked for by its name, it is not missing.
TEST(Computer, DoubtsWhatIsDamaged) {
  SampleDisk disk;
  disk.lay().tree.damaged("WINDOWS/worm.exe").damaged("WINDOWS/of-no-interest.txt");
  Computer& computer = disk.look();
  EXPECT_THAT(computer.unread(), IsEmpty());
  EXPECT_THAT(computer.files("WINDOWS", "worm.exe", false), IsEmpty());
  EXPECT_THAT(computer.doubt(), HasSubstr("WINDOWS/worm.exe"));
  EXPECT_THAT(unread_names(computer), ElementsAre("WINDOWS/worm.exe"));
}

TEST(Computer, NotesADamagedHiveProfileAndTop) {
  SampleDisk disk;
  disk.lay().tree.damaged(disk.software_path()).damaged("Documents and Settings/bob");
  disk.tree.damaged("WINNT");
  EXPECT_THAT(unread_names(disk.look()),
              UnorderedElementsAre(disk.software_path(), disk.software_path(),
                                   "Documents and Settings/bob", "WINNT"));
}

TEST(Computer, DoubtsALinkInAFilesPlace) {
  SampleDisk disk;
  disk.lay().tree.link("WINDOWS/worm.exe");
  Computer& computer = disk.look();
  EXPECT_THAT(computer.files("WINDOWS", "*", false).size(), 2u);
  EXPECT_EQ(computer.doubt(), "");
  EXPECT_THAT(computer.files("WINDOWS", "worm.exe", false), IsEmpty());
  EXPECT_THAT(computer.doubt(), HasSubstr("is a link"));
  EXPECT_THAT(unread_names(computer), ElementsAre("WINDOWS/worm.exe"));
}

TEST(Computer, FindsWindowsXp) {
  SampleDisk disk;
  Computer& computer = disk.lay().look();
  EXPECT_EQ(computer.kind(), WindowsKind::nt);
  EXPECT_EQ(computer.windows_directory(), "WINDOWS");
  EXPECT_THAT(user_names(computer), ElementsAre("alice"));
  EXPECT_THAT(computer.unread(), IsEmpty());
  EXPECT_THAT(computer.dirty_hives(), IsEmpty());
}

TEST(Computer, FindsWinntWhateverItsCase) {
  SampleDisk disk;
  disk.windows = "WinNt";
  disk.software.at("Microsoft\\Windows NT\\CurrentVersion").set_text("SystemRoot", "C:\\WINNT");
  Computer& computer = disk.lay().look();
  EXPECT_EQ(computer.windows_directory(), "WinNt");
  EXPECT_THAT(computer.folders("%SYSTEM%"), ElementsAre("WinNt/system32"));
  EXPECT_THAT(computer.written_forms("%windir%\\a.exe"), Contains("C:\\WINNT\\a.exe"));
}

TEST(Computer, FindsWindowsUnderAnotherName) {
  SampleDisk disk;
  disk.windows = "Fenster";
  EXPECT_EQ(disk.lay().look().windows_directory(), "Fenster");
}

TEST(Computer, FindsNoWindowsWhereThereIsNone) {
  SampleDisk disk;
  disk.tree.file("home/readme.txt").folder("WINDOWS");
  Computer& computer = disk.look();
  EXPECT_EQ(computer.kind(), WindowsKind::none);
  EXPECT_THAT(computer.folders("%windir%"), IsEmpty());
}

TEST(Computer, SaysThatASecondWindowsWasNotExamined) {
  SampleDisk disk;
  disk.tree.file("WINNT/explorer.exe").folder("WINNT/system32");
  Computer& computer = disk.lay().look();
  EXPECT_EQ(computer.windows_directory(), "WINDOWS");
  EXPECT_THAT(unread_names(computer), ElementsAre("WINNT"));
}

TEST(Computer, RecognisesWindows9xAndSaysThatItsRegistryIsNotRead) {
  SampleDisk disk;
  disk.tree.file("WINDOWS/SYSTEM.DAT", "CREG").file("WINDOWS/USER.DAT", "CREG");
  disk.tree.file("WINDOWS/WIN.COM").folder("WINDOWS/SYSTEM");
  Computer& computer = disk.look();
  EXPECT_EQ(computer.kind(), WindowsKind::win9x);
  EXPECT_THAT(computer.folders("%system%"), ElementsAre("WINDOWS/SYSTEM"));
  EXPECT_THAT(unread_names(computer), ElementsAre("WINDOWS/SYSTEM.DAT", "WINDOWS/USER.DAT"));
  EXPECT_THAT(computer.keys("HKLM\\Software\\Microsoft"), IsEmpty());
  EXPECT_THAT(computer.doubt(), HasSubstr("CREG"));
}

TEST(Computer, FailsWhereTheRootCannotBeListed) {
  FakeTree tree;
  Budget budget;
  tree.refuse("");
  const auto computer = Computer::find(tree, budget);
  ASSERT_FALSE(computer);
  EXPECT_EQ(computer.error().kind, ErrorKind::permission);
}

TEST(Computer, NotesAMissingHive) {
  SampleDisk disk;
  disk.tree.file("WINDOWS/explorer.exe").folder("WINDOWS/system32");
  Computer& computer = disk.look();
  EXPECT_THAT(unread_names(computer), Contains("WINDOWS/system32/config/SOFTWARE"));
  EXPECT_THAT(computer.keys("HKLM\\SOFTWARE"), IsEmpty());
  EXPECT_NE(computer.doubt(), "");
}

TEST(Computer, FindsProfilesUnderLocalisedNames) {
  for (const std::string folder :
       {"Dokumente und Einstellungen", "Documents et settings", "Utenti"}) {
    SampleDisk disk;
    disk.profiles = folder;
    disk.tree.folder(folder + "/All Users");
    Computer& computer = disk.lay().look();
    EXPECT_THAT(user_names(computer), UnorderedElementsAre("alice", "All Users")) << folder;
  }
}

TEST(Computer, FindsProfilesWhereTheRegistrySaysTheyAre) {
  SampleDisk disk;
  disk.software.at("Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\S-1-5-21-1")
      .set("ProfileImagePath", regf::reg_expand_sz,
           regf::data_of_text("%SystemDrive%\\deep\\er\\still\\bob"));
  disk.tree.hive("deep/er/still/bob/NTUSER.DAT", disk.alice);
  EXPECT_THAT(user_names(disk.lay().look()), UnorderedElementsAre("alice", "bob"));
}

TEST(Computer, FindsProfilesBelowWinnt) {
  SampleDisk disk;
  disk.windows = "WINNT";
  disk.profiles = "WINNT/Profiles";
  EXPECT_THAT(user_names(disk.lay().look()), ElementsAre("alice"));
}

TEST(Computer, NamesEveryCandidateThatDiffersOnlyByCase) {
  SampleDisk disk;
  disk.tree.folder("WINDOWS/wins").folder("WINDOWS/WINS");
  EXPECT_THAT(disk.lay().look().folders("%windir%\\Wins"),
              UnorderedElementsAre("WINDOWS/WINS", "WINDOWS/wins"));
}

TEST(Computer, FollowsNoLinkAndSaysSo) {
  SampleDisk disk;
  disk.tree.link("WINDOWS/wins");
  Computer& computer = disk.lay().look();
  EXPECT_THAT(computer.folders("%windir%\\wins"), IsEmpty());
  EXPECT_THAT(computer.doubt(), HasSubstr("link"));
  EXPECT_THAT(unread_names(computer), ElementsAre("WINDOWS/wins"));
}

TEST(Computer, TakesNoNoteOfCompatibilityLinksThatNobodyAskedFor) {
  SampleDisk disk;
  disk.profiles = "Users";
  disk.tree.link("Documents and Settings").link("Users/alice/Application Data");
  Computer& computer = disk.lay().look();
  EXPECT_THAT(computer.folders("%temp%"), Not(IsEmpty()));
  EXPECT_THAT(computer.folders("%appdata%"), IsEmpty());
  EXPECT_THAT(computer.unread(), IsEmpty());
}

TEST(Computer, NeverClimbsEvenWhereATreeListsTheWayUp) {
  SampleDisk disk;
  disk.tree.folder("WINDOWS/..").folder("WINDOWS/../..").folder("../etc");
  Computer& computer = disk.lay().look();
  EXPECT_THAT(computer.folders("%windir%\\..\\.."), IsEmpty());
  EXPECT_THAT(computer.folders("c:\\..\\etc"), IsEmpty());
  EXPECT_THAT(computer.folders("d:\\"), IsEmpty());
  EXPECT_THAT(computer.folders("c:\\"), ElementsAre(""));
}

TEST(Computer, CastsTheSameDoubtEachTimeAFolderCannotBeListed) {
  SampleDisk disk;
  disk.lay().tree.refuse("WINDOWS/system32/drivers").folder("WINDOWS/system32/drivers");
  Computer& computer = disk.look();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(computer.files("WINDOWS/system32/drivers", "x.sys", false), IsEmpty());
    EXPECT_THAT(computer.doubt(), HasSubstr("drivers"));
    computer.folders("%windir%");
    EXPECT_EQ(computer.doubt(), "");
  }
  EXPECT_EQ(computer.unread().size(), 1u);
}

TEST(Computer, KnowsEveryUsersTemporaryFolders) {
  SampleDisk disk;
  disk.tree.folder("Documents and Settings/bob/Lokale Einstellungen/Temp").folder("TEMP");
  disk.tree.folder("elsewhere/tmp");
  disk.alice.at("Environment")
      .set("TEMP", regf::reg_expand_sz, regf::data_of_text("%SystemDrive%\\elsewhere\\tmp"));
  EXPECT_THAT(disk.lay().look().folders("%temp%"),
              UnorderedElementsAre("Documents and Settings/alice/Local Settings/Temp",
                                   "Documents and Settings/bob/Lokale Einstellungen/Temp",
                                   "WINDOWS/Temp", "TEMP", "elsewhere/tmp"));
}

TEST(Computer, SearchesTheInternetCacheBelow) {
  SampleDisk disk;
  const std::string cache = disk.home() + "/Local Settings/Temporary Internet Files";
  disk.tree.file(cache + "/Content.IE5/AB12/foo[1].exe").file(cache + "/foo.exe");
  Computer& computer = disk.lay().look();
  ASSERT_THAT(computer.folders("%internetcache%"), ElementsAre(cache));
  EXPECT_EQ(computer.files(cache, "foo*.exe", true).size(), 2u);
  EXPECT_EQ(computer.files(cache, "foo*.exe", false).size(), 1u);
}

TEST(Computer, SaysWhereFoldersLieTooDeepToBeSearched) {
  SampleDisk disk;
  disk.tree.file("WINDOWS/a/b/c/d/e/f/g/h/i/x.exe").file("WINDOWS/a/b/c/d/e/f/g/y.exe");
  Computer& computer = disk.lay().look();
  EXPECT_THAT(computer.files("WINDOWS", "x.exe", true), IsEmpty());
  EXPECT_THAT(computer.doubt(), HasSubstr("deep"));
  EXPECT_EQ(computer.files("WINDOWS", "y.exe", true).size(), 1u);
}

TEST(Computer, ReadsProgramFilesFromTheRegistry) {
  SampleDisk disk;
  disk.software.at("Microsoft\\Windows\\CurrentVersion").set_text("ProgramFilesDir", "C:\\Progs");
  disk.tree.folder("progs");
  EXPECT_THAT(disk.lay().look().folders("%ProgramFiles%"),
              UnorderedElementsAre("progs", "Program Files"));
}

TEST(Computer, ReadsAFolderOnceHoweverOftenItIsAskedFor) {
  SampleDisk disk;
  Computer& computer = disk.lay().look();
  computer.files("WINDOWS", "a.exe", false);
  const std::size_t before = disk.tree.listings();
  for (int i = 0; i < 100; ++i) computer.files("WINDOWS", "b" + std::to_string(i), false);
  EXPECT_EQ(disk.tree.listings(), before);
}

TEST(Computer, ResolvesTheCurrentControlSet) {
  SampleDisk disk;
  disk.system.at("ControlSet002\\Services\\Worm");
  Computer& computer = disk.lay().look();
  const auto hits = computer.keys("HKLM\\System\\CurrentControlSet\\Services\\worm");
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].fact.key, "ControlSet002\\Services\\Worm");
  EXPECT_EQ(hits[0].fact.root, "HKLM\\SYSTEM");
}

TEST(Computer, LooksForClassesInTheMachineAndInEachUser) {
  SampleDisk disk;
  disk.software.at("Classes\\exefile");
  disk.alice.at("Software\\Classes\\exefile");
  std::vector<std::string> roots;
  for (const KeyHit& hit : disk.lay().look().keys("HKCR\\exefile")) roots.push_back(hit.fact.root);
  EXPECT_THAT(roots, UnorderedElementsAre("HKLM\\SOFTWARE", "HKCU (alice)"));
}

TEST(Computer, LooksWhere64BitWindowsPutsWhatA32BitProgramWrites) {
  SampleDisk disk;
  disk.software.at("Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\Run");
  EXPECT_EQ(disk.lay().look().keys("HKLM\\SOFTWARE\\" + std::string(run_key)).size(), 2u);
}

TEST(Computer, DoubtsEveryAnswerOfADirtyHive) {
  SampleDisk disk;
  disk.lay().make_dirty(disk.software_path());
  Computer& computer = disk.look();
  EXPECT_THAT(computer.keys("HKLM\\SOFTWARE\\Nothing"), IsEmpty());
  EXPECT_THAT(computer.doubt(), HasSubstr("log"));
  EXPECT_THAT(computer.dirty_hives(), ElementsAre(disk.software_path()));
  computer.keys("HKCU\\Nothing");
  EXPECT_EQ(computer.doubt(), "");
}

TEST(Computer, NotesAHiveThatIsNone) {
  SampleDisk disk;
  disk.lay().tree.file(disk.home() + "/NTUSER.DAT", "");
  Computer& computer = disk.look();
  EXPECT_THAT(computer.keys("HKCU\\Software"), IsEmpty());
  EXPECT_NE(computer.doubt(), "");
  EXPECT_THAT(unread_names(computer), ElementsAre(disk.home() + "/NTUSER.DAT"));
}

TEST(Computer, ReadsWhatIsSoundInATruncatedHiveAndSaysThatItIsDamaged) {
  SampleDisk disk;
  disk.lay();
  Buffer& bytes = disk.tree.content(disk.software_path());
  bytes.resize(bytes.size() - 512);
  Computer& computer = disk.look();
  computer.keys("HKLM\\SOFTWARE\\Nothing");
  EXPECT_THAT(computer.doubt(), HasSubstr("damaged"));
  ASSERT_EQ(computer.unread().size(), 1u);
  EXPECT_THAT(computer.unread()[0].reason, HasSubstr("truncated"));
}

TEST(Computer, StopsAtTheBudgetAndSaysSo) {
  SampleDisk disk;
  Limits limits;
  limits.steps_max = 12;
  disk.budget = Budget(limits);
  Computer& computer = disk.lay().look();
  computer.keys("HKLM\\SOFTWARE\\Microsoft");
  computer.folders("%temp%");
  EXPECT_THAT(computer.unread(), Not(IsEmpty()));
}

TEST(WrittenForms, NameTheWaysInWhichWindowsWritesAPath) {
  SampleDisk disk;
  disk.software.at("Microsoft\\Windows NT\\CurrentVersion").set_text("SystemRoot", "D:\\WINDOWS");
  Computer& computer = disk.lay().look();
  const auto forms = computer.written_forms("%system%\\long name here.exe");
  EXPECT_EQ(forms.front(), "D:\\WINDOWS\\system32\\long name here.exe");
  EXPECT_THAT(forms, Contains("%SystemRoot%\\system32\\long name here.exe"));
  EXPECT_THAT(forms, Contains("D:\\WINDOWS\\system32\\longna~1.exe"));
  EXPECT_THAT(computer.written_forms("%windir%\\a.exe"), Contains("a.exe"));
  EXPECT_THAT(computer.written_forms("%windir%\\b\\a.exe"), Not(Contains("b\\a.exe")));
  EXPECT_THAT(computer.written_forms("c:\\a.exe"), Contains("D:\\a.exe"));
  EXPECT_THAT(computer.written_forms("\"%1\" %*"), ElementsAre("\"%1\" %*"));
}

TEST(StartUps, ListRunWinlogonServicesAndStartupFolders) {
  SampleDisk disk;
  disk.run("Pad", "\"C:\\WINDOWS\\notepad.exe\" -x");
  disk.run("Gone", "C:\\WINDOWS\\gone.exe");
  disk.alice.at(std::string("Software\\") + std::string(run_key)).set_text("Bare", "notepad");
  auto& service = disk.system.at("ControlSet002\\Services\\Net");
  service.set("Start", regf::reg_dword, SampleDisk::number(2));
  service.set_text("ImagePath", "\\SystemRoot\\System32\\svchost.exe -k net");
  auto& idle = disk.system.at("ControlSet002\\Services\\Idle");
  idle.set("Start", regf::reg_dword, SampleDisk::number(3));
  idle.set_text("ImagePath", "notepad.exe");
  disk.tree.file(disk.home() + "/Start Menu/Programs/Startup/Word.exe");
  std::map<std::string, std::string> seen;
  for (const StartUp& one : start_ups(disk.lay().look())) seen[one.where] = one.target;
  const std::string machine = "HKLM\\SOFTWARE\\Microsoft\\Windows";
  const std::string startup = disk.home() + "/Start Menu/Programs/Startup/Word.exe";
  const std::map<std::string, std::string> expected = {
      {machine + "\\CurrentVersion\\Run: Pad", "WINDOWS/notepad.exe"},
      {machine + "\\CurrentVersion\\Run: Gone", ""},
      {"HKCU (alice)\\Software\\Microsoft\\Windows\\CurrentVersion\\Run: Bare",
       "WINDOWS/notepad.exe"},
      {machine + " NT\\CurrentVersion\\Winlogon: Shell", "WINDOWS/explorer.exe"},
      {machine + " NT\\CurrentVersion\\Winlogon: Userinit", "WINDOWS/system32/userinit.exe"},
      {"HKLM\\SYSTEM\\ControlSet002\\Services\\Net: ImagePath", "WINDOWS/system32/svchost.exe"},
      {startup, startup}};
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace antidotary::host
