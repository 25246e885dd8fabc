#include "host/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/digest.h"
#include "entries/kinds/file.h"
#include "entries/kinds/registry.h"
#include "host/commands.h"
#include "host/sample_disk.h"

namespace antidotary::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

entries::FileChange file_change(std::string directory, std::string name) {
  entries::FileChange out;
  out.directory = std::move(directory);
  out.name = std::move(name);
  return out;
}

entries::RegistryChange run_change(std::string value, std::string data) {
  entries::RegistryChange out;
  out.key = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";
  out.value = std::move(value);
  out.value_type = "REG_SZ";
  out.data = std::move(data);
  return out;
}

std::vector<Finding> detect(const entries::Change& change, Computer& computer) {
  return find_kind(change.kind())->detect(change, computer);
}

Finding only(const entries::Change& change, Computer& computer) {
  auto all = detect(change, computer);
  EXPECT_EQ(all.size(), 1u);
  return all.empty() ? Finding{} : all.front();
}

TEST(Kinds, KnowOnlyWhatADiskShows) {
  EXPECT_NE(find_kind("file"), nullptr);
  EXPECT_NE(find_kind("registry"), nullptr);
  EXPECT_NE(find_kind("ini"), nullptr);
  EXPECT_NE(find_kind("hosts"), nullptr);
  for (const std::string_view name : {"mutex", "network", "message", ""}) {
    EXPECT_EQ(find_kind(name), nullptr) << name;
  }
}

TEST(FileKind, FindsANameInItsDirectoryWhateverTheCase) {
  SampleDisk disk;
  disk.tree.file("WINDOWS/VideoDrv.EXE", "inert");
  const Finding found = only(file_change("%windir%", "videodrv.exe"), disk.lay().look());
  EXPECT_EQ(found.outcome, Outcome::found);
  EXPECT_FALSE(found.confirmed);
  ASSERT_TRUE(found.file);
  EXPECT_EQ(found.file->path, "WINDOWS/VideoDrv.EXE");
  EXPECT_EQ(found.file->sha256, sha256_hex(as_bytes(std::string_view("inert"))));
}

TEST(FileKind, IsConfirmedByAnyPublishedSize) {
  SampleDisk disk;
  disk.tree.file_of("WINDOWS/videodrv.exe", 19824);
  auto change = file_change("%windir%", "videodrv.exe");
  change.sizes = {100, 19824};
  const Finding found = only(change, disk.lay().look());
  EXPECT_EQ(found.outcome, Outcome::found);
  EXPECT_TRUE(found.confirmed);
  EXPECT_EQ(found.detail, "19,824 bytes, as published");
}

TEST(FileKind, IsContradictedByAnotherSizeWithoutReadingTheFile) {
  SampleDisk disk;
  disk.tree.file_of("WINDOWS/videodrv.exe", 5);
  auto change = file_change("%windir%", "videodrv.exe");
  change.sizes = {19824};
  EXPECT_EQ(only(change, disk.lay().look()).outcome, Outcome::contradicted);
  EXPECT_EQ(disk.tree.opened().count("WINDOWS/videodrv.exe"), 0u);
}

TEST(FileKind, IsDecidedByEachKindOfDigest) {
  const Buffer worm = to_buffer(as_bytes(std::string_view("worm")));
  SampleDisk disk;
  disk.tree.bytes("WINDOWS/worm.exe", worm);
  Computer& computer = disk.lay().look();
  auto change = file_change("%windir%", "worm.exe");
  change.sha256 = {std::string(64, '0')};
  EXPECT_EQ(only(change, computer).outcome, Outcome::contradicted);
  change.md5 = {hex_digest(DigestKind::md5, worm)};
  EXPECT_EQ(only(change, computer).outcome, Outcome::found);
  change.md5 = {};
  change.sha1 = {hex_digest(DigestKind::sha1, worm)};
  EXPECT_TRUE(only(change, computer).confirmed);
}

