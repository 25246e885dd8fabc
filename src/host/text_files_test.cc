// Lines of win.ini, system.ini and hosts, as entries state them.
#include "host/text_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "entries/kinds/hosts.h"
#include "entries/kinds/ini.h"
#include "host/kinds.h"
#include "host/sample_disk.h"

namespace antidotary::host {
namespace {

using testing::HasSubstr;

entries::IniChange line_of(std::string name, std::string section, std::string key,
                           std::vector<std::string> data) {
  entries::IniChange out;
  out.directory = "%windir%";
  out.name = std::move(name);
  out.section = std::move(section);
  out.key = std::move(key);
  out.data = std::move(data);
  return out;
}

std::vector<Finding> found_in(const entries::Change& change, const std::string& path,
                              const std::string& text) {
  SampleDisk disk;
  disk.tree.file(path, text);
  return find_kind(change.kind())->detect(change, disk.lay().look());
}

std::string part_of(const Finding& finding) {
  const std::string line(as_text(finding.line->line));
  return line.substr(static_cast<std::size_t>(finding.line->part_offset),
                     static_cast<std::size_t>(finding.line->part_size));
}

TEST(IniKind, FindsAProgramAmongThoseThatWinIniStarts) {
  const auto change = line_of("win.ini", "windows", "run", {"worm.exe"});
  const std::string text = "[windows]\r\nload=\r\nRun=c:\\mouse.exe, C:\\WINDOWS\\WORM.EXE\r\n";
  const auto all = found_in(change, "WINDOWS/WIN.INI", text);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].outcome, Outcome::found);
  EXPECT_TRUE(all[0].confirmed);
  EXPECT_EQ(all[0].where, "WINDOWS/WIN.INI: [windows] run");
  ASSERT_TRUE(all[0].line);
  EXPECT_EQ(part_of(all[0]), "C:\\WINDOWS\\WORM.EXE");
  EXPECT_EQ(all[0].line->offset, 18u);
  EXPECT_EQ(all[0].line->file.sha256.size(), 64u);
}

TEST(IniKind, TakesNoOtherProgramSectionOrNameForIt) {
  const auto change = line_of("win.ini", "windows", "run", {"worm.exe"});
  for (const char* text : {"[windows]\r\nrun=C:\\Unix\\worm.exe\r\n",
                           "[windows]\r\nrun=\"C:\\Program Files\\My worm.exe\"\r\n",
                           "[windows]\r\nrun=\"C:\\My Setup\\worm.exe\" /x\r\n",
                           "[windows]\r\nrun=noworm.exe\r\n", "[windows]\r\nload=worm.exe\r\n",
                           "[other]\r\nrun=worm.exe\r\n", "[windows]\r\n;run=worm.exe\r\n",
                           "[windows]\r\nrun=\r\n", "[windows]\r\nrun=worm.exe.bak\r\n", ""}) {
    const auto all = found_in(change, "WINDOWS/win.ini", text);
    ASSERT_EQ(all.size(), 1u) << text;
    EXPECT_EQ(all[0].outcome, Outcome::missing) << text;
  }
}

