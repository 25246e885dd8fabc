// What the hive reader promises of sound hives, and of hives damaged at a named place: that the
// damage is reported and that what is sound around it is still read.
#include "formats/regf/hive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "formats/regf/specimens.h"

namespace antidotary::regf {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string run_path = "Microsoft\\Windows\\CurrentVersion\\Run";

// A hive whose records can be found by path and then overwritten.
struct Specimen {
  explicit Specimen(std::uint32_t minor = 3, bool big = false)
      : bytes(hive_of(specimen(big), minor)) {}
  explicit Specimen(Buffer hive) : bytes(std::move(hive)) {}

  Key key(const std::string& path) const {
    Budget budget;
    const auto hive = Hive::open(bytes, budget);
    return hive->find(path)->value();
  }
  Value value(const std::string& path, const std::string& name) const {
    Budget budget;
    const auto hive = Hive::open(bytes, budget);
    return hive->find_value(hive->find(path)->value(), name)->value();
  }
  void put_u16(std::uint32_t cell, std::size_t field, std::uint16_t number) {
    store_u16_le(bytes, place_of(cell, field), number);
  }
  void put_u32(std::uint32_t cell, std::size_t field, std::uint32_t number) {
    store_u32_le(bytes, place_of(cell, field), number);
  }
  void free(std::uint32_t cell) {
    const std::size_t place = base_block_size + cell;
    store_u32_le(bytes, place, 0u - load_u32_le(bytes, place));
  }
  // What it tells now, and which anomalies that brought up.
  std::string told_now() {
    Budget budget;
    const auto hive = Hive::open(bytes, budget);
    if (!hive) return "not opened: " + hive.error().what;
    std::string out = told(*hive);
    anomalies = hive->anomalies();
    return out;
  }

