// Lays out a hive from a tree of keys: first every key gets a cell, breadth first, then lists,
// values and data, and last the frame around them.
#include "formats/regf/writer.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>

#include "core/reader.h"
#include "core/text.h"
#include "formats/regf/hive.h"
#include "formats/regf/layout.h"

namespace antidotary::regf {
namespace {

using namespace std::string_view_literals;

// Entries that Windows puts into one list before it takes the next kind (CmpMaxFastIndexPerHblock
// and the bound seen in its own hives).
constexpr std::size_t fast_leaf_entries_max = 506;
constexpr std::size_t leaf_entries_max = 1012;
constexpr std::size_t segments_max = 0xffff;

// "Key security": a self-relative descriptor. Owner Administrators, group SYSTEM; SYSTEM and
// Administrators may do all, Everyone may read, and subkeys inherit it.
constexpr auto security_descriptor = octets(
    1, 0, 0x04, 0x80, 92, 0, 0, 0, 108, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0,               // header
    2, 0, 72, 0, 3, 0, 0, 0,                                                            // DACL
    0, 2, 20, 0, 0x3f, 0, 0x0f, 0, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0,                 // S-1-5-18
    0, 2, 24, 0, 0x3f, 0, 0x0f, 0, 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0,  // -32-544
    0, 2, 20, 0, 0x19, 0, 0x02, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,                  // S-1-1-0
    1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0,                                 // owner
    1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0);                                               // group
static_assert(security_descriptor.size() == 120);

// A name as it is stored: one byte a character where Latin-1 can hold it.
struct StoredName {
  explicit StoredName(std::string_view utf8) : folded(utf8), raw(utf16_le_from_utf8(utf8)) {
    units = raw.size() / 2;
    for (std::size_t at = 1; at < raw.size(); at += 2) {
      if (raw[at] != std::byte{0}) return;
    }
    compressed = true;
    for (std::size_t i = 0; i < units; ++i) raw[i] = raw[2 * i];
    raw.resize(units);
  }
  // "Fast leaf", name hint: the first four bytes of a Latin-1 name, else nothing.
  std::uint32_t hint() const {
    if (!compressed) return 0;
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(4, raw.size()); ++i) {
      out |= std::to_integer<std::uint32_t>(raw[i]) << (8 * i);
    }
    return out;
  }
  FoldedName folded;
  Buffer raw;
  std::size_t units = 0;
  bool compressed = false;
};

// Hive bins, filled from the start; a cell that does not fit opens a new bin.
class Bins {
 public:
  // Offset of a new cell with room for `size` bytes, all zero.
  std::uint32_t add(std::size_t size) {
    const std::size_t whole = (size + 4 + 7) / 8 * 8;
    if (whole > end_ - used_) open_bin(whole);
    const auto offset = static_cast<std::uint32_t>(used_);
    store_u32_le(bytes_, used_, 0u - static_cast<std::uint32_t>(whole));
    used_ += whole;
    return offset;
  }
  std::uint32_t add(Bytes data) {
    const std::uint32_t offset = add(data.size());
    std::copy(data.begin(), data.end(), at(offset, data.size()).begin());
    return offset;
  }
  // The cell's data; the view lives until the next add().
  std::span<std::byte> at(std::uint32_t offset, std::size_t size) {
    return std::span(bytes_).subspan(std::size_t{offset} + 4, size);
  }
  Buffer finish() {
    close_bin();
    return std::move(bytes_);
  }

 private:
  void close_bin() {
    if (used_ < end_) store_u32_le(bytes_, used_, static_cast<std::uint32_t>(end_ - used_));
  }
  void open_bin(std::size_t cell_size) {
    close_bin();
    const std::size_t start = end_;
    const std::size_t size = (bin_header_size + cell_size + page_size - 1) / page_size * page_size;
    end_ = start + size;
    bytes_.resize(end_);
    used_ = start + bin_header_size;
    const auto magic = as_bytes("hbin"sv);
    std::copy(magic.begin(), magic.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(start));
    store_u32_le(bytes_, start + bin::offset, static_cast<std::uint32_t>(start));
    store_u32_le(bytes_, start + bin::size, static_cast<std::uint32_t>(size));
  }
  Buffer bytes_;
  std::size_t used_ = 0;
  std::size_t end_ = 0;
};

struct Node {
  const KeySpec* spec = nullptr;
  std::uint32_t cell = no_cell;
  std::uint32_t depth = 0;
};

// A key that has its cell: what its parent's list says of it.
struct ListedKey {
  std::uint32_t cell = 0;
  std::uint32_t hint = 0;  // or the hash
};

class HiveWriter {
 public:
  explicit HiveWriter(const WriteOptions& options) : options_(options) {}

