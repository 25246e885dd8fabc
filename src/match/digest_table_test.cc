#include "match/digest_table.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>

#include "core/reader.h"

namespace antidotary::match {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

DigestKey key_of(std::uint8_t first, std::uint8_t last = 0) {
  DigestKey key{};
  key[0] = std::byte{first};
  key[15] = std::byte{last};
  return key;
}

DigestKey random_key(std::mt19937& random) {
  DigestKey key{};
  for (std::byte& byte : key) byte = static_cast<std::byte>(random());
  return key;
}

std::vector<std::uint32_t> tags_of(const DigestTable& table, const DigestKey& key,
                                   std::uint64_t size) {
  std::vector<std::uint32_t> tags;
  table.find(key, size, tags);
  return tags;
}

TEST(DigestTable, FindsKeyAndSize) {
  const Buffer bytes = build_digest_table({{key_of(1), 10, 100}, {key_of(2), 20, 200}});
  const auto table = DigestTable::open(bytes);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->count(), 2u);
  EXPECT_THAT(tags_of(*table, key_of(1), 10), ElementsAre(100));
  EXPECT_THAT(tags_of(*table, key_of(1), 20), IsEmpty());
  EXPECT_THAT(tags_of(*table, key_of(2), 20), ElementsAre(200));
  EXPECT_THAT(tags_of(*table, key_of(2, 1), 20), IsEmpty());
  EXPECT_THAT(tags_of(*table, key_of(3), 20), IsEmpty());
}

TEST(DigestTable, FindsAllRowsOfOneKey) {
  const Buffer bytes = build_digest_table({{key_of(1), 10, 1},
                                           {key_of(1), 0, 2},
                                           {key_of(1), 10, 3},
                                           {key_of(1), 11, 4},
                                           {key_of(1), 10, 1}});
  const auto table = DigestTable::open(bytes);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->count(), 4u);
  EXPECT_THAT(tags_of(*table, key_of(1), 10), UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(tags_of(*table, key_of(1), 11), UnorderedElementsAre(2, 4));
  EXPECT_THAT(tags_of(*table, key_of(1), 12), ElementsAre(2));
}

TEST(DigestTable, AddsToWhatWasFoundBefore) {
  const Buffer bytes = build_digest_table({{key_of(1), 0, 7}});
  const auto table = DigestTable::open(bytes);
  std::vector<std::uint32_t> tags = {5};
  table->find(key_of(1), 3, tags);
  EXPECT_THAT(tags, ElementsAre(5, 7));
}

// All marks of the line are alike: the rows decide.
TEST(DigestTable, TellsKeysApartThatShareAllMarks) {
  std::vector<DigestRow> rows;
  for (std::uint8_t last = 0; last < 20; ++last) rows.push_back({key_of(1, last), 0, last});
  const Buffer bytes = build_digest_table(std::move(rows));
  const auto table = DigestTable::open(bytes);
  for (std::uint8_t last = 0; last < 20; ++last) {
    EXPECT_THAT(tags_of(*table, key_of(1, last), 5), ElementsAre(last));
  }
  EXPECT_THAT(tags_of(*table, key_of(1, 20), 5), IsEmpty());
}

TEST(DigestTable, TellsWhichSizesItWants) {
  const Buffer bytes = build_digest_table({{key_of(1), 10, 1}, {key_of(2), 0xffffffff, 2}});
  const auto table = DigestTable::open(bytes);
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->wants_size(10));
  EXPECT_TRUE(table->wants_size(0xffffffff));
  EXPECT_FALSE(table->wants_size(10 + (1ull << 32)));
  int wanted = 0;
  for (std::uint64_t size = 0; size < 10'000; ++size) wanted += table->wants_size(size) ? 1 : 0;
  EXPECT_LT(wanted, 1'000);
}

TEST(DigestTable, WantsEverySizeWhereARowDoes) {
  const Buffer bytes = build_digest_table({{key_of(1), 10, 1}, {key_of(2), 0, 2}});
  const auto table = DigestTable::open(bytes);
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->wants_size(11));
  EXPECT_TRUE(table->wants_size(1ull << 40));
}

TEST(DigestTable, OfNoRowsFindsAndWantsNothing) {
  const Buffer bytes = build_digest_table({});
  const auto table = DigestTable::open(bytes);
  ASSERT_TRUE(table);
  for (const DigestTable& none : {*table, DigestTable(), *DigestTable::open({})}) {
    EXPECT_EQ(none.count(), 0u);
    EXPECT_FALSE(none.wants_size(0));
    EXPECT_THAT(tags_of(none, key_of(1), 0), IsEmpty());
  }
}

