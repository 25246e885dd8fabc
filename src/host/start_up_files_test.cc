// Method: a .job is written field by field from MS-TSCH 2.4; tasks and ini files as Windows writes
// them.
#include "host/start_up_files.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/digest.h"
#include "core/text.h"
#include "host/sample_disk.h"

namespace antidotary::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

void put_counted(Buffer& out, std::string_view text) {
  const Buffer wide = utf16_le_from_utf8(text);
  const std::size_t count = wide.size() / 2 + 1;
  out.push_back(static_cast<std::byte>(count & 0xff));
  out.push_back(static_cast<std::byte>(count >> 8));
  out.insert(out.end(), wide.begin(), wide.end());
  out.resize(out.size() + 2);
}

Buffer job_of(std::string_view program, std::string_view arguments) {
  Buffer out(0x46);
  out[20] = std::byte{0x46};  // App Name Len Offset
  put_counted(out, program);
  put_counted(out, arguments);
  return out;
}

TEST(CommandOfJob, SaysProgramAndArguments) {
  EXPECT_EQ(command_of_job(job_of("C:\\a b\\c.exe", "-x")), "\"C:\\a b\\c.exe\" -x");
  EXPECT_EQ(command_of_job(job_of("calc.exe", "")), "calc.exe");
}

TEST(CommandOfJob, RefusesEveryTruncation) {
  const Buffer job = job_of("C:\\c.exe", "-x");
  for (std::size_t size = 0; size + 1 < job.size(); ++size) {
    EXPECT_EQ(command_of_job(Bytes(job).first(size)), std::nullopt) << size;
  }
}

TEST(CommandsOfTask, ReadsEveryExec) {
  const std::string xml =
      "<Task><Actions><Exec><Command>a.exe</Command><Arguments>-b &amp; c</Arguments></Exec>"
      "<Exec><Command>\"C:\\d e.exe\"</Command></Exec></Actions></Task>";
  EXPECT_THAT(commands_of_task(as_bytes(std::string_view(xml))),
              ElementsAre("a.exe -b & c", "\"C:\\d e.exe\""));
  Buffer wide = to_buffer(octets(0xff, 0xfe));
  const Buffer rest = utf16_le_from_utf8(xml);
  wide.insert(wide.end(), rest.begin(), rest.end());
  EXPECT_EQ(commands_of_task(wide).size(), 2u);
}

std::vector<std::string> commands_of(std::string_view xml) {
  return commands_of_task(as_bytes(xml));
}

// What the scheduler's own XML reader takes, and a search for "<Exec>" would pass over.
TEST(CommandsOfTask, ReadsAttributesPrefixesAndEntities) {
  EXPECT_THAT(commands_of("<Exec id=\"x\"><Command\n>a.exe</Command ></Exec\t>"),
              ElementsAre("a.exe"));
  EXPECT_THAT(commands_of("<t:Exec><t:Command>a.exe</t:Command><t:Arguments/></t:Exec>"),
              ElementsAre("a.exe"));
  EXPECT_THAT(commands_of("<Exec><Command>&#101;vil&#x2e;exe &quot;&amp;lt;&#xe9;&quot;&bad;"
                          "</Command></Exec>"),
              ElementsAre("evil.exe \"&lt;\xc3\xa9\"&bad;"));
  EXPECT_THAT(commands_of("<Exec><Command><![CDATA[a&b.exe]]></Command></Exec>"),
              ElementsAre("a&b.exe"));
  EXPECT_THAT(commands_of("<ExecNot><Command>a.exe</Command></ExecNot><Exec/>"), IsEmpty());
}

TEST(CommandsOfTask, TellsThatThereAreMoreThanAreRead) {
  std::string xml;
  for (std::size_t i = 0; i < 3 * commands_max; ++i) {
    xml += "<Exec><Command>a.exe</Command></Exec>";
  }
  EXPECT_EQ(commands_of(xml).size(), commands_max + 1);
}