  Result<Buffer> write(const KeySpec& root) {
    const StoredName name(root.name.empty() ? "$$$PROTO.HIV" : root.name);
    if (name.units > key_name_size_max / 2) {
      return fail(ErrorKind::bad_input, "the root key's name is too long");
    }
    std::vector<Node> queue;
    queue.push_back({&root, add_key(name, no_cell, nk::hive_entry | nk::no_delete), 0});
    security_ = bins_.add(list_security_size());
    for (std::size_t next = 0; next < queue.size(); ++next) {
      const Node node = queue[next];
      store(node.cell, nk::security, security_);
      ANTIDOTARY_CHECK(add_values(node));
      ANTIDOTARY_CHECK(add_subkeys(node, queue));
    }
    fill_security(queue.size());
    return frame(queue.front().cell);
  }

 private:
  static std::size_t list_security_size() { return sk::descriptor + security_descriptor.size(); }

  void store(std::uint32_t cell, std::size_t field, std::uint32_t value) {
    store_u32_le(bins_.at(cell, field + 4), field, value);
  }

  // "Key node", without lists and values.
  std::uint32_t add_key(const StoredName& name, std::uint32_t parent, std::uint16_t flags) {
    Buffer node(nk::name);
    node[0] = std::byte{'n'};
    node[1] = std::byte{'k'};
    if (name.compressed) flags = static_cast<std::uint16_t>(flags | nk::compressed);
    store_u16_le(node, nk::flags, flags);
    store_u64_le(node, nk::time, options_.written_filetime);
    store_u32_le(node, nk::parent, parent);
    for (const std::size_t field :
         {nk::subkey_list, nk::volatile_list, nk::value_list, nk::security, nk::class_name}) {
      store_u32_le(node, field, no_cell);
    }
    store_u16_le(node, nk::name_size, static_cast<std::uint16_t>(name.raw.size()));
    node.insert(node.end(), name.raw.begin(), name.raw.end());
    return bins_.add(node);
  }

  Status add_values(const Node& node) {
    if (node.spec->values.empty()) return {};
    std::unordered_set<std::string> names;
    std::size_t name_size_max = 0;
    std::size_t data_size_max = 0;
    Buffer list;
    for (const ValueSpec& value : node.spec->values) {
      const StoredName name(value.name);
      if (name.units > value_name_size_max / 2) {
        return fail(ErrorKind::bad_input, "a value's name has {} characters; 16383 are allowed",
                    name.units);
      }
      if (!names.insert(fold_case(value.name)).second) {
        return fail(ErrorKind::bad_input, "two values are named \"{}\"", value.name);
      }
      append_u32_le(list, ANTIDOTARY_TRY(add_value(name, value)));
      name_size_max = std::max(name_size_max, 2 * name.units);
      data_size_max = std::max(data_size_max, value.data.size());
    }
    const std::uint32_t list_cell = bins_.add(list);
    store(node.cell, nk::value_count, static_cast<std::uint32_t>(node.spec->values.size()));
    store(node.cell, nk::value_list, list_cell);
    store(node.cell, nk::value_name_size_max, static_cast<std::uint32_t>(name_size_max));
    store(node.cell, nk::value_data_size_max, static_cast<std::uint32_t>(data_size_max));
    return {};
  }

