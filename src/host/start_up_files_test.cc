// Method: a .job is written field by field from MS-TSCH 2.4; tasks and ini files as Windows writes
// them.
#include "host/start_up_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"

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

}  // namespace
}  // namespace antidotary::host
