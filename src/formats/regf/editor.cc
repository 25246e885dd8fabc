// Removes and replaces values, and removes keys, in place. Each edit is planned on a hive whose
// every cell was counted (census.h), and gathered as bytes that differ (patch.h).
#include "formats/regf/editor.h"

#include <algorithm>

#include "core/reader.h"
#include "core/text.h"
#include "formats/regf/census.h"
#include "formats/regf/hive.h"
#include "formats/regf/layout.h"
#include "formats/regf/patch.h"

namespace antidotary::regf {
namespace {

class Editor {
 public:
  static Result<Editor> open(Bytes bytes, std::uint64_t now_filetime, Budget& budget) {
    const Hive hive = ANTIDOTARY_TRY(Hive::open(bytes, budget));
    Census census = ANTIDOTARY_TRY(Census::take(hive, budget));
    return Editor(hive, std::move(census), now_filetime);
  }

  Result<std::vector<Edit>> remove_value(const ExpectedValue& expected) {
    ANTIDOTARY_CHECK(go_to(expected.key));
    ANTIDOTARY_CHECK(go_to_value(expected));
    ANTIDOTARY_CHECK(free_value(value_));
    const std::uint32_t left = key_.value_count - 1;
    if (left == 0) {
      free_cell(key_.value_list);
      put(key_.cell, nk::value_list, no_cell);
    } else {
      // The last entry moves into the gap: order means nothing to Windows, and closing up a long
      // list would change more bytes than all the rest.
      const Bytes list = ANTIDOTARY_TRY(hive_.cell(key_.value_list));
      put(key_.value_list, 4 * value_index_, load_u32_le(list, 4 * std::size_t{left}));
    }
    put(key_.cell, nk::value_count, left);
    return finish(key_.cell);
  }

  Result<std::vector<Edit>> replace_value(const ExpectedValue& expected, std::uint32_t new_type,
                                          Bytes new_data) {
    ANTIDOTARY_CHECK(go_to(expected.key));
    ANTIDOTARY_CHECK(go_to_value(expected));
    if (new_type == expected.type &&
        std::equal(new_data.begin(), new_data.end(), expected.data.begin(), expected.data.end())) {
      return std::vector<Edit>{};
    }
    ANTIDOTARY_CHECK(new_data.size() <= 4 ? put_resident(new_data) : put_data(new_data));
    put(value_.cell, vk::type, new_type);
    const Bytes node = ANTIDOTARY_TRY(hive_.cell(key_.cell));
    const auto size = static_cast<std::uint32_t>(new_data.size());
    if (load_u32_le(node, nk::value_data_size_max) < size) {
      put(key_.cell, nk::value_data_size_max, size);
    }
    return finish(key_.cell);
  }

  Result<std::vector<Edit>> remove_key(const std::string& path, std::uint32_t values_max) {
    ANTIDOTARY_CHECK(go_to(path));
    if (key_.cell == parent_.cell) return fail(ErrorKind::refused, "the root key stays");
    if (key_.subkey_count != 0) {
      return fail(ErrorKind::refused, "the key \"{}\" has subkeys", path);
    }
    if ((key_.flags & (nk::hive_entry | nk::no_delete | nk::predefined_handle)) != 0) {
      return fail(ErrorKind::refused, "the key \"{}\" is marked as not to be deleted", path);
    }
    if (key_.value_count > values_max) {
      return fail(ErrorKind::changed, "the key \"{}\" has {} values, where {} were seen", path,
                  key_.value_count, values_max);
    }
    for (const Value& value : ANTIDOTARY_TRY(hive_.values(key_))) {
      ANTIDOTARY_CHECK(free_value(value));
    }
    if (key_.value_count != 0) free_cell(key_.value_list);
    const Bytes node = ANTIDOTARY_TRY(hive_.cell(key_.cell));
    if (load_u16_le(node, nk::class_name_size) != 0) free_cell(load_u32_le(node, nk::class_name));
    ANTIDOTARY_CHECK(release_security(load_u32_le(node, nk::security)));
    ANTIDOTARY_CHECK(unlist_key());
    free_cell(key_.cell);
    put(parent_.cell, nk::subkey_count, parent_.subkey_count - 1);
    return finish(parent_.cell);
  }

 private:
  Editor(const Hive& hive, Census census, std::uint64_t now_filetime)
      : hive_(hive), census_(std::move(census)), patch_(hive.bytes()), now_(now_filetime) {}