TEST(IniKind, FindsAnyOfTheStatedTextsOfALine) {
  const auto change = line_of("system.ini", "boot", "shell", {"explorer.exe a", "explorer.exe b"});
  const auto all = found_in(change, "WINDOWS/system.ini", "[boot]\r\nshell=Explorer.exe  B \r\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].outcome, Outcome::found);
  EXPECT_EQ(part_of(all[0]), "Explorer.exe  B");
  const auto honest = found_in(change, "WINDOWS/system.ini", "[boot]\r\nshell=Explorer.exe\r\n");
  ASSERT_EQ(honest.size(), 1u);
  EXPECT_EQ(honest[0].outcome, Outcome::missing);
}

TEST(IniKind, FindsTheShellWithFoldersAndLeavesALineThatHoldsMore) {
  auto change = line_of("system.ini", "boot", "shell", {"explorer.exe worm.exe -x"});
  change.old_data = "explorer.exe";
  const auto whole = found_in(change, "WINDOWS/system.ini",
                              "[boot]\nshell=Explorer.exe C:\\WINDOWS\\system32\\worm.exe -x\n");
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_TRUE(whole[0].confirmed);
  EXPECT_TRUE(whole[0].line);
  for (const char* text : {"[boot]\nshell=explorer.exe worm.exe -x other.exe\n",
                           "[boot]\nshell=Explorer.exe worm.exe\n"}) {
    const auto more = found_in(change, "WINDOWS/system.ini", text);
    ASSERT_EQ(more.size(), 1u) << text;
    EXPECT_EQ(more[0].outcome, Outcome::found) << text;
    EXPECT_FALSE(more[0].confirmed) << text;
    EXPECT_FALSE(more[0].line) << text;
  }
}

TEST(IniKind, FindsEveryMentionInEverySection) {
  const auto change = line_of("win.ini", "windows", "run", {"worm.exe"});
  const auto all = found_in(change, "WINDOWS/win.ini",
                            "[windows]\rrun=worm.exe a.exe worm.exe\r[Windows]\rrun=worm.exe");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_NE(all[0].line->part_offset, all[1].line->part_offset);
  EXPECT_EQ(all[0].line->offset, all[1].line->offset);
  EXPECT_NE(all[1].line->offset, all[2].line->offset);
}

TEST(IniKind, TellsNoMoreThanAFewOfManyLinesAndSaysSo) {
  const auto change = line_of("win.ini", "windows", "run", {"worm.exe"});
  std::string text = "[windows]\n";
  for (int i = 0; i < 1000; ++i) text += "run=worm.exe worm.exe\n";
  SampleDisk disk;
  disk.tree.file("WINDOWS/win.ini", text);
  Computer& computer = disk.lay().look();
  EXPECT_EQ(find_kind("ini")->detect(change, computer).size(), lines_told_max);
  EXPECT_EQ(computer.unread().size(), 1u);
}

TEST(IniKind, SaysOfAFileInUtf16ThatItWasNotRead) {
  const auto change = line_of("win.ini", "windows", "run", {"worm.exe"});
  SampleDisk disk;
  disk.tree.file("WINDOWS/win.ini", std::string("\xff\xfe[\0w\0", 6));
  Computer& computer = disk.lay().look();
  const auto all = find_kind("ini")->detect(change, computer);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].outcome, Outcome::unknown);
  EXPECT_THAT(all[0].detail, HasSubstr("UTF-16"));
  ASSERT_EQ(computer.unread().size(), 1u);
  EXPECT_EQ(computer.unread()[0].what, "WINDOWS/win.ini");
}

TEST(IniKind, TellsALineThatIsTooLongAndDoesNotShowIt) {
  const auto change = line_of("win.ini", "windows", "run", {"worm.exe"});
  const auto all = found_in(change, "WINDOWS/win.ini",
                            "[windows]\r\nrun=worm.exe" + std::string(line_bytes_max, ' '));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].outcome, Outcome::found);
  EXPECT_FALSE(all[0].line);
}

TEST(HostsKind, FindsALineByItsPatternInEitherPlace) {
  entries::HostsChange change;
  change.line = "127.0.0.1 www.*.example";
  for (const char* path : {"WINDOWS/system32/drivers/etc/hosts", "WINDOWS/HOSTS"}) {
    const auto all =
        found_in(change, path, "127.0.0.1 localhost\n127.0.0.1\t www.av.example \r\n# end\n");
    ASSERT_EQ(all.size(), 1u) << path;
    EXPECT_EQ(all[0].outcome, Outcome::found) << path;
    ASSERT_TRUE(all[0].line);
    EXPECT_EQ(all[0].line->offset, 20u);
    EXPECT_EQ(part_of(all[0]), "127.0.0.1\t www.av.example ");
  }
  const auto none = found_in(change, "WINDOWS/system32/drivers/etc/hosts",
                             "127.0.0.1 localhost\n#127.0.0.1 www.av.example\n");
  ASSERT_EQ(none.size(), 1u);
  EXPECT_EQ(none[0].outcome, Outcome::missing);
}

}  // namespace
}  // namespace antidotary::host