// Keys of few different first bytes crowd into few buckets: 28 fill a line, 29 are sought by
// halving.
void expect_as_a_map(std::uint32_t rows, bool crowded) {
  std::mt19937 random(rows);
  std::multimap<DigestKey, DigestRow> known;
  std::vector<DigestRow> all;
  for (std::uint32_t i = 0; i < rows; ++i) {
    DigestRow row{random_key(random), static_cast<std::uint32_t>(random() % 5000), i};
    if (crowded) std::fill_n(row.key.begin(), 14, std::byte{0x77});
    known.emplace(row.key, row);
    all.push_back(row);
  }
  const Buffer bytes = build_digest_table(std::move(all));
  const auto table = DigestTable::open(bytes);
  ASSERT_TRUE(table);
  ASSERT_EQ(table->count(), rows);
  for (const auto& [key, row] : known) {
    ASSERT_THAT(tags_of(*table, key, row.size), testing::Contains(row.tag));
    ASSERT_TRUE(table->wants_size(row.size));
    DigestKey other = key;
    other[random() % 16] ^= std::byte{0x10};
    if (known.count(other) == 0) {
      ASSERT_THAT(tags_of(*table, other, row.size), IsEmpty());
    }
  }
  for (std::uint64_t i = 0; i < table->count(); ++i) {
    const DigestRow row = table->row(i);
    const auto [first, last] = known.equal_range(row.key);
    ASSERT_TRUE(std::any_of(first, last, [&](const auto& one) { return one.second == row; }));
    if (i > 0) {
      ASSERT_LE(table->row(i - 1).key, row.key);
    }
  }
}

TEST(DigestTable, AgreesWithAMap) {
  for (const std::uint32_t rows : {1u, 17u, 18u, 28u, 29u, 100u, 5'000u, 60'000u}) {
    expect_as_a_map(rows, false);
    expect_as_a_map(rows, true);
  }
}

TEST(DigestTable, DoesNotDependOnTheOrderOfRows) {
  std::mt19937 random(1);
  std::vector<DigestRow> rows;
  for (std::uint32_t i = 0; i < 3000; ++i) rows.push_back({random_key(random), i % 7, i % 3});
  std::vector<DigestRow> shuffled = rows;
  std::shuffle(shuffled.begin(), shuffled.end(), random);
  EXPECT_EQ(build_digest_table(std::move(rows)), build_digest_table(std::move(shuffled)));
}

TEST(DigestTable, TakesAtMost29BytesADigest) {
  for (const std::uint32_t count : {10'000u, 16'385u, 70'000u, 300'000u}) {
    std::mt19937 random(2);
    std::vector<DigestRow> rows;
    for (std::uint32_t i = 0; i < count; ++i) {
      // Files of one family share sizes: about two digests a size.
      rows.push_back({random_key(random), static_cast<std::uint32_t>(random() % (count / 2)), i});
    }
    const double bytes = static_cast<double>(build_digest_table(std::move(rows)).size());
    EXPECT_LE(bytes / count, 29) << count;
  }
}

TEST(DigestTable, IsRefusedWhenCutOrLongerThanItSays) {
  const Buffer bytes = build_digest_table({{key_of(1), 10, 100}, {key_of(2), 20, 200}});
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    const auto table = DigestTable::open(Bytes(bytes).first(i));
    ASSERT_FALSE(table) << i;
    EXPECT_EQ(table.error().kind, ErrorKind::malformed);
  }
  Buffer longer = bytes;
  longer.push_back(std::byte{});
  EXPECT_FALSE(DigestTable::open(longer));
}

TEST(DigestTable, WithAHeaderThatCannotBeIsRefused) {
  const Buffer bytes = build_digest_table({{key_of(1), 10, 100}});
  for (const std::size_t offset : {0u, 8u, 12u, 16u, 24u, 28u}) {
    for (const std::uint32_t value : {0xffffffffu, 0x80000000u, 65u, 33u, 0u}) {
      Buffer damaged = bytes;
      store_u32_le(damaged, offset, value);
      if (damaged == bytes) continue;
      EXPECT_FALSE(DigestTable::open(damaged)) << offset << " " << value;
    }
  }
}

}  // namespace
}  // namespace antidotary::match