// What a link leads to is not looked at, so that nobody knows.
TEST(FileKind, TakesNoLinkAndNoFolderForAFile) {
  SampleDisk disk;
  disk.tree.link("WINDOWS/worm.exe").folder("WINDOWS/system32/worm.exe");
  Computer& computer = disk.lay().look();
  const Finding of_link = only(file_change("%windir%", "worm.exe"), computer);
  EXPECT_EQ(of_link.outcome, Outcome::unknown);
  EXPECT_THAT(of_link.detail, HasSubstr("WINDOWS/worm.exe is a link"));
  EXPECT_EQ(only(file_change("%system%", "worm.exe"), computer).outcome, Outcome::missing);
}

TEST(FileKind, NeverMatchesWhereTheGenuineTwinLives) {
  SampleDisk disk;
  disk.tree.file("WINDOWS/system32/wins/svchost.exe");
  Computer& computer = disk.lay().look();
  auto change = file_change("%windir%\\*", "svchost.exe");
  change.genuine_twin = "%system%";
  EXPECT_EQ(only(change, computer).outcome, Outcome::missing);
  change.directory = "%system%\\wins";
  EXPECT_EQ(only(change, computer).outcome, Outcome::found);
}

TEST(FileKind, SaysUnknownWhereTheFolderOrTheFileCannotBeRead) {
  SampleDisk disk;
  disk.lay().tree.file("WINDOWS/wins/a.exe").file("WINDOWS/b.exe").folder("WINDOWS/c");
  disk.tree.refuse("WINDOWS/wins").refuse("WINDOWS/b.exe", ErrorKind::io).link("WINDOWS/c");
  Computer& computer = disk.look();
  EXPECT_EQ(only(file_change("%windir%\\wins", "a.exe"), computer).outcome, Outcome::unknown);
  EXPECT_EQ(only(file_change("%windir%", "b.exe"), computer).outcome, Outcome::unknown);
  EXPECT_EQ(only(file_change("%windir%\\c", "x.exe"), computer).outcome, Outcome::unknown);
  EXPECT_EQ(only(file_change("%windir%", "d.exe"), computer).outcome, Outcome::missing);
  EXPECT_EQ(computer.unread().size(), 3u);
}

TEST(FileKind, FindsEveryUsersCopy) {
  SampleDisk disk;
  disk.tree.file("Documents and Settings/alice/Local Settings/Temp/w1.exe");
  disk.tree.file("Documents and Settings/bob/Local Settings/Temp/w2.exe");
  EXPECT_EQ(detect(file_change("%temp%", "w?.exe"), disk.lay().look()).size(), 2u);
}

TEST(RegistryKind, FindsItsValueInAnyWayOfWritingThePath) {
  for (const std::string data :
       {"C:\\WINDOWS\\videodrv.exe", "c:\\windows\\VIDEODRV.EXE", "\"C:\\WINDOWS\\videodrv.exe\"",
        "%SystemRoot%\\videodrv.exe", "%windir%\\videodrv.exe", "videodrv.exe"}) {
    SampleDisk disk;
    disk.run("videodriver", data);
    const Finding found =
        only(run_change("VideoDriver", "%windir%\\videodrv.exe"), disk.lay().look());
    EXPECT_EQ(found.outcome, Outcome::found) << data;
    EXPECT_TRUE(found.confirmed) << data;
    EXPECT_EQ(found.where, "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run: videodriver");
    ASSERT_TRUE(found.registry);
    EXPECT_EQ(found.registry->data, regf::data_of_text(data));
  }
}

TEST(RegistryKind, AcceptsOtherArgumentsUnconfirmed) {
  SampleDisk disk;
  disk.run("VideoDriver", "C:\\WINDOWS\\videodrv.exe -again");
  const Finding found =
      only(run_change("VideoDriver", "%windir%\\videodrv.exe"), disk.lay().look());
  EXPECT_EQ(found.outcome, Outcome::found);
  EXPECT_FALSE(found.confirmed);
}

TEST(RegistryKind, IsContradictedByAnotherTarget) {
  SampleDisk disk;
  disk.run("VideoDriver", "C:\\nvidia\\videodrv.exe");
  EXPECT_EQ(only(run_change("VideoDriver", "%windir%\\videodrv.exe"), disk.lay().look()).outcome,
            Outcome::contradicted);
}