// As large as a task may be: what is begun and never ended must not be searched for again and
// again.
TEST(CommandsOfTask, TakeNoLongerForTagsThatDoNotEnd) {
  constexpr std::size_t size = 4u << 20;
  const std::string task = "<Exec><Command>a.exe</Command></Exec>";
  EXPECT_THAT(commands_of(std::string(size, '<') + task), ElementsAre("a.exe"));
  EXPECT_THAT(commands_of(task + std::string(size, '<')), ElementsAre("a.exe"));
  EXPECT_THAT(commands_of("<a <Exec/><Exec><Command>a.exe</Command></Exec>"), ElementsAre("a.exe"));
}

TEST(StartUpFiles, NoteALineThatNamesMoreProgramsThanAreRead) {
  SampleDisk disk;
  std::string run = "[windows]\nrun=";
  for (std::size_t i = 0; i < commands_max; ++i) run += "notepad.exe ";
  disk.lay().tree.file("WINDOWS/win.ini", run);
  EXPECT_EQ(start_up_files(disk.look()).size(), commands_max);
  EXPECT_THAT(disk.computer->unread(), IsEmpty());
  disk.tree.file("WINDOWS/win.ini", run + std::string(1u << 20, ','));
  EXPECT_THAT(start_up_files(disk.look()).size(), commands_max);
  EXPECT_THAT(disk.computer->unread(), IsEmpty());
  disk.tree.file("WINDOWS/win.ini", run + "notepad.exe");
  EXPECT_EQ(start_up_files(disk.look()).size(), commands_max);
  EXPECT_EQ(disk.computer->unread().size(), 1u);
}

TEST(StartUpFiles, NoteWhatTheyDoNotRead) {
  SampleDisk disk;
  std::string many = "[windows]\n";
  for (std::size_t i = 0; i <= lines_max; ++i) many += "run=a.exe\n";
  disk.lay().tree.file("WINDOWS/win.ini", many).file("WINDOWS/Tasks/bad.job", "no task");
  disk.tree.file_of("WINDOWS/system.ini", (4u << 20) + 1);
  Computer& computer = disk.look();
  EXPECT_EQ(start_up_files(computer).size(), lines_max);
  std::vector<std::string> names;
  for (const Unread& one : computer.unread()) names.push_back(one.what);
  EXPECT_THAT(names, UnorderedElementsAre("WINDOWS/win.ini", "WINDOWS/Tasks/bad.job",
                                          "WINDOWS/system.ini"));
}

// More than one list of subkeys may hold: they stand in several, below one that names them.
TEST(StartUps, ReadAKeyOfSeventyThousandSubkeys) {
  constexpr std::size_t services = 70'000;
  SampleDisk disk;
  regf::KeySpec& parent = disk.system.at("ControlSet002\\Services");
  for (std::size_t i = 0; i < services; ++i) {
    regf::KeySpec& service = parent.subkeys.emplace_back();
    service.name = fmt::format("service{:05}", i);
    service.set("Start", regf::reg_dword, SampleDisk::number(2));
    service.set_text("ImagePath", "C:\\w.exe");
  }
  Computer& computer = disk.lay().look();
  const auto all = start_ups(computer);
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const StartUp& start) { return start.command == "C:\\w.exe"; }),
            services);
  EXPECT_THAT(computer.unread(), IsEmpty());
}

TEST(StartUps, HideWindowsOwnHandlerAlone) {
  SampleDisk disk;
  disk.software.at("Classes\\exefile\\shell\\open\\command").set_text("", "\"%1\" %*");
  disk.software.at("Classes\\comfile\\shell\\open\\command").set_text("", "w.exe \"%1\"");
  disk.run("odd", "\"%1\" worm.exe");
  std::vector<std::string> commands;
  for (const StartUp& start : start_ups(disk.lay().look())) commands.push_back(start.command);
  EXPECT_THAT(commands, Contains("\"%1\" worm.exe"));
  EXPECT_THAT(commands, Contains("w.exe \"%1\""));
  EXPECT_THAT(commands, Not(Contains("\"%1\" %*")));
}