  // "Key value".
  Result<std::uint32_t> add_value(const StoredName& name, const ValueSpec& value) {
    Buffer out(vk::name);
    out[0] = std::byte{'v'};
    out[1] = std::byte{'k'};
    store_u16_le(out, vk::name_size, static_cast<std::uint16_t>(name.raw.size()));
    auto size = static_cast<std::uint32_t>(value.data.size());
    if (value.data.size() <= 4) {
      size |= resident_flag;
      std::copy(value.data.begin(), value.data.end(), out.begin() + vk::data);
    } else {
      store_u32_le(out, vk::data, ANTIDOTARY_TRY(add_data(value)));
    }
    store_u32_le(out, vk::data_size, size);
    store_u32_le(out, vk::type, value.type);
    store_u16_le(out, vk::flags, name.compressed ? vk::compressed : std::uint16_t{0});
    out.insert(out.end(), name.raw.begin(), name.raw.end());
    return bins_.add(out);
  }

  // One cell, or "Big data": a record, a list and segments, each four bytes larger than its part.
  Result<std::uint32_t> add_data(const ValueSpec& value) {
    const Bytes data = value.data;
    if (data.size() <= segment_size) return bins_.add(data);
    const std::size_t count = (data.size() + segment_size - 1) / segment_size;
    if (options_.minor_version < 4 || count > segments_max) {
      return fail(ErrorKind::bad_input,
                  "{} bytes in value \"{}\" are too many for a hive of version 1.{}", data.size(),
                  value.name, options_.minor_version);
    }
    Buffer list;
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes part =
          data.subspan(i * segment_size)
              .first(std::min<std::size_t>(segment_size, data.size() - i * segment_size));
      const std::uint32_t cell = bins_.add(part.size() + 4);
      std::copy(part.begin(), part.end(), bins_.at(cell, part.size()).begin());
      append_u32_le(list, cell);
    }
    Buffer record = to_buffer(as_bytes("db"sv));
    append_u16_le(record, static_cast<std::uint16_t>(count));
    append_u32_le(record, bins_.add(list));
    return bins_.add(record);
  }

  Status add_subkeys(const Node& node, std::vector<Node>& queue) {
    const auto& subkeys = node.spec->subkeys;
    if (subkeys.empty()) return {};
    if (node.depth == key_depth_max) {
      return fail(ErrorKind::bad_input, "keys nest more than {} deep", key_depth_max);
    }
    // Windows searches lists by halves: by upper-cased units, shorter first.
    std::map<std::u16string, std::pair<const KeySpec*, StoredName>> sorted;
    std::size_t name_size_max = 0;
    for (const KeySpec& child : subkeys) {
      StoredName name(child.name);
      if (name.units == 0 || name.units > key_name_size_max / 2 ||
          child.name.find('\\') != std::string::npos) {
        return fail(ErrorKind::bad_input, "\"{}\" cannot name a key", child.name);
      }
      name_size_max = std::max(name_size_max, 2 * name.units);
      std::u16string order = name.folded.units();
      if (!sorted.try_emplace(std::move(order), &child, std::move(name)).second) {
        return fail(ErrorKind::bad_input, "two keys are named \"{}\"", child.name);
      }
    }
    std::vector<ListedKey> listed;
    for (const auto& [order, child] : sorted) {
      const std::uint32_t cell = add_key(child.second, node.cell, 0);
      queue.push_back({child.first, cell, node.depth + 1});
      listed.push_back({cell, hashed() ? child.second.folded.hash() : child.second.hint()});
    }
    const std::uint32_t list = add_list(listed);
    store(node.cell, nk::subkey_count, static_cast<std::uint32_t>(listed.size()));
    store(node.cell, nk::subkey_list, list);
    store(node.cell, nk::subkey_name_size_max, static_cast<std::uint32_t>(name_size_max));
    return {};
  }

  bool hashed() const { return options_.minor_version >= 5; }

  // "Index leaf", "Fast leaf", "Hash leaf", "Index root".
  std::uint32_t add_list(std::span<const ListedKey> keys) {
    if (keys.size() <= leaf_entries_max) {
      if (hashed()) return add_leaf("lh", keys);
      return add_leaf(keys.size() <= fast_leaf_entries_max ? "lf" : "li", keys);
    }
    // Leaves of about the same size, so that none is left with a key or two.
    const std::size_t leaves = (keys.size() + leaf_entries_max - 1) / leaf_entries_max;
    Buffer root = to_buffer(as_bytes("ri"sv));
    append_u16_le(root, static_cast<std::uint16_t>(leaves));
    for (std::size_t i = 0; i < leaves; ++i) {
      const std::size_t first = keys.size() * i / leaves;
      const std::size_t last = keys.size() * (i + 1) / leaves;
      append_u32_le(root, add_leaf(hashed() ? "lh" : "li", keys.subspan(first, last - first)));
    }
    return bins_.add(root);
  }

