// Method: a hive before and after a change, made by the writer; the log that leads from one to the
// other is made here. Beside Windows' own recovered hives the reader was tried by
// tests/peers/hives/replay_hive_main.cc (docs/formats/registry-hives.md).
#include "formats/regf/logs.h"

#include <gtest/gtest.h>

#include "formats/regf/log_specimens.h"
#include "formats/regf/specimens.h"

namespace antidotary::regf {
namespace {

Buffer with_run(std::string_view value) {
  KeySpec root = specimen();
  if (!value.empty()) {
    root.at("Microsoft\\Windows\\CurrentVersion\\Run").set_text(value, "C:\\WINDOWS\\new.exe");
  }
  // Room for several pages, so that the change does not touch all of them.
  root.at("Ballast").set("data", reg_binary, filled(8000));
  return hive_of(root);
}

bool has_run(Bytes hive, std::string_view value) {
  Budget budget;
  const auto open = Hive::open(hive, budget);
  if (!open || open->dirty()) return false;
  const auto key = open->find("Microsoft\\Windows\\CurrentVersion\\Run");
  if (!key || !*key) return false;
  const auto found = open->find_value(**key, value);
  return found && *found;
}

Result<Replayed> replay(Bytes primary, const std::vector<Buffer>& files) {
  static Budget budget;
  const std::vector<Bytes> logs(files.begin(), files.end());
  return replay_logs(primary, logs, budget);
}

// Vectors that the .NET runtime's tests publish for the same hash.
TEST(Marvin32, GivesThePublishedVectors) {
  constexpr std::uint64_t seed = 0x004fb61a001bdbcc;
  EXPECT_EQ(marvin32({}, seed), 0x30ed35c100cd3c7dull);
  EXPECT_EQ(marvin32(octets(0xaf), seed), 0x48e73fc77d75ddc1ull);
}

TEST(Logs, ReplayANewLogFromTheHivesOwnNumberOn) {
  const Buffer before = with_run("");
  const Buffer after = with_run("worm");
  const std::uint32_t sequence = load_u32_le(before, base::sequence_2);
  const auto out = replay(dirty(before), {new_log(before, after, sequence)});
  ASSERT_TRUE(out.has_value()) << out.error().what;
  EXPECT_EQ(out->entries, 1u);
  EXPECT_TRUE(has_run(out->hive, "worm"));
  EXPECT_FALSE(has_run(before, "worm"));
}

TEST(Logs, ReplayTwoNewLogsInTheOrderOfTheirNumbers) {
  const Buffer a = with_run("");
  const Buffer b = with_run("first");
  const Buffer c = with_run("last");
  const std::uint32_t sequence = load_u32_le(a, base::sequence_2);
  const auto out = replay(dirty(a), {new_log(b, c, sequence + 1), new_log(a, b, sequence)});
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->entries, 2u);
  EXPECT_TRUE(has_run(out->hive, "last"));
}

TEST(Logs, StopAtAGapAndKeepWhatCameBefore) {
  const Buffer a = with_run("");
  const Buffer b = with_run("first");
  const Buffer c = with_run("last");
  const std::uint32_t sequence = load_u32_le(a, base::sequence_2);
  const auto out = replay(dirty(a), {new_log(a, b, sequence), new_log(b, c, sequence + 2)});
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->entries, 1u);
  EXPECT_TRUE(has_run(out->hive, "first"));
}

TEST(Logs, TakeNoEntryWhoseHashIsWrong) {
  const Buffer before = with_run("");
  const std::uint32_t sequence = load_u32_le(before, base::sequence_2);
  Buffer log = new_log(before, with_run("worm"), sequence);
  log.back() ^= std::byte{1};
  const auto out = replay(dirty(before), {log});
  ASSERT_FALSE(out.has_value());
  EXPECT_EQ(out.error().kind, ErrorKind::not_found);
}

TEST(Logs, TakeNothingOlderThanTheHive) {
  const Buffer before = with_run("");
  const std::uint32_t sequence = load_u32_le(before, base::sequence_2);
  EXPECT_FALSE(replay(dirty(before), {new_log(before, with_run("worm"), sequence - 1)}));
}

TEST(Logs, ReplayAnOldLogOfTheSameTime) {
  const Buffer before = with_run("");
  Buffer after = with_run("worm");
  const auto out = replay(dirty(before), {old_log(before, after)});
  ASSERT_TRUE(out.has_value()) << out.error().what;
  EXPECT_TRUE(has_run(out->hive, "worm"));
  store_u64_le(after, base::time, 1);
  EXPECT_FALSE(replay(dirty(before), {old_log(before, after)}).has_value());
}

TEST(Logs, RefuseEveryCutOfALogOrKeepWhatIsWhole) {
  const Buffer before = with_run("");
  const std::uint32_t sequence = load_u32_le(before, base::sequence_2);
  const Buffer log = new_log(before, with_run("worm"), sequence);
  for (std::size_t size = 0; size < log.size(); size += 97) {
    Buffer cut = log;
    cut.resize(size);
    EXPECT_FALSE(replay(dirty(before), {cut}).has_value()) << size;
  }
}

}  // namespace
}  // namespace antidotary::regf