  static std::uint64_t place(std::uint32_t cell) { return base_block_size + std::uint64_t{cell}; }
  void put(std::uint32_t cell, std::size_t field, std::uint32_t value) {
    patch_.put_u32(place(cell) + 4 + field, value);
  }
  // Free cells have a positive size. Neighbours are not joined: readers and Windows take two free
  // cells in a row, and joining them would change bytes that removal need not touch.
  void free_cell(std::uint32_t cell) {
    patch_.put_u32(place(cell), 0u - load_u32_le(hive_.bytes(), place(cell)));
  }

  // Follows the path. Two siblings of one name cannot both be meant, so they are refused.
  Status go_to(const std::string& path) {
    key_ = parent_ = ANTIDOTARY_TRY(hive_.root());
    if (path.empty()) return {};
    for (const std::string_view name : split(path, '\\')) {
      const std::u16string wanted = FoldedName(name).units();
      std::vector<Key> named = ANTIDOTARY_TRY(hive_.subkeys(key_));
      std::erase_if(named, [&](const Key& k) { return FoldedName(k.name).units() != wanted; });
      if (named.empty()) return fail(ErrorKind::changed, "there is no key \"{}\"", path);
      if (named.size() > 1) return fail(ErrorKind::refused, "two keys are named \"{}\"", path);
      if (named.front().parent != key_.cell) {
        return fail(ErrorKind::refused, "the hive is damaged (the key \"{}\" names another parent)",
                    path);
      }
      parent_ = key_;
      key_ = named.front();
    }
    return {};
  }

  Status go_to_value(const ExpectedValue& expected) {
    const std::u16string wanted = FoldedName(expected.value).units();
    const auto values = ANTIDOTARY_TRY(hive_.values(key_));
    std::size_t matches = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (FoldedName(values[i].name).units() != wanted) continue;
      ++matches;
      value_ = values[i];
      value_index_ = i;
    }
    if (matches > 1) {
      return fail(ErrorKind::refused, "two values are named \"{}\"", expected.value);
    }
    if (matches == 0) return fail(ErrorKind::changed, "there is no value \"{}\"", expected.value);
    const Buffer data = ANTIDOTARY_TRY(hive_.data(value_));
    if (value_.type != expected.type || data != expected.data) {
      return fail(ErrorKind::changed, "the value \"{}\" is not what it was", expected.value);
    }
    return {};
  }

  Status free_data(const Value& value) {
    for (const std::uint32_t cell : ANTIDOTARY_TRY(hive_.data_cells(value))) free_cell(cell);
    return {};
  }

  Status free_value(const Value& value) {
    ANTIDOTARY_CHECK(free_data(value));
    free_cell(value.cell);
    return {};
  }

  Status put_resident(Bytes data) {
    ANTIDOTARY_CHECK(free_data(value_));
    Buffer four = to_buffer(data);
    four.resize(4);
    patch_.put(place(value_.cell) + 4 + vk::data, four);
    put(value_.cell, vk::data_size, static_cast<std::uint32_t>(data.size()) | resident_flag);
    return {};
  }

  Status put_data(Bytes data) {
    // Windows reads longer data as segments, which would need several cells and a list.
    if (data.size() > segment_size) {
      return fail(ErrorKind::unsupported, "{} bytes are too many to be put in place", data.size());
    }
    const auto size = static_cast<std::uint32_t>(data.size());
    const auto own = ANTIDOTARY_TRY(hive_.data_cells(value_));
    std::uint32_t cell = value_.data_cell;
    if (own.size() != 1 || ANTIDOTARY_TRY(hive_.cell(cell)).size() < size) {
      const std::uint32_t whole = (size + 4 + 7) / 8 * 8;
      const FreeCell* free = census_.free_cell_for(whole);
      if (free == nullptr) {
        return fail(ErrorKind::unsupported, "no free cell holds {} bytes", size);
      }
      ANTIDOTARY_CHECK(free_data(value_));
      cell = free->offset;
      patch_.put_u32(place(cell), 0u - whole);
      if (free->size > whole) patch_.put_u32(place(cell) + whole, free->size - whole);
      put(value_.cell, vk::data, cell);
    }
    patch_.put(place(cell) + 4, data);
    put(value_.cell, vk::data_size, size);
    return {};
  }

  // "Key security": one more key has stopped using it; the last one takes it out of the ring.
  Status release_security(std::uint32_t cell) {
    if (cell == no_cell) return {};
    const Bytes record = ANTIDOTARY_TRY(security(cell));
    const std::uint32_t references = load_u32_le(record, sk::references);
    if (references > 1) {
      put(cell, sk::references, references - 1);
      return {};
    }
    const std::uint32_t next = load_u32_le(record, sk::next);
    const std::uint32_t previous = load_u32_le(record, sk::previous);
    const Bytes after = ANTIDOTARY_TRY(security(next));
    const Bytes before = ANTIDOTARY_TRY(security(previous));
    if (references == 0 || next == cell || load_u32_le(after, sk::previous) != cell ||
        load_u32_le(before, sk::next) != cell) {
      return fail(ErrorKind::refused, "the hive is damaged (security keys)");
    }
    put(previous, sk::next, next);
    put(next, sk::previous, previous);
    free_cell(cell);
    return {};
  }

