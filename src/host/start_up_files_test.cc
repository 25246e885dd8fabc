// Method: a .job is written field by field from MS-TSCH 2.4; tasks and ini files as Windows writes
// them.
#include "host/start_up_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/digest.h"
#include "core/text.h"
#include "host/sample_disk.h"

namespace antidotary::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
