// Method: a sample disk's hives are edited as Windows deletes; what is told of it must be the
// deleted mark, and the verdict must stay what it would be without.
#include "diagnosis/deleted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/record.h"
#include "diagnosis/diagnosis.h"
#include "diagnosis/sample_family.h"
#include "host/sample_disk.h"

namespace antidotary::diagnosis {
namespace {

using host::SampleDisk;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

entries::Encyclopedia made(const std::string& changes) {
  std::vector<entries::Problem> problems;
  auto out = family({{"a", changes}}, &problems);
  for (const auto& problem : problems) ADD_FAILURE() << problem.sentence();
  return out;
}

TEST(DeletedMarks, TellAPublishedValueThatIsGoneAndWeighNothing) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay();
  ASSERT_TRUE(disk.delete_value(std::string(host::run_key), "V", "C:\\WINDOWS\\videodrv.exe"));
  const auto all = made(run_value("V", "videodrv.exe"));
  const Examination seen = examine(all, disk.look());
  EXPECT_EQ(seen.verdict(), Verdict::clean);
  ASSERT_EQ(seen.deleted.size(), 1u);
  EXPECT_EQ(seen.deleted[0].hive, disk.software_path());
  EXPECT_EQ(seen.deleted[0].where, "HKLM\\SOFTWARE (key not known): V");
  EXPECT_EQ(seen.deleted[0].shown, "C:\\WINDOWS\\videodrv.exe");
  EXPECT_THAT(seen.deleted[0].entries, ElementsAre("win32/family.a"));
}

TEST(DeletedMarks, PassOverAnotherProgramsValueOfThatName) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\other.exe");
  disk.lay();
  ASSERT_TRUE(disk.delete_value(std::string(host::run_key), "V", "C:\\WINDOWS\\other.exe"));
  EXPECT_THAT(examine(made(run_value("V", "videodrv.exe")), disk.look()).deleted, IsEmpty());
}

TEST(DeletedMarks, TellADeletedStartUpOfNoEntryWithItsKeysTime) {
  SampleDisk disk;
  disk.software.at("Microsoft\\Windows\\CurrentVersion\\RunOnce").set_text("X", "x.exe");
  disk.lay();
  ASSERT_TRUE(disk.delete_key("Microsoft\\Windows\\CurrentVersion\\RunOnce"));
  const Examination seen = examine(made(run_value("V", "videodrv.exe")), disk.look());
  ASSERT_EQ(seen.deleted.size(), 1u);
  EXPECT_EQ(seen.deleted[0].where,
            "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\RunOnce: X");
  EXPECT_GT(seen.deleted[0].key_written_unix_ns, 0);
  EXPECT_THAT(seen.deleted[0].entries, IsEmpty());
}

TEST(DeletedMarks, TellAPublishedKey) {
  SampleDisk disk;
  disk.software.at("Worm").set_text("Id", "1");
  disk.lay();
  ASSERT_TRUE(disk.delete_key("Worm"));
  const auto all = made(change("registry", "own",
                               "key = 'HKLM\\Software\\Worm'\naction = \"create-key\"\n"
                               "old = \"absent\""));
  const Examination seen = examine(all, disk.look());
  ASSERT_EQ(seen.deleted.size(), 1u);
  EXPECT_EQ(seen.deleted[0].where, "HKLM\\SOFTWARE\\Worm");
}

}  // namespace
}  // namespace antidotary::diagnosis
