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

/// A hive with a bin that is one free cell: so many value keys, all of which name the `size` bytes
/// behind the last of them.
Buffer with_free_values(std::size_t count, std::uint32_t size) {
  Buffer hive = hive_of(tree(), 3);
  const std::size_t start = hive.size(), cell_bytes = 24;
  const std::size_t data_at = bin_header_size + count * cell_bytes;
  hive.resize(start + (data_at + 4 + size + page_size - 1) / page_size * page_size);
  const std::size_t bin_size = hive.size() - start;
  std::copy_n(as_bytes(std::string_view("hbin")).begin(), 4, &hive[start]);
  store_u32_le(hive, start + bin::size, static_cast<std::uint32_t>(bin_size));
  store_u32_le(hive, start + bin_header_size,
               static_cast<std::uint32_t>(bin_size - bin_header_size));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t value = start + bin_header_size + i * cell_bytes + 4;
    std::copy_n(as_bytes(std::string_view("vk")).begin(), 2, &hive[value]);
    store_u32_le(hive, value + vk::data_size, size);
    store_u32_le(hive, value + vk::data,
                 static_cast<std::uint32_t>(start + data_at - base_block_size));
  }
  return hive;
}

TEST(Deleted, TellsSoManyAndThatThereAreMore) {
  const Deleted all = deleted_in(with_free_values(Deleted::found_max, 8));
  EXPECT_EQ(all.values.size(), Deleted::found_max);
  EXPECT_FALSE(all.cut);
  const Deleted some = deleted_in(with_free_values(3 * Deleted::found_max, 8));
  EXPECT_EQ(some.values.size(), Deleted::found_max);
  EXPECT_TRUE(some.cut);
}

TEST(Deleted, KeepsNoMoreDataHoweverManyValuesNameThem) {
  const Deleted found = deleted_in(with_free_values(10'000, Deleted::data_bytes_max));
  EXPECT_EQ(found.values.size(), Deleted::bytes_max / Deleted::data_bytes_max);
  EXPECT_TRUE(found.cut);
}

// Keys that stand each in itself: a path of 64 names from one cell.
TEST(Deleted, KeepsNoMoreOfPathsThatGoInCircles) {
  constexpr std::size_t count = 2000, cell_bytes = 256, name_bytes = 170;
  Buffer hive = with_free_values(count * cell_bytes / 24, 8);
  const std::size_t start = hive_of(tree(), 3).size() + bin_header_size;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t node = start + i * cell_bytes + 4;
    std::fill_n(&hive[node], cell_bytes - 4, std::byte{'n'});
    hive[node + 1] = std::byte{'k'};
    store_u32_le(hive, node + nk::flags, nk::compressed);
    store_u32_le(hive, node + nk::parent, static_cast<std::uint32_t>(node - 4 - base_block_size));
    store_u32_le(hive, node + nk::name_size, name_bytes);
  }
  const Deleted found = deleted_in(hive);
  std::size_t bytes = 0;
  for (const DeletedKey& key : found.keys) bytes += key.path.size();
  EXPECT_GE(bytes, Deleted::bytes_max);
  EXPECT_LT(bytes, Deleted::bytes_max + 64 * cell_bytes);
  EXPECT_TRUE(found.cut);
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
