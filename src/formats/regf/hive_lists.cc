// Subkeys of a hive: the four kinds of list (li, lf, lh, ri), and finding a key by name without
// making strings of its siblings' names.
#include <algorithm>

#include "core/reader.h"
#include "core/text.h"
#include "formats/regf/hive.h"
#include "formats/regf/layout.h"

namespace antidotary::regf {

// "Index leaf", "Fast leaf", "Hash leaf". No sound list is longer than the bins, so that an `ri`
// which names one leaf over and over ends here and not in memory.
Status Hive::add_leaf(std::uint32_t offset, Bytes list, std::vector<Leaf>& out,
                      std::size_t& entries_left) const {
  Leaf leaf;
  leaf.cell = offset;
  leaf.hashed = has_signature(list, "lh");
  if (leaf.hashed || has_signature(list, "lf")) {
    leaf.stride = 8;
  } else if (!has_signature(list, "li")) {
    return fail(ErrorKind::malformed, "not a subkey list");
  }
  if (list.size() < list::entries) return fail(ErrorKind::malformed, "a list without a count");
  std::size_t count = load_u16_le(list, list::count);
  const std::size_t room = (list.size() - list::entries) / leaf.stride;
  if (count > room) {
    note(Anomaly::bad_list);
    count = room;
  }
  if (count > entries_left) return fail(ErrorKind::malformed, "lists longer than the hive");
  entries_left -= count;
  leaf.entries = list.subspan(list::entries, count * leaf.stride);
  out.push_back(leaf);
  return {};
}

Result<std::vector<Hive::Leaf>> Hive::leaves(const Key& key) const {
  std::vector<Leaf> out;
  if (key.subkey_count == 0) return out;
  std::size_t entries_left = bins_size_ / 4;
  const auto list = cell(key.subkey_list);
  if (!list) {
    ANTIDOTARY_CHECK(past(list.error(), Anomaly::bad_list));
    return out;
  }
  if (!has_signature(*list, "ri")) {
    const auto added = add_leaf(key.subkey_list, *list, out, entries_left);
    if (!added) ANTIDOTARY_CHECK(past(added.error(), Anomaly::bad_list));
    return out;
  }
  // "Index root": offsets of leaves; the specification knows no root below a root.
  if (list->size() < list::entries) return out;
  std::size_t count = load_u16_le(*list, list::count);
  if (count > (list->size() - list::entries) / 4) {
    note(Anomaly::bad_list);
    count = (list->size() - list::entries) / 4;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t offset = load_u32_le(*list, list::entries + 4 * i);
    const auto leaf = cell(offset);
    if (!leaf) {
      ANTIDOTARY_CHECK(past(leaf.error(), Anomaly::bad_list));
      continue;
    }
    const auto added = add_leaf(offset, *leaf, out, entries_left);
    if (!added) ANTIDOTARY_CHECK(past(added.error(), Anomaly::bad_list));
  }
  return out;
}

Result<std::vector<std::uint32_t>> Hive::subkey_list_cells(const Key& key) const {
  std::vector<std::uint32_t> out;
  for (const Leaf& leaf : ANTIDOTARY_TRY(leaves(key))) out.push_back(leaf.cell);
  if (key.subkey_count != 0 && (out.empty() || out.front() != key.subkey_list)) {
    out.insert(out.begin(), key.subkey_list);
  }
  return out;
}

Result<std::vector<std::uint32_t>> Hive::subkey_cells(const Key& key) const {
  std::vector<std::uint32_t> out;
  for (const Leaf& leaf : ANTIDOTARY_TRY(leaves(key))) {
    const std::size_t count = leaf.entries.size() / leaf.stride;
    ANTIDOTARY_CHECK(budget_->step(count));
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(load_u32_le(leaf.entries, i * leaf.stride));
    }
  }
  if (out.size() != key.subkey_count) note(Anomaly::count_mismatch);
  return out;
}

Result<std::vector<Key>> Hive::subkeys(const Key& key) const {
  std::vector<Key> out;
  // Distinct cells cannot hold more than the bins do: a list that names one key over and over
  // must not become as many copies of its name.
  std::size_t room = bins_size_;
  for (const std::uint32_t offset : ANTIDOTARY_TRY(subkey_cells(key))) {
    auto child = key_at(offset);
    if (!child) {
      ANTIDOTARY_CHECK(past(child.error(), Anomaly::bad_key));
      continue;
    }
    const std::size_t size = nk::name + child->name.size() / 2;
    if (size > room) {
      note(Anomaly::bad_list);
      break;
    }
    room -= size;
    out.push_back(std::move(*child));
  }
  return out;
}

Result<std::optional<Key>> Hive::find_subkey(const Key& key, std::string_view name) const {
  const FoldedName wanted(name);
  const std::uint32_t hash = wanted.hash();
  const auto all = ANTIDOTARY_TRY(leaves(key));
  // First by the stored hashes; then, because a hash may be wrong (hivex writes such for names
  // outside ASCII), by all names.
  for (const bool by_hash : {true, false}) {
    for (const Leaf& leaf : all) {
      if (by_hash && !leaf.hashed) continue;
      const std::size_t count = leaf.entries.size() / leaf.stride;
      ANTIDOTARY_CHECK(budget_->step(count));
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = i * leaf.stride;
        if (by_hash && load_u32_le(leaf.entries, at + 4) != hash) continue;
        const std::uint32_t offset = load_u32_le(leaf.entries, at);
        const auto node = cell(offset);
        if (!node) {
          ANTIDOTARY_CHECK(past(node.error(), Anomaly::bad_cell));
          continue;
        }
        if (node->size() < nk::name || !has_signature(*node, "nk")) continue;
        const std::uint16_t size = load_u16_le(*node, nk::name_size);
        const bool compressed = (load_u16_le(*node, nk::flags) & nk::compressed) != 0;
        if (size > node->size() - nk::name || size > key_name_size_max) continue;
        if (wanted.equals(node->subspan(nk::name, size), compressed)) return key_at(offset);
      }
    }
  }
  return std::nullopt;
}

Result<std::optional<Key>> Hive::find(std::string_view path) const {
  std::optional<Key> key = ANTIDOTARY_TRY(root());
  if (path.empty()) return key;
  for (const std::string_view name : split(path, '\\')) {
    key = ANTIDOTARY_TRY(find_subkey(*key, name));
    if (!key) return key;
  }
  return key;
}

}  // namespace antidotary::regf