  std::uint32_t add_leaf(std::string_view kind, std::span<const ListedKey> keys) {
    Buffer leaf = to_buffer(as_bytes(kind));
    append_u16_le(leaf, static_cast<std::uint16_t>(keys.size()));
    for (const ListedKey& key : keys) {
      append_u32_le(leaf, key.cell);
      if (kind != "li") append_u32_le(leaf, key.hint);
    }
    return bins_.add(leaf);
  }

  // "Key security": a ring of one, which every key names.
  void fill_security(std::size_t keys) {
    auto cell = bins_.at(security_, list_security_size());
    cell[0] = std::byte{'s'};
    cell[1] = std::byte{'k'};
    store_u32_le(cell, sk::next, security_);
    store_u32_le(cell, sk::previous, security_);
    store_u32_le(cell, sk::references, static_cast<std::uint32_t>(keys));
    store_u32_le(cell, sk::descriptor_size, security_descriptor.size());
    std::copy(security_descriptor.begin(), security_descriptor.end(),
              cell.begin() + sk::descriptor);
  }

  // "Base block".
  Result<Buffer> frame(std::uint32_t root) {
    const Buffer bins = bins_.finish();
    if (bins.size() > 0x7fffffff) return fail(ErrorKind::bad_input, "a hive beyond 2 GiB");
    Buffer out(base_block_size);
    const auto magic = as_bytes("regf"sv);
    std::copy(magic.begin(), magic.end(), out.begin());
    store_u32_le(out, base::sequence_1, 1);
    store_u32_le(out, base::sequence_2, 1);
    store_u64_le(out, base::time, options_.written_filetime);
    store_u32_le(out, base::major, 1);
    store_u32_le(out, base::minor, options_.minor_version);
    store_u32_le(out, base::file_format, 1);
    store_u32_le(out, base::root, root);
    store_u32_le(out, base::bins_size, static_cast<std::uint32_t>(bins.size()));
    store_u32_le(out, base::clustering, 1);
    const Buffer name = utf16_le_from_utf8(options_.file_name);
    const std::size_t size = std::min(name.size(), base::file_name_size - 2);
    std::copy(name.end() - static_cast<std::ptrdiff_t>(size), name.end(),
              out.begin() + base::file_name);
    store_u32_le(out, base::checksum, base_checksum(out));
    out.insert(out.end(), bins.begin(), bins.end());
    store_u64_le(out, base_block_size + bin::time, options_.written_filetime);
    return out;
  }

  const WriteOptions& options_;
  Bins bins_;
  std::uint32_t security_ = no_cell;
};

}  // namespace

KeySpec& KeySpec::subkey(std::string_view child) {
  for (KeySpec& key : subkeys) {
    if (equal_ignoring_case(key.name, child)) return key;
  }
  KeySpec& made = subkeys.emplace_back();
  made.name = child;
  return made;
}

KeySpec& KeySpec::at(std::string_view path) {
  KeySpec* key = this;
  if (path.empty()) return *key;
  for (const std::string_view part : split(path, '\\')) key = &key->subkey(part);
  return *key;
}

void KeySpec::set(std::string_view value, std::uint32_t type, Buffer data) {
  for (ValueSpec& known : values) {
    if (equal_ignoring_case(known.name, value)) {
      known.type = type;
      known.data = std::move(data);
      return;
    }
  }
  values.push_back({std::string(value), type, std::move(data)});
}

void KeySpec::set_text(std::string_view value, std::string_view text) {
  set(value, reg_sz, data_of_text(text));
}

Result<Buffer> write_hive(const KeySpec& root, const WriteOptions& options) {
  if (options.minor_version < 3 || options.minor_version > 6) {
    return fail(ErrorKind::bad_input, "version 1.{} is not one of 1.3 to 1.6",
                options.minor_version);
  }
  return HiveWriter(options).write(root);
}

}  // namespace antidotary::regf