TEST(RegistryKind, DoesNotTakeTheDefaultShellForAnExtendedOne) {
  SampleDisk disk;
  auto change = run_change("Shell", "Explorer.exe %system%\\worm.exe");
  change.key = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon";
  EXPECT_EQ(only(change, disk.lay().look()).outcome, Outcome::contradicted);
  SampleDisk sick;
  sick.software.at("Microsoft\\Windows NT\\CurrentVersion\\Winlogon")
      .set_text("Shell", "explorer.exe C:\\WINDOWS\\System32\\worm.exe");
  EXPECT_TRUE(only(change, sick.lay().look()).confirmed);
}

TEST(RegistryKind, IsMissingWhereTheValueHoldsWhatItHeldBefore) {
  const std::string key = "Classes\\exefile\\shell\\open\\command";
  auto change = run_change("", "%windir%\\*.exe");
  change.key = "HKLM\\SOFTWARE\\" + key;
  change.old = entries::RegistryChange::Old::initial;
  change.old_data = "\"%1\" %*";
  const auto outcome = [&](const std::string& command) {
    SampleDisk disk;
    disk.software.at(key).set_text("", command);
    return only(change, disk.lay().look()).outcome;
  };
  EXPECT_EQ(outcome("\"%1\" %*"), Outcome::missing);
  EXPECT_EQ(outcome("C:\\WINDOWS\\abcdef.exe \"%1\" %*"), Outcome::found);
  EXPECT_EQ(outcome("C:\\tools\\own.exe \"%1\" %*"), Outcome::contradicted);
}

TEST(RegistryKind, ComparesNumbersAndBytes) {
  SampleDisk disk;
  disk.software.at(run_key).set("N", regf::reg_dword, SampleDisk::number(16));
  disk.software.at(run_key).set("B", regf::reg_binary, Buffer{std::byte{0xab}, std::byte{1}});
  Computer& computer = disk.lay().look();
  const auto judge = [&](std::string value, std::string type, std::string data) {
    auto change = run_change(std::move(value), std::move(data));
    change.value_type = std::move(type);
    return only(change, computer).outcome;
  };
  EXPECT_EQ(judge("N", "REG_DWORD", "16"), Outcome::found);
  EXPECT_EQ(judge("N", "REG_DWORD", "0x10"), Outcome::found);
  EXPECT_EQ(judge("N", "REG_DWORD", "1"), Outcome::contradicted);
  EXPECT_EQ(judge("N", "REG_DWORD", "1g"), Outcome::contradicted);
  EXPECT_EQ(judge("N", "REG_SZ", "16"), Outcome::contradicted);
  EXPECT_EQ(judge("B", "REG_BINARY", "ab 01"), Outcome::found);
  EXPECT_EQ(judge("B", "REG_BINARY", "ab"), Outcome::contradicted);
}

TEST(RegistryKind, FindsANumberWhoseTypeNoSourcePrintsInBothWaysOfStoringIt) {
  SampleDisk disk;
  disk.software.at(run_key).set("dl", regf::reg_dword, SampleDisk::number(0));
  disk.software.at(run_key).set_text("ds", "0");
  Computer& computer = disk.lay().look();
  for (const std::string value : {"dl", "ds"}) {
    auto change = run_change(value, "0");
    change.type_is_stated = false;
    EXPECT_TRUE(only(change, computer).confirmed) << value;
    change.data = "1";
    EXPECT_EQ(only(change, computer).outcome, Outcome::contradicted) << value;
  }
}

TEST(RegistryKind, FindsAValueOfRandomNameByTheProgramOfThatName) {
  SampleDisk disk;
  disk.run("Winkabc", "C:\\WINDOWS\\System32\\winkabc.exe");
  disk.run("WinkeyHelper", "C:\\WINDOWS\\System32\\winkey.exe");
  disk.run("Winkey", "C:\\Program Files\\winkey.exe");
  auto change = run_change("Wink*", "%system%\\wink*.exe");
  change.value_is_pattern = true;
  const Finding found = only(change, disk.lay().look());
  EXPECT_EQ(found.outcome, Outcome::found);
  EXPECT_TRUE(found.confirmed);
  ASSERT_TRUE(found.registry);
  EXPECT_EQ(found.registry->value, "Winkabc");
}

