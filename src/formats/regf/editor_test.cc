// What the editor promises: a value or key goes, nothing else does, few bytes change, and the
// edits applied backwards give the file as it was.
#include "formats/regf/editor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/regf/specimens.h"

namespace antidotary::regf {
namespace {

constexpr std::uint64_t now = 132'000'000'000'000'000;

std::size_t bytes_of(const std::vector<Edit>& edits) {
  std::size_t sum = 0;
  for (const Edit& edit : edits) sum += edit.after.size();
  return sum;
}

ExpectedValue expected(const KeySpec& tree, const std::string& path, const std::string& name) {
  KeySpec copy = tree;
  for (const ValueSpec& value : copy.at(path).values) {
    if (value.name == name) return {path, name, value.type, value.data};
  }
  return {path, name, 0, {}};
}

// Lines of what a hive tells, sorted: the order of values is not promised.
std::vector<std::string> lines(Bytes hive) {
  std::vector<std::string> out;
  const std::string text = told(hive);
  std::string key;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    if (line.starts_with('[')) key = line;
    out.push_back(line.starts_with('[') ? line : key + line);
    at = end + 1;
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Applies, checks what every edit promises, undoes, and returns the edited hive.
Buffer applied(const Buffer& before, const std::vector<Edit>& edits) {
  Buffer after = before;
  EXPECT_TRUE(apply(after, edits));
  std::uint64_t end = 0;
  for (const Edit& edit : edits) {
    EXPECT_TRUE(edit.offset >= end) << "edits overlap or are out of order";
    EXPECT_FALSE(edit.after.empty());
    end = edit.offset + edit.after.size();
    for (std::size_t i = 0; i < edit.after.size(); ++i) EXPECT_NE(edit.before[i], edit.after[i]);
  }
  const std::uint32_t sequence = load_u32_le(before, base::sequence_1);
  EXPECT_EQ(load_u32_le(after, base::sequence_1), sequence + 1);
  EXPECT_EQ(load_u32_le(after, base::sequence_2), sequence + 1);
  EXPECT_EQ(load_u64_le(after, base::time), now);
  Budget budget;
  const auto hive = Hive::open(after, budget);
  EXPECT_TRUE(hive);
  told(*hive);
  EXPECT_THAT(hive->anomalies(), testing::IsEmpty());
  Buffer undone = after;
  EXPECT_TRUE(apply(undone, edits, true));
  EXPECT_EQ(sha256_hex(undone), sha256_hex(before));
  return after;
}

const std::string run_path = "Microsoft\\Windows\\CurrentVersion\\Run";

TEST(RemoveValue, TakesEachValueOutAndNothingElse) {
  for (const std::uint32_t minor : {3u, 5u}) {
    const KeySpec tree = specimen();
    const Buffer before = hive_of(tree, minor);
    const auto all = lines(before);
    const std::string kind = "\xd0\x96uk\\\xf0\x9f\x98\x80";
    std::vector<ExpectedValue> targets = {expected(tree, kind, "\xe2\x82\xac"),
                                          expected(tree,
                                                   "\xc3\x9c"
                                                   "bung",
                                                   "Ma\xc3\x9f")};
    for (const char* path : {"Kinds", run_path.c_str()}) {
      KeySpec copy = tree;
      for (const ValueSpec& v : copy.at(path).values) {
        targets.push_back(expected(tree, path, v.name));
      }
    }
    ASSERT_GT(targets.size(), 15u);
    for (const ExpectedValue& target : targets) {
      Budget budget;
      const auto edits = remove_value(before, target, now, budget);
      ASSERT_TRUE(edits) << edits.error().what;
      EXPECT_LT(bytes_of(*edits), 100u) << target.value;
      const Buffer after = applied(before, *edits);
      auto wanted = all;
      const std::string gone = "[" + target.key + "]" + target.value + "|" +
                               type_name(target.type) + "|" + sha256_hex(target.data);
      ASSERT_EQ(std::erase(wanted, gone), 1u) << gone;
      EXPECT_EQ(lines(after), wanted);
      Budget again;
      const auto hive = Hive::open(after, again);
      EXPECT_EQ((*hive->find(target.key))->last_written_filetime, now);
    }
  }
}

TEST(RemoveValue, ChangesUnder100BytesHoweverLongTheList) {
  KeySpec tree;
  for (int i = 0; i < 2000; ++i) tree.at("Key").set_text(fmt::format("v{:04}", i), "some text");
  const Buffer before = hive_of(tree);
  for (const char* name : {"v0000", "v1000", "v1999"}) {
    Budget budget;
    const auto edits = remove_value(before, expected(tree, "Key", name), now, budget);
    ASSERT_TRUE(edits);
    EXPECT_LT(bytes_of(*edits), 100u);
    EXPECT_EQ(lines(applied(before, *edits)).size(), 2001u);
  }
}

TEST(RemoveValue, FreesEverySegmentOfBigData) {
  const KeySpec tree = specimen(true);
  const Buffer before = hive_of(tree, 5);
  Budget budget;
  const auto edits = remove_value(before, expected(tree, "Kinds", "big"), now, budget);
  ASSERT_TRUE(edits) << edits.error().what;
  EXPECT_LT(bytes_of(*edits), 100u);
  applied(before, *edits);
  const auto hive = Hive::open(before, budget);
  const auto value = hive->find_value(**hive->find("Kinds"), "big");
  Buffer after = before;
  ASSERT_TRUE(apply(after, *edits));
  const auto cells = hive->data_cells(**value);
  ASSERT_EQ(cells->size(), 5u);
  for (const std::uint32_t cell : *cells) {
    EXPECT_LT(load_u32_le(after, base_block_size + cell), 0x80000000u);
  }
}

TEST(RemoveValue, CanBeDoneOverAndOver) {
  KeySpec tree = specimen();
  Buffer hive = hive_of(tree);
  for (const char* name : {"first", "third", "", "second"}) {
    Budget budget;
    const auto edits = remove_value(hive, expected(tree, run_path, name), now, budget);
    ASSERT_TRUE(edits) << edits.error().what;
    ASSERT_TRUE(apply(hive, *edits));
  }
  tree.at(run_path).values.clear();
  EXPECT_EQ(lines(hive), lines(hive_of(tree)));
}

TEST(RemoveValue, RefusesWhatIsNotAsItWasSeen) {
  const KeySpec tree = specimen();
  const Buffer hive = hive_of(tree);
  const ExpectedValue right = expected(tree, run_path, "second");
  const auto kind_of = [&](ExpectedValue wrong) {
    Budget budget;
    const auto edits = remove_value(hive, wrong, now, budget);
    return edits ? std::nullopt : std::optional(edits.error().kind);
  };
  EXPECT_EQ(kind_of(right), std::nullopt);
  ExpectedValue wrong = right;
  wrong.data.back() ^= std::byte{1};
  EXPECT_EQ(kind_of(wrong), ErrorKind::changed);
  wrong = right;
  wrong.data.pop_back();
  EXPECT_EQ(kind_of(wrong), ErrorKind::changed);
  wrong = right;
  wrong.type = reg_expand_sz;
  EXPECT_EQ(kind_of(wrong), ErrorKind::changed);
  wrong = right;
  wrong.value = "fourth";
  EXPECT_EQ(kind_of(wrong), ErrorKind::changed);
  wrong = right;
  wrong.key = "Microsoft\\Windows\\Run";
  EXPECT_EQ(kind_of(wrong), ErrorKind::changed);
}

TEST(RemoveValue, RefusesADirtyOrDamagedHive) {
  const KeySpec tree = specimen();
  const Buffer sound = hive_of(tree);
  const ExpectedValue target = expected(tree, run_path, "second");
  Budget budget;
  const auto hive = Hive::open(sound, budget);
  const Key kinds = **hive->find("Kinds");
  const Key run = **hive->find(run_path);
  const Key empty = **hive->find("Empty");
  const auto refused = [&](auto&& damage) {
    Buffer bytes = sound;
    damage(bytes);
    const auto edits = remove_value(bytes, target, now, budget);
    return !edits && edits.error().kind == ErrorKind::refused;
  };
  EXPECT_FALSE(refused([](Buffer&) {}));
  EXPECT_TRUE(refused([](Buffer& b) {
    store_u32_le(b, base::sequence_2, 5);
    fix_checksum(b);
  }));
  EXPECT_TRUE(refused([](Buffer& b) { b[base::checksum] ^= std::byte{1}; }));
  EXPECT_TRUE(refused([](Buffer& b) { b.resize(b.size() - 1); }));
  EXPECT_TRUE(refused([](Buffer& b) {
    store_u32_le(b, base::minor, 7);
    fix_checksum(b);
  }));
  EXPECT_TRUE(refused([](Buffer& b) {
    store_u32_le(b, base::file_type, 1);  // a log
    fix_checksum(b);
  }));
  // Damage far from the value is damage all the same: two keys share a value list.
  EXPECT_TRUE(refused([&](Buffer& b) {
    store_u32_le(b, place_of(empty.cell, nk::value_list), run.value_list);
    store_u32_le(b, place_of(empty.cell, nk::value_count), 1);
  }));
  EXPECT_TRUE(refused([&](Buffer& b) { store_u16_le(b, place_of(kinds.value_list, 0), 0xfff1); }));
  // A cell's size that is wrong, though nothing names the cell.
  EXPECT_TRUE(refused([&](Buffer& b) {
    std::size_t at = base_block_size + bin_header_size;
    while (load_u32_le(b, at) >= 0x80000000) at += 0u - load_u32_le(b, at);
    store_u32_le(b, at, load_u32_le(b, at) - 16);
  }));
  // The target's key says that another key is its parent.
  EXPECT_TRUE(
      refused([&](Buffer& b) { store_u32_le(b, place_of(run.cell, nk::parent), kinds.cell); }));
}

TEST(RemoveValue, RefusesTwoValuesOfOneName) {
  KeySpec tree = specimen();
  Buffer bytes = hive_of(tree);
  Budget budget;
  const auto hive = Hive::open(bytes, budget);
  const auto value = hive->find_value(**hive->find("Kinds"), "type 3");
  bytes[place_of((*value)->cell, vk::name) + 5] = std::byte{'4'};
  const auto edits = remove_value(bytes, expected(tree, "Kinds", "type 4"), now, budget);
  ASSERT_FALSE(edits);
  EXPECT_EQ(edits.error().kind, ErrorKind::refused);
}

TEST(RemoveValue, SaysWhenTheBudgetIsSpent) {
  const KeySpec tree = specimen();
  const Buffer bytes = hive_of(tree);
  for (std::uint64_t steps = 0;; ++steps) {
    ASSERT_LT(steps, 5000u);
    Budget budget({.steps_max = steps});
    const auto edits = remove_value(bytes, expected(tree, run_path, "first"), now, budget);
    if (edits) break;
    ASSERT_EQ(edits.error().kind, ErrorKind::budget_spent) << edits.error().what;
  }
}

TEST(ReplaceValue, GivesOtherDataInItsOwnCellOrAFreeOne) {
  const KeySpec tree = specimen(true);
  const Buffer before = hive_of(tree, 5);
  const std::size_t old_size = expected(tree, run_path, "second").data.size();
  for (const char* name : {"second", ""}) {
    for (const std::size_t size : {0ul, 1ul, 4ul, 5ul, old_size, old_size + 2, 600ul}) {
      Budget budget;
      const auto edits = replace_value(before, expected(tree, run_path, name), reg_binary,
                                       filled(size), now, budget);
      ASSERT_TRUE(edits) << edits.error().what;
      const Buffer after = applied(before, *edits);
      KeySpec wanted = tree;
      wanted.at(run_path).set(name, reg_binary, filled(size));
      EXPECT_EQ(lines(after), lines(hive_of(wanted, 5))) << size;
      Budget again;
      ExpectedValue now_there{run_path, name, reg_binary, filled(size)};
      EXPECT_TRUE(remove_value(after, now_there, now, again));
    }
  }
}

TEST(ReplaceValue, TakesResidentAndSegmentedDataToo) {
  const KeySpec tree = specimen(true);
  const Buffer before = hive_of(tree, 5);
  for (const auto& [key, name] : {std::pair<std::string, std::string>{"\xc3\x9c"
                                                                      "bung",
                                                                      "Ma\xc3\x9f"},
                                  {"Kinds", "big"},
                                  {"Kinds", "type 0"}}) {
    for (const std::size_t size : {3u, 300u}) {
      Budget budget;
      const auto edits =
          replace_value(before, expected(tree, key, name), reg_sz, filled(size), now, budget);
      ASSERT_TRUE(edits) << edits.error().what;
      KeySpec wanted = tree;
      wanted.at(key).set(name, reg_sz, filled(size));
      EXPECT_EQ(lines(applied(before, *edits)), lines(hive_of(wanted, 5)));
    }
  }
}

TEST(ReplaceValue, NeverGrowsTheFile) {
  const KeySpec tree = specimen();
  const Buffer hive = hive_of(tree);
  Budget budget;
  for (const std::size_t size : {4096u, 16'344u, 16'345u}) {
    const auto edits = replace_value(hive, expected(tree, run_path, "second"), reg_binary,
                                     filled(size), now, budget);
    ASSERT_FALSE(edits);
    EXPECT_EQ(edits.error().kind, ErrorKind::unsupported);
  }
}

TEST(ReplaceValue, OfTheSameDataIsNoEdit) {
  const KeySpec tree = specimen();
  const ExpectedValue same = expected(tree, run_path, "second");
  Budget budget;
  const auto edits = replace_value(hive_of(tree), same, same.type, same.data, now, budget);
  ASSERT_TRUE(edits);
  EXPECT_THAT(*edits, testing::IsEmpty());
}

TEST(RemoveKey, TakesTheKeyWithItsValuesAndNothingElse) {
  for (const std::uint32_t minor : {3u, 5u}) {
    const KeySpec tree = specimen(minor == 5);
    const Buffer before = hive_of(tree, minor);
    for (const std::string& path : {run_path, std::string("Kinds"), std::string("Empty"),
                                    std::string("\xd0\x96uk\\\xf0\x9f\x98\x80")}) {
      Budget budget;
      const auto edits = remove_key(before, path, now, budget);
      ASSERT_TRUE(edits) << edits.error().what;
      const Buffer after = applied(before, *edits);
      auto wanted = lines(before);
      std::erase_if(wanted, [&](const auto& line) { return line.starts_with("[" + path + "]"); });
      EXPECT_EQ(lines(after), wanted);
    }
  }
}

TEST(RemoveKey, KeepsLongListsSortedAndDropsEmptyLeaves) {
  KeySpec tree;
  for (int i = 0; i < 1500; ++i) tree.subkeys.emplace_back().name = fmt::format("K{:04}", i);
  for (const std::uint32_t minor : {3u, 5u}) {
    Buffer hive = hive_of(tree, minor);
    for (int i = 0; i < 1500; i += i < 740 ? 37 : 1) {
      Budget budget;
      const auto edits = remove_key(hive, fmt::format("k{:04}", i), now, budget);
      ASSERT_TRUE(edits) << edits.error().what;
      ASSERT_TRUE(apply(hive, *edits));
    }
    Budget budget;
    const auto open = Hive::open(hive, budget);
    const auto keys = open->subkeys(*open->root());
    ASSERT_TRUE(keys);
    EXPECT_EQ(keys->size(), 720u);
    EXPECT_TRUE(std::is_sorted(keys->begin(), keys->end(),
                               [](const Key& a, const Key& b) { return a.name < b.name; }));
    EXPECT_EQ(open->subkey_list_cells(*open->root())->size(), 2u) << "the second leaf is gone";
    EXPECT_THAT(open->anomalies(), testing::IsEmpty());
  }
}

TEST(RemoveKey, RefusesAKeyThatHoldsMoreThanWasSeen) {
  KeySpec tree = specimen();
  tree.at("Worm").set_text("a", "1");
  tree.at("Worm").set_text("b", "2");
  const Buffer hive = hive_of(tree);
  Budget budget;
  EXPECT_EQ(remove_key(hive, "Worm", now, budget, 0).error().kind, ErrorKind::changed);
  EXPECT_EQ(remove_key(hive, "Worm", now, budget, 1).error().kind, ErrorKind::changed);
  EXPECT_TRUE(remove_key(hive, "Worm", now, budget, 2));
  EXPECT_TRUE(remove_key(hive, "Worm", now, budget, 3)) << "an earlier edit took one";
}

TEST(RemoveKey, CountsDownTheSecurityKey) {
  const Buffer before = hive_of(specimen());
  Budget budget;
  const auto edits = remove_key(before, "Empty", now, budget);
  ASSERT_TRUE(edits);
  const Buffer after = applied(before, *edits);
  const auto hive = Hive::open(before, budget);
  const std::uint32_t security = load_u32_le(*hive->cell(hive->root()->cell), nk::security);
  const std::size_t place = place_of(security, sk::references);
  EXPECT_EQ(load_u32_le(after, place), load_u32_le(before, place) - 1);
}

// A hive whose key "Empty" has a security key and a class name of its own, in cells that two
// removed values leave behind.
struct OwnSecurity {
  OwnSecurity() {
    KeySpec tree = specimen();
    tree.at("Kinds").set("security", reg_binary, filled(24));
    tree.at("Kinds").set("class", reg_binary, filled(8));
    bytes = hive_of(tree);
    own = take_cell(tree, "security");
    class_name = take_cell(tree, "class");
    Budget budget;
    const auto hive = Hive::open(bytes, budget);
    const Key empty = hive->find("Empty")->value();
    shared = load_u32_le(bytes, place_of(empty.cell, nk::security));
    store_u32_le(bytes, place_of(empty.cell, nk::security), own);
    store_u32_le(bytes, place_of(empty.cell, nk::class_name), class_name);
    store_u16_le(bytes, place_of(empty.cell, nk::class_name_size), 8);
    store_u16_le(bytes, place_of(own, 0), 0x6b73);
    for (const std::size_t field : {sk::next, sk::previous}) {
      store_u32_le(bytes, place_of(own, field), shared);
      store_u32_le(bytes, place_of(shared, field), own);
    }
    store_u32_le(bytes, place_of(own, sk::references), 1);
    store_u32_le(bytes, place_of(own, sk::descriptor_size), 4);
  }
  // Removes a value but keeps the cell of its data in use.
  std::uint32_t take_cell(const KeySpec& tree, const std::string& name) {
    Budget budget;
    const auto hive = Hive::open(bytes, budget);
    const std::uint32_t cell = hive->find_value(**hive->find("Kinds"), name)->value().data_cell;
    const auto edits = remove_value(bytes, expected(tree, "Kinds", name), now, budget);
    EXPECT_TRUE(edits && apply(bytes, *edits));
    const std::size_t size_field = base_block_size + cell;
    store_u32_le(bytes, size_field, 0u - load_u32_le(bytes, size_field));
    return cell;
  }
  bool is_free(const Buffer& hive, std::uint32_t cell) const {
    return load_u32_le(hive, base_block_size + cell) < 0x80000000;
  }
  Buffer bytes;
  std::uint32_t own = 0, shared = 0, class_name = 0;
};

TEST(RemoveKey, TakesTheLastUseOfASecurityKeyOutOfTheRing) {
  const OwnSecurity s;
  Budget budget;
  const auto edits = remove_key(s.bytes, "Empty", now, budget);
  ASSERT_TRUE(edits) << edits.error().what;
  const Buffer after = applied(s.bytes, *edits);
  EXPECT_TRUE(s.is_free(after, s.own));
  EXPECT_TRUE(s.is_free(after, s.class_name));
  EXPECT_EQ(load_u32_le(after, place_of(s.shared, sk::next)), s.shared);
  EXPECT_EQ(load_u32_le(after, place_of(s.shared, sk::previous)), s.shared);
  EXPECT_EQ(load_u32_le(after, place_of(s.shared, sk::references)),
            load_u32_le(s.bytes, place_of(s.shared, sk::references)));
}

TEST(RemoveKey, RefusesADamagedRingOfSecurityKeys) {
  const OwnSecurity sound;
  const auto refused = [&](std::uint32_t cell, std::size_t field, std::uint32_t number) {
    Buffer bytes = sound.bytes;
    store_u32_le(bytes, place_of(cell, field), number);
    Budget budget;
    const auto edits = remove_key(bytes, "Empty", now, budget);
    return !edits && edits.error().kind == ErrorKind::refused;
  };
  EXPECT_TRUE(refused(sound.own, sk::references, 0));
  EXPECT_TRUE(refused(sound.own, sk::next, sound.own));
  EXPECT_TRUE(refused(sound.own, sk::next, 0x7ffffff8));
  EXPECT_TRUE(refused(sound.own, sk::previous, sound.class_name));
  EXPECT_TRUE(refused(sound.shared, sk::previous, sound.shared));
  EXPECT_TRUE(refused(sound.shared, sk::next, sound.shared));
  EXPECT_TRUE(refused(sound.own, 0, 0));
}

TEST(RemoveKey, RefusesTheRootAndKeysWithSubkeys) {
  const Buffer hive = hive_of(specimen());
  const auto kind_of = [&](const std::string& path) {
    Budget budget;
    const auto edits = remove_key(hive, path, now, budget);
    return edits ? std::nullopt : std::optional(edits.error().kind);
  };
  EXPECT_EQ(kind_of(""), ErrorKind::refused);
  EXPECT_EQ(kind_of("Microsoft"), ErrorKind::refused);
  EXPECT_EQ(kind_of("Nowhere"), ErrorKind::changed);
}

}  // namespace
}  // namespace antidotary::regf