  Result<Bytes> security(std::uint32_t cell) {
    if (census_.is_live(cell)) {
      const Bytes record = ANTIDOTARY_TRY(hive_.cell(cell));
      if (has_signature(record, "sk") && record.size() >= sk::descriptor) return record;
    }
    return fail(ErrorKind::refused, "the hive is damaged (a key without its security)");
  }

  // Takes one entry out of a list and closes up, so that it stays sorted; false where that leaves
  // none, and the list's cell was freed.
  Result<bool> remove_entry(std::uint32_t list_cell, std::size_t stride, std::size_t index) {
    const Bytes list = ANTIDOTARY_TRY(hive_.cell(list_cell));
    const std::size_t count = load_u16_le(list, list::count);
    if (count == 1) {
      free_cell(list_cell);
      return false;
    }
    const Bytes tail =
        list.subspan(list::entries + (index + 1) * stride, (count - index - 1) * stride);
    patch_.put(place(list_cell) + 4 + list::entries + index * stride, tail);
    patch_.put_u16(place(list_cell) + 4 + list::count, static_cast<std::uint16_t>(count - 1));
    return true;
  }

  Status unlist_key() {
    const auto lists = ANTIDOTARY_TRY(hive_.subkey_list_cells(parent_));
    const bool rooted =
        lists.size() > 1 || has_signature(ANTIDOTARY_TRY(hive_.cell(lists[0])), "ri");
    for (std::size_t i = rooted ? 1 : 0; i < lists.size(); ++i) {
      const Bytes list = ANTIDOTARY_TRY(hive_.cell(lists[i]));
      const std::size_t stride = has_signature(list, "li") ? 4 : 8;
      const std::size_t count = load_u16_le(list, list::count);
      for (std::size_t entry = 0; entry < count; ++entry) {
        if (load_u32_le(list, list::entries + entry * stride) != key_.cell) continue;
        bool left = ANTIDOTARY_TRY(remove_entry(lists[i], stride, entry));
        if (!left && rooted) left = ANTIDOTARY_TRY(remove_entry(lists[0], 4, i - 1));
        if (!left) put(parent_.cell, nk::subkey_list, no_cell);
        return {};
      }
    }
    return fail(ErrorKind::refused, "the hive is damaged (a key that no list names)");
  }

  // The changed key's time, and a base block as after a complete write.
  std::vector<Edit> finish(std::uint32_t changed_key) {
    patch_.put_u64(place(changed_key) + 4 + nk::time, now_);
    const std::uint32_t sequence = load_u32_le(hive_.bytes(), base::sequence_1) + 1;
    patch_.put_u32(base::sequence_1, sequence);
    patch_.put_u32(base::sequence_2, sequence);
    patch_.put_u64(base::time, now_);
    patch_.put_u32(base::checksum, base_checksum(patch_.read(0, base::checksum)));
    return patch_.edits();
  }

  Hive hive_;
  Census census_;
  Patch patch_;
  std::uint64_t now_;
  Key parent_;
  Key key_;
  Value value_;
  std::size_t value_index_ = 0;
};

}  // namespace

Result<std::vector<Edit>> remove_value(Bytes hive, const ExpectedValue& expected,
                                       std::uint64_t now_filetime, Budget& budget) {
  return ANTIDOTARY_TRY(Editor::open(hive, now_filetime, budget)).remove_value(expected);
}

Result<std::vector<Edit>> replace_value(Bytes hive, const ExpectedValue& expected,
                                        std::uint32_t new_type, Bytes new_data,
                                        std::uint64_t now_filetime, Budget& budget) {
  Editor editor = ANTIDOTARY_TRY(Editor::open(hive, now_filetime, budget));
  return editor.replace_value(expected, new_type, new_data);
}

Result<std::vector<Edit>> remove_key(Bytes hive, const std::string& expected_key,
                                     std::uint64_t now_filetime, Budget& budget,
                                     std::uint32_t values_max) {
  Editor editor = ANTIDOTARY_TRY(Editor::open(hive, now_filetime, budget));
  return editor.remove_key(expected_key, values_max);
}

}  // namespace antidotary::regf
