// Method: our writer makes a hive, our editor deletes from it as Windows does; what was deleted
// must be told, and nothing that is there.
#include "formats/regf/deleted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/regf/editor.h"
#include "formats/regf/specimens.h"

namespace antidotary::regf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t now = 132'000'000'000'000'000;
const std::string run_path = "Microsoft\\Windows\\CurrentVersion\\Run";

Deleted deleted_in(Bytes hive) {
  Budget budget;
  auto out = find_deleted(hive, budget);
  EXPECT_TRUE(out) << out.error().what;
  return out ? std::move(*out) : Deleted{};
}

Buffer without_value(Buffer hive, const std::string& key, const std::string& value,
                     std::string_view text) {
  Budget budget;
  const auto edits = remove_value(hive, {key, value, reg_sz, data_of_text(text)}, now, budget);
  EXPECT_TRUE(edits) << edits.error().what;
  EXPECT_TRUE(apply(hive, *edits));
  return hive;
}

Buffer without_key(Buffer hive, const std::string& key) {
  Budget budget;
  const auto edits = remove_key(hive, key, now, budget);
  EXPECT_TRUE(edits) << edits.error().what;
  EXPECT_TRUE(apply(hive, *edits));
  return hive;
}

KeySpec tree() {
  KeySpec out;
  out.at(run_path).set_text("Tray", "tray.exe");
  out.at(run_path).set_text("Worm", "C:\\WINDOWS\\worm.exe");
  out.at("Worm\\Inner").set_text("Id", "1");
  out.at("Worm\\Inner").set("Count", reg_dword, Buffer(4, std::byte{7}));
  return out;
}

TEST(Deleted, FindsNothingInAHiveFromWhichNothingWent) {
  const Deleted found = deleted_in(hive_of(tree(), 3));
  EXPECT_THAT(found.keys, IsEmpty());
  EXPECT_THAT(found.values, IsEmpty());
}

TEST(Deleted, FindsAValueWithItsData) {
  const Deleted found =
      deleted_in(without_value(hive_of(tree(), 3), run_path, "Worm", "C:\\WINDOWS\\worm.exe"));
  EXPECT_THAT(found.keys, IsEmpty());
  ASSERT_EQ(found.values.size(), 1u);
  EXPECT_EQ(found.values[0].name, "Worm");
  EXPECT_EQ(text_of(found.values[0].type, found.values[0].data), "C:\\WINDOWS\\worm.exe");
}

TEST(Deleted, FindsAKeyWithItsPlaceAndItsValues) {
  const Deleted found = deleted_in(without_key(hive_of(tree(), 5), "Worm\\Inner"));
  ASSERT_EQ(found.keys.size(), 1u);
  EXPECT_EQ(found.keys[0].path, "Worm\\Inner");
  EXPECT_TRUE(found.keys[0].whole_path);
  EXPECT_EQ(found.keys[0].values.size(), 2u);
  EXPECT_THAT(found.values, IsEmpty());
}

TEST(Deleted, FindsTheWayToAKeyWhoseParentIsDeletedToo) {
  const Deleted found =
      deleted_in(without_key(without_key(hive_of(tree(), 5), "Worm\\Inner"), "Worm"));
  std::vector<std::string> paths;
  for (const DeletedKey& key : found.keys) paths.push_back(key.path);
  EXPECT_THAT(paths, testing::UnorderedElementsAre("Worm\\Inner", "Worm"));
}

TEST(Deleted, LeavesOutAValueWhoseDataAreAnothersNow) {
  Buffer hive = without_value(hive_of(tree(), 3), run_path, "Worm", "C:\\WINDOWS\\worm.exe");
  // The room is taken again: everything that was free is in use.
  for (std::size_t at = base_block_size + bin_header_size; at + 8 <= hive.size();) {
    const std::uint32_t raw = load_u32_le(hive, at);
    const std::uint32_t size = raw < 0x80000000 ? raw : 0u - raw;
    if (size == 0) break;
    if (raw < 0x80000000) store_u32_le(hive, at, 0u - raw);
    at += size;
  }
  EXPECT_THAT(deleted_in(hive).values, IsEmpty());
}

TEST(Deleted, StopsWhereTheBudgetIsSpent) {
  KeySpec large = tree();
  for (int i = 0; i < 3000; ++i) large.at("Many").set_text(fmt::format("v{}", i), "text");
  const Buffer hive = without_key(hive_of(large, 5), "Many");
  Budget small({.steps_max = 1000});
  const auto found = find_deleted(hive, small);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::regf