  Buffer bytes;
  std::vector<Anomaly> anomalies;
};

auto keys_in(const std::string& text) { return std::count(text.begin(), text.end(), '['); }

void append(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

// One bin written out by hand, field by field, after the specification and not by our writer.
Buffer hive_by_hand() {
  Buffer out(base_block_size);
  const auto base = octets('r', 'e', 'g', 'f', 9, 0, 0, 0, 9, 0, 0, 0);  // clean: 9 and 9
  std::copy(base.begin(), base.end(), out.begin());
  store_u32_le(out, 20, 1);
  store_u32_le(out, 24, 3);
  store_u32_le(out, 36, 0x20);
  store_u32_le(out, 40, 0x1000);
  store_u16_le(out, 48, 'H');
  fix_checksum(out);
  append(out, octets('h', 'b', 'i', 'n', 0, 0, 0, 0, 0, 0x10, 0, 0));
  out.resize(base_block_size + 0x20);
  // 0x20: the root, "R"; one subkey in the list at 0xe0, no values.
  append(out, octets(0xa8, 0xff, 0xff, 0xff, 'n', 'k', 0x2c, 0,       // size -88, flags
                     1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0,              // time, spare
                     0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0,  // parent, 1 subkey
                     0xe0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,           // its list
                     0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,              // no values
                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  // security, class
                     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  // largest sizes
                     0, 0, 0, 0, 1, 0, 0, 0,                          // name of 1 byte
                     'R', 0, 0, 0, 0, 0, 0, 0));
  // 0x78: a subkey named U+00DC in one byte; one value, in the list at 0xf0.
  append(out, octets(0xa8, 0xff, 0xff, 0xff, 'n', 'k', 0x20, 0,       //
                     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,              //
                     0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,           // parent 0x20
                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  //
                     1, 0, 0, 0, 0xf0, 0, 0, 0,                       // 1 value
                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  //
                     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
                     0, 0, 0, 0, 1, 0, 0, 0,                          //
                     0xdc, 0, 0, 0, 0, 0, 0, 0));
  out.resize(base_block_size + 0xe0);
  // 0xd0 is a free cell of 16 bytes.
  store_u32_le(out, base_block_size + 0xd0, 16);
  append(out, octets(0xf0, 0xff, 0xff, 0xff, 'l', 'i', 1, 0, 0x78, 0, 0, 0, 0, 0, 0, 0));  // 0xe0
  append(out, octets(0xf8, 0xff, 0xff, 0xff, 0xf8, 0, 0, 0));                              // 0xf0
  // 0xf8: a value named U+20AC in UTF-16, REG_DWORD, four resident bytes.
  append(out, octets(0xe0, 0xff, 0xff, 0xff, 'v', 'k', 2, 0, 4, 0, 0, 0x80,  //
                     0x78, 0x56, 0x34, 0x12, 4, 0, 0, 0, 0, 0, 0, 0, 0xac, 0x20, 0, 0, 0, 0, 0, 0));
  store_u32_le(out, out.size() - 32 + 0, 0u - 32);
  const std::size_t used = out.size() - base_block_size;
  append_u32_le(out, static_cast<std::uint32_t>(0x1000 - used));  // the rest is free
  out.resize(base_block_size + 0x1000);
  return out;
}

TEST(Hive, ReadsAHiveWrittenByHandAfterTheSpecification) {
  const Buffer bytes = hive_by_hand();
  Budget budget;
  const auto hive = Hive::open(bytes, budget);
  ASSERT_TRUE(hive) << hive.error().what;
  EXPECT_EQ(told(*hive), "[]\n[\xc3\x9c]\n\xe2\x82\xac|REG_DWORD|" +
                             sha256_hex(octets(0x78, 0x56, 0x34, 0x12)) + "\n");
  EXPECT_THAT(hive->anomalies(), IsEmpty());
  EXPECT_FALSE(hive->dirty());
  EXPECT_EQ(hive->root()->name, "R");
  EXPECT_EQ(hive->root()->last_written_filetime, 0x0007060504030201u);
  EXPECT_EQ(hive->file_name(), "H");
  const auto value = hive->find_value(**hive->find("\xc3\xbc"), "\xe2\x82\xac");
  ASSERT_TRUE(value && *value);
  EXPECT_TRUE((*value)->resident);
  EXPECT_EQ((*value)->data_size, 4u);
}

TEST(Hive, RefusesOtherFormatsAndCutBaseBlocks) {
  Budget budget;
  EXPECT_EQ(Hive::open({}, budget).error().kind, ErrorKind::not_this_format);
  EXPECT_EQ(Hive::open(filled(8192), budget).error().kind, ErrorKind::not_this_format);
  Specimen s;
  for (const std::size_t size : {4u, 511u, 4095u, 4096u, 4128u}) {
    const auto hive = Hive::open(Bytes(s.bytes).first(size), budget);
    ASSERT_FALSE(hive) << size;
    EXPECT_EQ(hive.error().kind, ErrorKind::truncated) << size;
  }
  s.put_u16(s.key("").cell, 0, 0x7878);
  EXPECT_EQ(Hive::open(s.bytes, budget).error().kind, ErrorKind::malformed);
}

TEST(Hive, FindsKeysAndValuesWithoutRegardToCase) {
  for (const std::uint32_t minor : {3u, 5u}) {
    const Specimen s(minor);
    Budget budget;
    const auto hive = Hive::open(s.bytes, budget);
    const auto key = hive->find("MICROSOFT\\windows\\currentVERSION\\RUN");
    ASSERT_TRUE(key && *key);
    EXPECT_EQ((*key)->name, "Run");
    const auto value = hive->find_value(**key, "SECOND");
    ASSERT_TRUE(value && *value);
    EXPECT_EQ(text_of((*value)->type, *hive->data(**value)), "C:\\WINDOWS\\second.exe /quiet");
    EXPECT_EQ((*hive->find_value(**key, ""))->name, "");
    EXPECT_EQ((*hive->find("\xc3\xbc"
                           "BUNG"))
                  ->name,
              "\xc3\x9c"
              "bung");
    EXPECT_EQ((*hive->find("\xd0\xb6UK\\\xf0\x9f\x98\x80"))->name, "\xf0\x9f\x98\x80");
    EXPECT_FALSE(*hive->find("Microsoft\\Wind"));
    EXPECT_FALSE(*hive->find("\\Microsoft"));
    EXPECT_FALSE(*hive->find_value(**key, "fourth"));
    EXPECT_EQ((*hive->find(""))->cell, hive->root()->cell);
  }
}

TEST(Hive, FindsAKeyWhoseStoredHashIsWrong) {
  Specimen s(5);
  const Key root = s.key("");
  for (std::size_t i = 0; i < root.subkey_count; ++i) {
    s.put_u32(root.subkey_list, list::entries + 8 * i + 4, 0xabad1dea);
  }
  EXPECT_EQ(s.key("microsoft").name, "Microsoft");
}

TEST(Hive, FindsAmongManyByTheirHashesAlone) {
  KeySpec root;
  for (int i = 0; i < 5000; ++i) root.subkeys.emplace_back().name = fmt::format("K{:04}", i);
  const Buffer bytes = hive_of(root, 5);
  // One step an entry and a few for the lists: with a look at each sibling it would be twice that.
  Budget budget({.steps_max = 5200});
  const auto hive = Hive::open(bytes, budget);
  ASSERT_TRUE(hive);
  const auto key = hive->find("k4999");
  ASSERT_TRUE(key && *key);
  EXPECT_EQ((*key)->name, "K4999");
}

TEST(Hive, ReadsLongDataInOneCellAsHivexWritesThem) {
  Specimen s(4, true);
  const Value big = s.value("Kinds", "big");
  Budget budget;
  EXPECT_EQ(*Hive::open(s.bytes, budget)->data(big), filled(40'000));
  // A hive of version 3 knows no segments: its long data are plain. A cell of that size exists
  // only if we make one, by declaring a new bin at the end.
  const auto start = static_cast<std::uint32_t>(s.bytes.size() - base_block_size);
  append(s.bytes, octets('h', 'b', 'i', 'n'));
  append_u32_le(s.bytes, start);
  append_u32_le(s.bytes, 40'960);
  s.bytes.resize(base_block_size + start + 32);
  append_u32_le(s.bytes, 0u - (40'960 - 32));
  append(s.bytes, filled(40'960 - 36));
  store_u32_le(s.bytes, base::bins_size, start + 40'960);
  fix_checksum(s.bytes);
  s.put_u32(big.cell, vk::data, start + 32);
  EXPECT_EQ(*Hive::open(s.bytes, budget)->data(s.value("Kinds", "big")), filled(40'000));
  EXPECT_THAT(s.told_now(), HasSubstr(sha256_hex(filled(40'000))));
  EXPECT_THAT(s.anomalies, IsEmpty());
}

TEST(HiveDamage, DirtyIsReportedAndReadAsItStands) {
  Specimen s;
  const std::string sound = s.told_now();
  store_u32_le(s.bytes, base::sequence_1, 7);
  fix_checksum(s.bytes);
  EXPECT_EQ(s.told_now(), sound);
  EXPECT_THAT(s.anomalies, ElementsAre(Anomaly::dirty));
  Budget budget;
  EXPECT_TRUE(Hive::open(s.bytes, budget)->dirty());
}

TEST(HiveDamage, BadChecksumIsReportedAndCountsAsDirty) {
  Specimen s;
  const std::string sound = s.told_now();
  s.bytes[base::checksum] ^= std::byte{1};
  EXPECT_EQ(s.told_now(), sound);
  EXPECT_THAT(s.anomalies, ElementsAre(Anomaly::bad_checksum));
  Budget budget;
  EXPECT_TRUE(Hive::open(s.bytes, budget)->dirty());
}

TEST(HiveDamage, TruncationLeavesWhatLiesBeforeIt) {
  Specimen s(5, true);
  s.bytes.resize(s.bytes.size() - 4096);
  EXPECT_THAT(s.told_now(), HasSubstr("[Kinds]\ntype 0|REG_NONE|"));
  EXPECT_THAT(s.anomalies, Contains(Anomaly::truncated));
  EXPECT_THAT(s.anomalies, Contains(Anomaly::bad_list));  // the values of Run lay in that page
  // Cut within a page, too, and whatever the page.
  s.bytes.resize(base_block_size + 1500);
  EXPECT_THAT(s.told_now(), HasSubstr("[Microsoft]"));
}

TEST(HiveDamage, ABadBinHeaderHidesNoKeys) {
  KeySpec root;
  for (int i = 0; i < 200; ++i) root.subkeys.emplace_back().name = fmt::format("K{:04}", i);
  Specimen s(hive_of(root));
  const std::string sound = s.told_now();
  ASSERT_THAT(s.anomalies, IsEmpty());
  for (const std::size_t field : {std::size_t{0}, bin::offset, bin::size}) {
    Specimen damaged(s.bytes);
    damaged.bytes[base_block_size + 2 * page_size + field] ^= std::byte{0x11};
    EXPECT_EQ(damaged.told_now(), sound) << field;
    EXPECT_THAT(damaged.anomalies, ElementsAre(Anomaly::bad_bin)) << field;
  }
}

TEST(HiveDamage, ABadCellLosesOnlyItsOwnRecord) {
  for (const std::uint32_t size : {0u, 4u, 16u, 0xffffff00u, 0xfffffffcu, 0x80000000u}) {
    Specimen s;
    const Key empty = s.key("Empty");
    store_u32_le(s.bytes, base_block_size + empty.cell, size);
    const std::string now = s.told_now();
    if (size == 0xffffff00u) continue;  // a cell that is only too long for its record
    EXPECT_THAT(now, Not(HasSubstr("[Empty]"))) << size;
    EXPECT_THAT(now, HasSubstr("[Kinds]")) << size;
    EXPECT_THAT(s.anomalies, ElementsAre(Anomaly::bad_cell, Anomaly::bad_key)) << size;
  }
}

TEST(HiveDamage, ABadKeyLosesOnlyItsSubtree) {
  const auto damage = [](auto&& how) {
    Specimen s;
    how(s, s.key("Microsoft\\Windows").cell);
    const std::string now = s.told_now();
    EXPECT_THAT(now, Not(HasSubstr("Windows")));
    EXPECT_THAT(now, HasSubstr("[Microsoft]\n"));
    EXPECT_THAT(now, HasSubstr("[\xc3\x9c"
                               "bung]"));
    EXPECT_THAT(s.anomalies, ElementsAre(Anomaly::bad_key));
  };
  damage([](Specimen& s, std::uint32_t cell) { s.put_u16(cell, 0, 0x6b76); });
  damage([](Specimen& s, std::uint32_t cell) { s.put_u16(cell, nk::name_size, 600); });
  damage([](Specimen& s, std::uint32_t cell) { s.put_u16(cell, nk::name_size, 40); });
}

TEST(HiveDamage, KeysBelowTheDepthThatWindowsAllowsAreSkipped) {
  KeySpec root;
  KeySpec* key = &root;
  for (int i = 0; i < 512; ++i) key = &key->at("d");
  Specimen s(hive_of(root));
  EXPECT_EQ(keys_in(s.told_now()), 513);
  EXPECT_THAT(s.anomalies, IsEmpty());
  // The deepest key gets a subkey of its own: the sibling that a second tree lends it.
  std::string path = "d";
  for (int i = 1; i < 512; ++i) path += "\\d";
  root.at("lent");
  Specimen deeper(hive_of(root));
  const Key deepest = deeper.key(path);
  const Key lender = deeper.key(path.substr(2));
  deeper.put_u32(deepest.cell, nk::subkey_count, 1);
  deeper.put_u32(deepest.cell, nk::subkey_list, lender.subkey_list);
  EXPECT_EQ(keys_in(deeper.told_now()), 514);
  EXPECT_THAT(deeper.anomalies, ElementsAre(Anomaly::bad_key));
}

TEST(HiveDamage, ABadListLosesOnlyItsKeys) {
  const auto damage = [](auto&& how) {
    Specimen s;
    how(s, s.key("Microsoft"));
    const std::string now = s.told_now();
    EXPECT_THAT(now, HasSubstr("[Microsoft]\n[\xc3\x9c"
                               "bung]"));
    EXPECT_THAT(s.anomalies, Contains(Anomaly::bad_list));
  };
  damage([](Specimen& s, const Key& key) { s.put_u16(key.subkey_list, 0, 0x7878); });
  damage([](Specimen& s, const Key& key) { s.free(key.subkey_list); });
  damage([](Specimen& s, const Key& key) { s.put_u32(key.cell, nk::subkey_list, 0x7ffffff8); });
  damage([](Specimen& s, const Key& key) { s.put_u32(key.cell, nk::subkey_list, no_cell); });
  // A list that says it is longer than its cell is read as far as the cell goes.
  Specimen s;
  s.put_u16(s.key("Microsoft").subkey_list, list::count, 0xffff);
  EXPECT_THAT(s.told_now(), HasSubstr("[" + run_path + "]"));
  EXPECT_THAT(s.anomalies, Contains(Anomaly::bad_list));
  // So is a value list that cannot be read at all.
  Specimen values;
  values.free(values.key(run_path).value_list);
  EXPECT_THAT(values.told_now(), HasSubstr("[" + run_path + "]\n[\xc3\x9c"));
  EXPECT_THAT(values.anomalies, ElementsAre(Anomaly::bad_list));
}

TEST(HiveDamage, OneBadLeafOfAnIndexRootLosesOnlyItsKeys) {
  KeySpec root;
  for (int i = 0; i < 3000; ++i) root.subkeys.emplace_back().name = fmt::format("K{:04}", i);
  Specimen s(hive_of(root));
  Budget budget;
  const auto lists = *Hive::open(s.bytes, budget)->subkey_list_cells(s.key(""));
  ASSERT_EQ(lists.size(), 4u);
  s.put_u16(lists[2], 0, 0x6972);  // a root below the root
  EXPECT_EQ(keys_in(s.told_now()), 2001);
  EXPECT_THAT(s.anomalies, Contains(Anomaly::bad_list));
}

TEST(HiveDamage, ABadValueLosesOnlyItself) {
  const auto damage = [](auto&& how) {
    Specimen s;
    how(s, s.value(run_path, "second").cell);
    const std::string now = s.told_now();
    EXPECT_THAT(now, HasSubstr("first|REG_SZ|"));
    EXPECT_THAT(now, Not(HasSubstr("second|")));
    EXPECT_THAT(now, HasSubstr("third|REG_EXPAND_SZ|"));
    EXPECT_THAT(s.anomalies, Contains(Anomaly::bad_value));
  };
  damage([](Specimen& s, std::uint32_t cell) { s.put_u16(cell, 0, 0x6b6e); });
  damage([](Specimen& s, std::uint32_t cell) { s.put_u16(cell, vk::name_size, 40'000); });
  damage([](Specimen& s, std::uint32_t cell) { s.put_u32(cell, vk::data_size, 0x80000005); });
  damage([](Specimen& s, std::uint32_t cell) { s.free(cell); });
}

TEST(HiveDamage, BadDataAreRefusedWhole) {
  const auto damage = [](bool big, auto&& how) {
    Specimen s(5, big);
    const Value value = big ? s.value("Kinds", "big") : s.value(run_path, "second");
    how(s, value);
    EXPECT_THAT(s.told_now(), HasSubstr(big ? "big|REG_BINARY|-\n" : "second|REG_SZ|-\n"));
    EXPECT_THAT(s.anomalies, ElementsAre(Anomaly::bad_data));
  };
  for (const bool big : {false, true}) {
    damage(big, [](Specimen& s, const Value& v) { s.put_u32(v.cell, vk::data, 0x7ffffff8); });
    damage(big, [](Specimen& s, const Value& v) { s.put_u32(v.cell, vk::data_size, 0x7fffffff); });
    damage(big, [](Specimen& s, const Value& v) { s.put_u32(v.cell, vk::data_size, 70'000); });
    damage(big, [](Specimen& s, const Value& v) { s.free(v.data_cell); });
  }
  const auto cell_of_big = [](const Specimen& s, const Value& v, std::size_t i) {
    Budget budget;
    return (*Hive::open(s.bytes, budget)->data_cells(v))[i];
  };
  for (const std::size_t i : {1u, 2u, 4u}) {  // the list, the first segment, the last
    damage(true, [&](Specimen& s, const Value& v) { s.free(cell_of_big(s, v, i)); });
  }
  damage(true, [](Specimen& s, const Value& v) { s.put_u16(v.data_cell, list::count, 2); });
}

TEST(HiveDamage, ALoopIsVisitedOnce) {
  Specimen s;
  const std::string sound = s.told_now();
  const Key run = s.key(run_path);
  const Key root = s.key("");
  s.put_u32(run.cell, nk::subkey_count, root.subkey_count);
  s.put_u32(run.cell, nk::subkey_list, root.subkey_list);
  EXPECT_EQ(s.told_now(), sound);
  EXPECT_THAT(s.anomalies, ElementsAre(Anomaly::loop));
}

TEST(HiveDamage, ACountThatDiffersFromItsListIsReported) {
  Specimen s;
  const std::string sound = s.told_now();
  const Key key = s.key("Microsoft");
  s.put_u32(key.cell, nk::subkey_count, 2);
  EXPECT_EQ(s.told_now(), sound);
  EXPECT_THAT(s.anomalies, ElementsAre(Anomaly::count_mismatch));
  s.put_u32(key.cell, nk::subkey_count, 1);
  s.put_u32(s.key("\xc3\x9c"
                  "bung")
                .cell,
            nk::value_count, 900'000);
  EXPECT_THAT(s.told_now(), HasSubstr("Ma\xc3\x9f|REG_BINARY|"));
  EXPECT_THAT(s.anomalies, Contains(Anomaly::count_mismatch));
}

TEST(HiveDamage, EveryAnomalyHasItsOwnName) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Anomaly::count_mismatch); ++i) {
    names.push_back(name_of(static_cast<Anomaly>(i)));
  }
  EXPECT_THAT(names, Not(Contains("?")));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(HiveLimits, AnIndexRootThatNamesOneLeafOverAndOverEnds) {
  KeySpec root;
  for (int i = 0; i < 4000; ++i) root.subkeys.emplace_back().name = fmt::format("K{:04}", i);
  root.set("list", reg_binary, filled(16'000));
  Specimen s(hive_of(root));
  Budget budget;
  const auto lists = *Hive::open(s.bytes, budget)->subkey_list_cells(s.key(""));
  // The value's data become a root of 3,999 entries that all name one leaf of 1,000.
  const std::uint32_t fake = s.value("", "list").data_cell;
  s.put_u32(fake, 0, 0x0f9f6972);
  for (std::size_t i = 0; i < 3999; ++i) s.put_u32(fake, list::entries + 4 * i, lists[1]);
  s.put_u32(s.key("").cell, nk::subkey_list, fake);
  EXPECT_EQ(keys_in(s.told_now()), 1001);
  EXPECT_THAT(s.anomalies, Contains(Anomaly::bad_list));
  const auto hive = Hive::open(s.bytes, budget);
  EXPECT_LT(hive->subkeys(*hive->root())->size(), s.bytes.size() / nk::name);
}

TEST(HiveLimits, OneValueNamedOverAndOverIsNotCopiedWithoutEnd) {
  KeySpec root;
  root.set(std::string(16'000, 'n'), reg_dword, filled(4));
  root.set("list", reg_binary, filled(16'000));
  Specimen s(hive_of(root));
  const Value value = s.value("", std::string(16'000, 'n'));
  const std::uint32_t fake = s.value("", "list").data_cell;
  for (std::size_t i = 0; i < 4000; ++i) s.put_u32(fake, 4 * i, value.cell);
  s.put_u32(s.key("").cell, nk::value_list, fake);
  s.put_u32(s.key("").cell, nk::value_count, 4000);
  Budget budget;
  const auto hive = Hive::open(s.bytes, budget);
  EXPECT_LT(hive->values(*hive->root())->size(), 10u);
  EXPECT_THAT(hive->anomalies(), ElementsAre(Anomaly::bad_list));
}

TEST(HiveLimits, ASpentBudgetIsAnErrorAndNeverAnEmptyAnswer) {
  const Specimen s;
  bool finished = false;
  for (std::uint64_t steps = 0; !finished; ++steps) {
    ASSERT_LT(steps, 2000u);
    Budget budget({.steps_max = steps});
    const auto hive = Hive::open(s.bytes, budget);
    if (!hive) {
      EXPECT_EQ(hive.error().kind, ErrorKind::budget_spent) << steps;
      continue;
    }
    const auto walked = hive->walk([](const std::string&, const Key&) { return true; });
    finished = walked.has_value();
    EXPECT_TRUE(finished || walked.error().kind == ErrorKind::budget_spent);
    EXPECT_THAT(hive->anomalies(), IsEmpty()) << steps;
  }
}

// Asks everything of a hive. The property is to end, and not to read outside (AddressSanitizer).
void ask_everything(Bytes bytes) {
  Budget budget({.steps_max = 3'000'000});
  const auto hive = Hive::open(bytes, budget);
  if (!hive) return;
  const std::string all = told(*hive);
  EXPECT_FALSE(all.empty());
  EXPECT_TRUE(hive->find(run_path).has_value() || budget.spent().has_value());
}

TEST(HiveFuzz, CutAtEveryLength) {
  const Specimen s;
  for (std::size_t size = 0; size <= s.bytes.size(); ++size) {
    const Buffer exact(s.bytes.begin(), s.bytes.begin() + static_cast<std::ptrdiff_t>(size));
    ask_everything(exact);
  }
}

TEST(HiveFuzz, TenThousandFlipsWithAndWithoutARightChecksum) {
  std::mt19937 random(20030801);
  for (const std::uint32_t minor : {3u, 5u}) {
    const Specimen s(minor, minor == 5);
    for (int round = 0; round < 5000; ++round) {
      Buffer damaged = s.bytes;
      for (std::size_t flips = 1 + random() % 4; flips > 0; --flips) {
        // Most of the records lie in the first two pages of bins; half of the flips go there.
        const std::size_t range = random() % 2 == 0 ? damaged.size() : std::size_t{8192};
        damaged[random() % range] = static_cast<std::byte>(random());
      }
      if (random() % 2 == 0) fix_checksum(damaged);
      ask_everything(damaged);
    }
  }
}

TEST(Types, HaveNamesBothWays) {
  EXPECT_EQ(type_name(reg_sz), "REG_SZ");
  EXPECT_EQ(type_name(reg_qword), "REG_QWORD");
  EXPECT_EQ(type_name(0x1234), "REG_0x1234");
  for (const std::uint32_t type : {0u, 1u, 7u, 11u, 12u, 0x1234u, 0xffffffffu}) {
    EXPECT_EQ(type_from_name(type_name(type)), type);
  }
  EXPECT_EQ(type_from_name("reg_dword"), reg_dword);
  for (const char* wrong : {"", "REG_", "REG_0x", "REG_0xg", "REG_0x1 ", "REG_0x123456789"}) {
    EXPECT_EQ(type_from_name(wrong), std::nullopt) << wrong;
  }
}

TEST(Types, TextEndsAtTheFirstNul) {
  EXPECT_EQ(text_of(reg_sz, octets('a', 0, 'b', 0, 0, 0, 'c', 0)), "ab");
  EXPECT_EQ(text_of(reg_expand_sz, octets('a', 0, 'b', 0, 'c')), "ab");
  EXPECT_EQ(text_of(reg_sz, {}), "");
  EXPECT_EQ(text_of(reg_binary, octets('a', 0)), std::nullopt);
  EXPECT_EQ(text_of(reg_sz, data_of_text("\xe2\x82\xac")), "\xe2\x82\xac");
}

}  // namespace
}  // namespace antidotary::regf
