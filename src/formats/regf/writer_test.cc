// What write_hive promises: that the reader gives back what was asked for, in the form that each
// version of Windows knows.
#include "formats/regf/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/regf/specimens.h"

namespace antidotary::regf {
namespace {

WriteOptions version(std::uint32_t minor) {
  WriteOptions options;
  options.minor_version = minor;
  return options;
}

Buffer written(const KeySpec& root, std::uint32_t minor = 3) {
  auto hive = write_hive(root, version(minor));
  EXPECT_TRUE(hive) << hive.error().what;
  return hive ? *hive : Buffer{};
}

KeySpec many(std::size_t count) {
  KeySpec root;
  for (std::size_t i = 0; i < count; ++i) {
    KeySpec& child = root.subkeys.emplace_back();
    child.name = fmt::format("K{:05}", i);
    child.set_text("", child.name);
  }
  return root;
}

TEST(Writer, GivesBackWhatWasAskedFor) {
  for (const std::uint32_t minor : {3u, 4u, 5u, 6u}) {
    KeySpec root;
    for (std::uint32_t type = 0; type < 13; ++type) {
      root.at("Alpha").set(fmt::format("of type {}", type), type, filled(type * 3));
    }
    root.at("Alpha\\Deep").set_text("", "default");
    root.at("Alpha\\Deep").set("Ma\xc3\x9f", 3, filled(4));
    root.at("Alpha\\\xd0\x96uk").set("\xe2\x82\xac", 0x1234, filled(5));
    root.at("Alpha\\\xf0\x9f\x98\x80").set("none", 0, {});
    root.at("beta").set("large", 3, filled(16344));
    root.at("Gamma");
    const Buffer bytes = written(root, minor);
    Budget budget;
    const auto hive = Hive::open(bytes, budget);
    ASSERT_TRUE(hive) << hive.error().what;
    std::string wanted;
    tell(root, "", wanted);
    EXPECT_EQ(told(*hive), wanted);
    EXPECT_THAT(hive->anomalies(), testing::IsEmpty());
    EXPECT_EQ(hive->minor_version(), minor);
    EXPECT_EQ(hive->file_name(), "SOFTWARE");
    EXPECT_EQ(hive->last_written_filetime(), version(minor).written_filetime);
  }
}

TEST(Writer, CutsLongDataIntoSegmentsFromVersion4On) {
  for (const std::size_t size : {16344u, 16345u, 2 * 16344u, 100'000u, 1'000'000u}) {
    KeySpec root;
    root.at("Key").set("big", 3, filled(size));
    const auto refused = write_hive(root, version(3));
    EXPECT_EQ(refused.has_value(), size <= segment_size);
    const Buffer bytes = written(root, 4);
    Budget budget;
    const auto hive = Hive::open(bytes, budget);
    ASSERT_TRUE(hive);
    const auto value = hive->find_value(**hive->find("Key"), "BIG");
    ASSERT_TRUE(value && *value);
    EXPECT_EQ(*hive->data(**value), filled(size));
    const std::size_t segments = (size + segment_size - 1) / segment_size;
    EXPECT_EQ(hive->data_cells(**value)->size(), size <= segment_size ? 1 : 2 + segments);
  }
}

std::string kind_of_list(const Hive& hive, std::uint32_t cell) {
  return to_string(hive.cell(cell)->first(2));
}

TEST(Writer, TakesTheListKindThatTheVersionKnows) {
  struct Case {
    std::size_t keys;
    std::uint32_t minor;
    std::string list, leaf;
  };
  for (const Case& c :
       {Case{506, 3, "lf", "lf"}, Case{507, 3, "li", "li"}, Case{1012, 4, "li", "li"},
        Case{1013, 3, "ri", "li"}, Case{1012, 5, "lh", "lh"}, Case{1013, 5, "ri", "lh"},
        Case{5000, 6, "ri", "lh"}}) {
    const KeySpec root = many(c.keys);
    const Buffer bytes = written(root, c.minor);
    Budget budget;
    const auto hive = Hive::open(bytes, budget);
    ASSERT_TRUE(hive);
    const auto lists = hive->subkey_list_cells(*hive->root());
    ASSERT_TRUE(lists);
    EXPECT_EQ(kind_of_list(*hive, lists->front()), c.list) << c.keys;
    EXPECT_EQ(kind_of_list(*hive, lists->back()), c.leaf) << c.keys;
    std::string wanted;
    tell(root, "", wanted);
    EXPECT_EQ(told(*hive), wanted);
    const auto last = hive->find(fmt::format("k{:05}", c.keys - 1));
    EXPECT_TRUE(last && *last);
    EXPECT_THAT(hive->anomalies(), testing::IsEmpty());
  }
}

TEST(Writer, HashesAndSortsAsWindowsDoes) {
  // The hash of a name with an umlaut is that which Windows stores for it.
  EXPECT_EQ(FoldedName("\xc3\x9c"
                       "bung")
                .hash(),
            0x18c84430u);
  KeySpec root;
  for (const char* name : {"zeta",
                           "\xc3\x9c"
                           "bung",
                           "B", "a_", "aB", "A"})
    root.at(name);
  const Buffer bytes = written(root, 5);
  Budget budget;
  const auto hive = Hive::open(bytes, budget);
  ASSERT_TRUE(hive);
  std::vector<std::string> names;
  const auto keys = hive->subkeys(*hive->root());
  ASSERT_TRUE(keys);
  for (const Key& key : *keys) names.push_back(key.name);
  EXPECT_THAT(names, testing::ElementsAre("A", "aB", "a_", "B", "zeta",
                                          "\xc3\x9c"
                                          "bung"));
  const auto list = hive->cell(hive->root()->subkey_list);
  EXPECT_EQ(load_u32_le(*list, list::entries + 5 * 8 + 4), 0x18c84430u);
}

TEST(Writer, FillsBinsOfWholePagesWithCellsEndToEnd) {
  KeySpec root = many(300);
  root.at("big").set("", 3, filled(9000));
  const Buffer bytes = written(root);
  ASSERT_EQ(bytes.size() % page_size, 0u);
  EXPECT_EQ(load_u32_le(bytes, base::bins_size), bytes.size() - base_block_size);
  EXPECT_EQ(load_u32_le(bytes, base::checksum), base_checksum(bytes));
  for (std::size_t at = base_block_size; at < bytes.size();) {
    EXPECT_EQ(as_text(Bytes(bytes).subspan(at, 4)), "hbin");
    EXPECT_EQ(load_u32_le(bytes, at + bin::offset), at - base_block_size);
    const std::size_t end = at + load_u32_le(bytes, at + bin::size);
    ASSERT_EQ(end % page_size, 0u);
    at += bin_header_size;
    while (at < end) {
      const std::uint32_t raw = load_u32_le(bytes, at);
      const std::uint32_t size = raw < 0x80000000 ? raw : 0u - raw;
      ASSERT_TRUE(size >= 8 && size % 8 == 0 && size <= end - at);
      at += size;
    }
    ASSERT_EQ(at, end);
  }
}

TEST(Writer, CountsEveryKeyInTheOneSecurityKey) {
  const Buffer bytes = written(many(7));
  Budget budget;
  const auto hive = Hive::open(bytes, budget);
  ASSERT_TRUE(hive);
  const auto root = hive->cell(hive->root()->cell);
  const std::uint32_t cell = load_u32_le(*root, nk::security);
  const auto security = hive->cell(cell);
  ASSERT_TRUE(security);
  EXPECT_EQ(as_text(security->first(2)), "sk");
  EXPECT_EQ(load_u32_le(*security, sk::references), 8u);
  EXPECT_EQ(load_u32_le(*security, sk::next), cell);
  EXPECT_EQ(load_u32_le(*security, sk::previous), cell);
}

TEST(Writer, KeepsTheEndOfALongFileName) {
  WriteOptions options;
  options.file_name = "\\SystemRoot\\System32\\Config\\SOFTWARE";
  const auto bytes = write_hive({}, options);
  ASSERT_TRUE(bytes);
  Budget budget;
  EXPECT_EQ(Hive::open(*bytes, budget)->file_name(), "emRoot\\System32\\Config\\SOFTWARE");
}

TEST(Writer, RefusesWhatWindowsWouldNotAccept) {
  const auto kind_of = [](const KeySpec& root) {
    const auto hive = write_hive(root, {});
    return hive ? std::nullopt : std::optional(hive.error().kind);
  };
  KeySpec root;
  root.subkeys.emplace_back();
  EXPECT_EQ(kind_of(root), ErrorKind::bad_input);
  root.subkeys[0].name = "a\\b";
  EXPECT_EQ(kind_of(root), ErrorKind::bad_input);
  root.subkeys[0].name = std::string(256, 'x');
  EXPECT_EQ(kind_of(root), ErrorKind::bad_input);
  root.subkeys[0].name = std::string(255, 'x');
  EXPECT_EQ(kind_of(root), std::nullopt);
  root.subkeys.emplace_back().name = std::string(255, 'X');
  EXPECT_EQ(kind_of(root), ErrorKind::bad_input);
  root.subkeys.clear();
  root.values = {{"Run", 1, {}}, {"RUN", 1, {}}};
  EXPECT_EQ(kind_of(root), ErrorKind::bad_input);
  root.values = {{std::string(16384, 'v'), 1, {}}};
  EXPECT_EQ(kind_of(root), ErrorKind::bad_input);
  root.values = {{std::string(16383, 'v'), 1, {}}};
  EXPECT_EQ(kind_of(root), std::nullopt);
  root.values.clear();
  KeySpec* key = &root;
  for (int i = 0; i < 512; ++i) key = &key->at("d");
  EXPECT_EQ(kind_of(root), std::nullopt);
  key->at("d");
  EXPECT_EQ(kind_of(root), ErrorKind::bad_input);
  EXPECT_FALSE(write_hive({}, version(2)));
  EXPECT_FALSE(write_hive({}, version(7)));
}

TEST(KeySpec, FindsKeysAndValuesWithoutRegardToCase) {
  KeySpec root;
  root.at("Software\\Microsoft").set_text("Name", "one");
  root.at("SOFTWARE\\MICROSOFT").set_text("NAME", "two");
  ASSERT_EQ(root.subkeys.size(), 1u);
  const KeySpec& key = root.at("software\\microsoft");
  ASSERT_EQ(key.values.size(), 1u);
  EXPECT_EQ(key.values[0].name, "Name");
  EXPECT_EQ(text_of(key.values[0].type, key.values[0].data), "two");
}

}  // namespace
}  // namespace antidotary::regf