TEST(CommandsOfTask, FindsNothingInOtherFiles) {
  EXPECT_THAT(commands_of_task({}), IsEmpty());
  EXPECT_THAT(commands_of_task(as_bytes(std::string_view("<Exec><Command>a"))), IsEmpty());
}

TEST(IniValues, ReadsASectionAlone) {
  constexpr std::string_view text =
      "[mail]\r\nrun=no.exe\r\n[Windows]\r\n;run=old.exe\r\nRUN = worm.exe\r\nload=\r\n";
  EXPECT_THAT(ini_values(text, "windows", "run"), ElementsAre("worm.exe"));
  EXPECT_THAT(ini_values(text, "windows", "load"), IsEmpty());
}

TEST(CommandsOfBatch, LeavesOutWhatStartsNothing) {
  EXPECT_THAT(
      commands_of_batch("@ECHO OFF\r\nREM worm.exe\r\nSET A=b.exe\r\nPATH=C:\\DOS\r\n:end\r\n"
                        "@C:\\WINDOWS\\worm.exe -s\r\nLH smartdrv\r\n\x1a"),
      ElementsAre("C:\\WINDOWS\\worm.exe -s", "LH smartdrv"));
}

TEST(StartUpFiles, AreToldWithTheirLines) {
  SampleDisk disk;
  disk.lay().tree.file("AUTOEXEC.BAT", "C:\\WINDOWS\\notepad.exe x\r\n");
  disk.tree.file("WINDOWS/win.ini", "[windows]\r\nrun=notepad.exe\r\n");
  disk.tree.file("WINDOWS/system.ini", "[boot]\r\nshell=Explorer.exe worm.exe\r\n");
  disk.tree.file("WINDOWS/wininit.ini", "[rename]\r\nNUL=C:\\WINDOWS\\notepad.exe\r\n");
  std::vector<std::string> told;
  for (const StartUp& start : start_up_files(disk.look())) {
    told.push_back(start.where + " | " + start.command + " | " + start.target);
  }
  EXPECT_THAT(told, testing::UnorderedElementsAre(
                        "AUTOEXEC.BAT | C:\\WINDOWS\\notepad.exe x | WINDOWS/notepad.exe",
                        "WINDOWS/win.ini: [windows] run | notepad.exe | WINDOWS/notepad.exe",
                        "WINDOWS/system.ini: [boot] shell | Explorer.exe worm.exe | "
                        "WINDOWS/explorer.exe",
                        "WINDOWS/wininit.ini: [rename] NUL | C:\\WINDOWS\\notepad.exe | "
                        "WINDOWS/notepad.exe"));
}

TEST(HashTargets, ReadsEachFileOnce) {
  SampleDisk disk;
  disk.run("Pad", "C:\\WINDOWS\\notepad.exe");
  disk.run("Gone", "C:\\WINDOWS\\gone.exe");
  disk.lay();
  Computer& computer = disk.look();
  auto starts = start_ups(computer);
  hash_targets(starts, computer);
  std::size_t hashed = 0;
  for (const StartUp& start : starts) {
    EXPECT_EQ(start.target.empty(), start.target_sha256.empty()) << start.where;
    if (start.command.find("notepad") == std::string::npos) continue;
    ++hashed;
    EXPECT_EQ(start.target_sha256, sha256_hex(as_bytes(std::string_view("pad"))));
    EXPECT_EQ(start.target_bytes, 3u);
    EXPECT_GT(start.since_unix_ns, 0);
  }
  EXPECT_EQ(hashed, 1u);
  EXPECT_THAT(computer.unread(), IsEmpty());
}

}  // namespace
}  // namespace antidotary::host