TEST(RegistryKind, FindsAValueWhoseNameNobodyPrintsByWhatItStarts) {
  SampleDisk disk;
  disk.run("AnyName", "botzor.exe");
  disk.run("Other", "other.exe");
  auto change = run_change("*", "botzor.exe");
  change.value_is_pattern = true;
  EXPECT_EQ(only(change, disk.lay().look()).registry->value, "AnyName");
  change.data = "third.exe";
  EXPECT_EQ(only(change, disk.lay().look()).outcome, Outcome::missing);
}

TEST(RegistryKind, FindsAKeyAndCountsWhatIsBelow) {
  SampleDisk disk;
  disk.software.at("SirCam\\One");
  disk.software.at("SirCam\\Two");
  disk.software.at("SirCam").set_text("FB1B", "x");
  auto change = run_change("", "");
  change.key = "HKLM\\Software\\sircam";
  change.action = entries::RegistryChange::Action::create_key;
  const Finding found = only(change, disk.lay().look());
  EXPECT_EQ(found.outcome, Outcome::found);
  EXPECT_EQ(found.where, "HKLM\\SOFTWARE\\SirCam");
  ASSERT_TRUE(found.registry);
  EXPECT_TRUE(found.registry->whole_key);
  EXPECT_EQ(found.registry->subkeys, 2u);
  EXPECT_EQ(found.registry->values, 1u);
}

TEST(RegistryKind, SaysNothingOfAValueThatWasRemoved) {
  SampleDisk disk;
  auto change = run_change("Gone", "");
  change.action = entries::RegistryChange::Action::remove;
  EXPECT_THAT(detect(change, disk.lay().look()), IsEmpty());
}

TEST(RegistryKind, SaysUnknownWhereTheHiveCannotBeWhollyRead) {
  SampleDisk refused;
  refused.lay().tree.refuse(refused.software_path());
  const auto change = run_change("VideoDriver", "%windir%\\videodrv.exe");
  EXPECT_EQ(only(change, refused.look()).outcome, Outcome::unknown);
  SampleDisk dirty;
  dirty.lay().make_dirty(dirty.software_path());
  EXPECT_EQ(only(change, dirty.look()).outcome, Outcome::unknown);
  SampleDisk whole;
  EXPECT_EQ(only(change, whole.lay().look()).outcome, Outcome::missing);
}

TEST(RegistryKind, StillFindsWhatADirtyHiveHolds) {
  SampleDisk disk;
  disk.run("VideoDriver", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().make_dirty(disk.software_path());
  EXPECT_EQ(only(run_change("VideoDriver", "%windir%\\videodrv.exe"), disk.look()).outcome,
            Outcome::found);
}

TEST(Commands, NameTheProgramThatIsStarted) {
  EXPECT_EQ(program_of("\"C:\\a b\\c.exe\" -x"), "C:\\a b\\c.exe");
  EXPECT_EQ(program_of("C:\\Program Files\\a\\b.exe /s"), "C:\\Program Files\\a\\b.exe");
  EXPECT_EQ(program_of("rundll32.exe x.dll,Entry"), "x.dll");
  EXPECT_EQ(program_of("notepad readme"), "notepad");
  EXPECT_EQ(program_of("\"unended"), "unended");
  EXPECT_EQ(program_of(""), "");
}

TEST(Commands, ResolveShortNames) {
  SampleDisk disk;
  disk.tree.file("Program Files/Tool Box/tool.exe");
  Computer& computer = disk.lay().look();
  EXPECT_EQ(resolve_program("C:\\PROGRA~1\\TOOLBO~1\\tool.exe", computer),
            "Program Files/Tool Box/tool.exe");
  EXPECT_EQ(resolve_program("C:\\PROGRA~1\\OTHER~1\\tool.exe", computer), "");
  EXPECT_EQ(resolve_program("C:\\*\\*\\*.exe", computer), "");
}

}  // namespace
}  // namespace antidotary::host
