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

TEST(DeletedMarks, TellAPublishedValueThatIsGoneAndWeighNothing) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay();
  ASSERT_TRUE(disk.delete_value(std::string(host::run_key), "V", "C:\\WINDOWS\\videodrv.exe"));
  const auto all = one_variant(run_value("V", "videodrv.exe"));
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
  EXPECT_THAT(examine(one_variant(run_value("V", "videodrv.exe")), disk.look()).deleted, IsEmpty());
}

TEST(DeletedMarks, TellADeletedStartUpOfNoEntryWithItsKeysTime) {
  SampleDisk disk;
  disk.software.at("Microsoft\\Windows\\CurrentVersion\\RunOnce").set_text("X", "x.exe");
  disk.lay();
  ASSERT_TRUE(disk.delete_key("Microsoft\\Windows\\CurrentVersion\\RunOnce"));
  const Examination seen = examine(one_variant(run_value("V", "videodrv.exe")), disk.look());
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
  const auto all = one_variant(change("registry", "own",
                                      "key = 'HKLM\\Software\\Worm'\naction = \"create-key\"\n"
                                      "old = \"absent\""));
  const Examination seen = examine(all, disk.look());
  ASSERT_EQ(seen.deleted.size(), 1u);
  EXPECT_EQ(seen.deleted[0].where, "HKLM\\SOFTWARE\\Worm");
}

/// Behind the SOFTWARE hive of a disk: a bin of free room.
void add_free_room(SampleDisk& disk, std::uint32_t bytes) {
  Buffer& hive = disk.tree.content(disk.software_path());
  const std::size_t bin = hive.size();
  hive.resize(bin + bytes);
  std::copy_n(as_bytes(std::string_view("hbin")).begin(), 4, &hive[bin]);
  store_u32_le(hive, bin + 8, bytes);
  store_u32_le(hive, bin + 32, bytes - 32);
}

TEST(DeletedMarks, DoNotSpendWhatFindingTheThreatNeeds) {
  SampleDisk disk;
  disk.run("V", "C:\\WINDOWS\\videodrv.exe");
  disk.lay().tree.file("WINDOWS/videodrv.exe");
  add_free_room(disk, 4u << 20);
  disk.budget = Budget({.steps_max = 200'000});
  const Examination seen =
      examine(one_variant(body("videodrv.exe") + run_value("V", "videodrv.exe")), disk.look());
  EXPECT_EQ(seen.verdict(), Verdict::infected);
  ASSERT_FALSE(seen.unread.empty());
  EXPECT_THAT(seen.unread[0].reason, HasSubstr("what was deleted from it"));
}

TEST(DeletedMarks, SayThatThereAreMore) {
  SampleDisk disk;
  auto& run_once = disk.software.at("Microsoft\\Windows\\CurrentVersion\\RunOnce");
  for (std::size_t i = 0; i <= deleted_marks_max; ++i) {
    run_once.set_text(fmt::format("v{}", i), "x.exe");
  }
  disk.lay();
  const auto all = one_variant(run_value("V", "videodrv.exe"));
  EXPECT_FALSE(examine(all, disk.look()).deleted_cut);
  ASSERT_TRUE(disk.delete_key("Microsoft\\Windows\\CurrentVersion\\RunOnce"));
  const Examination seen = examine(all, disk.look());
  EXPECT_EQ(seen.deleted.size(), deleted_marks_max);
  EXPECT_TRUE(seen.deleted_cut);
}

}  // namespace
}  // namespace antidotary::diagnosis
