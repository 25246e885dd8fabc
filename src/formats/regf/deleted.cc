#include "formats/regf/deleted.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "core/reader.h"
#include "formats/regf/hive.h"
#include "formats/regf/layout.h"

namespace antidotary::regf {
namespace {

constexpr std::uint32_t values_max = 4096;
constexpr std::size_t levels_max = 64;

/// A stretch of free bytes, relative to the first bin.
struct Room {
  std::uint32_t start = 0;
  std::uint32_t end = 0;
};

class Search {
 public:
  /// `hive` holds a base block.
  Search(Bytes hive, Budget& budget) : budget_(budget), bins_(hive.subspan(base_block_size)) {}

  Result<Deleted> run() {
    ANTIDOTARY_CHECK(find_rooms());
    for (const Room& room : rooms_) {
      ANTIDOTARY_CHECK(look_into(room));
      if (out_.cut) break;
    }
    std::size_t path_bytes = 0;
    for (const auto& [cell, key] : nodes_) {
      out_.cut = out_.cut || path_bytes >= Deleted::bytes_max;
      if (path_bytes >= Deleted::bytes_max) break;
      ANTIDOTARY_CHECK(add_key(key));
      path_bytes += out_.keys.back().path.size();
    }
    for (const auto& [cell, value] : values_) {
      if (owned_.count(cell) == 0) out_.values.push_back(value);
    }
    return std::move(out_);
  }

 private:
  bool is_full() const {
    return nodes_.size() + values_.size() >= Deleted::found_max ||
           value_bytes_ >= Deleted::bytes_max;
  }

  // Cells of a bin stand end to end. Where the chain breaks the rest of the page is passed over:
  // what is not surely free is not deleted.
  Status find_rooms() {
    std::size_t at = 0;
    while (bins_.size() - at >= bin_header_size) {
      ANTIDOTARY_CHECK(budget_.step());
      const std::uint32_t bin_size = load_u32_le(bins_, at + bin::size);
      const bool sound = as_text(bins_.subspan(at, 4)) == "hbin" && bin_size >= page_size &&
                         bin_size % page_size == 0 && bin_size <= bins_.size() - at;
      if (!sound) {
        at += std::min<std::size_t>(page_size, bins_.size() - at);
        continue;
      }
      std::size_t cell = at + bin_header_size;
      const std::size_t end = at + bin_size;
      while (end - cell >= 8) {
        ANTIDOTARY_CHECK(budget_.step());
        const std::uint32_t raw = load_u32_le(bins_, cell);
        const bool is_free = raw < 0x80000000;
        const std::uint32_t size = is_free ? raw : 0u - raw;
        if (size < 8 || size % 8 != 0 || size > end - cell) break;
        if (is_free) {
          rooms_.push_back(
              {static_cast<std::uint32_t>(cell), static_cast<std::uint32_t>(cell + size)});
        }
        cell += size;
      }
      at = end;
    }
    return {};
  }

  /// Bytes that a cell at `offset` had, as far as its room reaches; nothing where it is in use.
  std::optional<Bytes> free_cell(std::uint32_t offset) const {
    const auto after =
        std::upper_bound(rooms_.begin(), rooms_.end(), offset,
                         [](std::uint32_t one, const Room& room) { return one < room.start; });
    if (after == rooms_.begin() || offset % 8 != 0) return std::nullopt;
    const Room& room = *std::prev(after);
    if (offset >= room.end || room.end - offset < 8) return std::nullopt;
    return bins_.subspan(offset + 4, room.end - offset - 4);
  }

  Status stop() {
    out_.cut = true;
    return {};
  }

  Status look_into(const Room& room) {
    for (std::uint32_t at = room.start; room.end - at >= 8; at += 8) {
      ANTIDOTARY_CHECK(budget_.step());
      const Bytes cell = bins_.subspan(at + 4, room.end - at - 4);
      if (has_signature(cell, "nk")) {
        if (auto key = key_in(cell, at)) {
          if (is_full()) return stop();
          nodes_.emplace(at, std::move(*key));
        }
      } else if (has_signature(cell, "vk")) {
        if (auto value = ANTIDOTARY_TRY(value_in(cell))) {
          if (is_full()) return stop();
          value_bytes_ += value->name.size() + value->data.size();
          values_.emplace(at, std::move(*value));
        }
      }
    }
    return {};
  }

  static bool is_name(const std::string& name) {
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
  }

  std::optional<Key> key_in(Bytes cell, std::uint32_t at) const {
    if (cell.size() < nk::name) return std::nullopt;
    Key out;
    out.cell = at;
    out.flags = load_u16_le(cell, nk::flags);
    out.last_written_filetime = load_u64_le(cell, nk::time);
    out.parent = load_u32_le(cell, nk::parent);
    out.value_count = load_u32_le(cell, nk::value_count);
    out.value_list = load_u32_le(cell, nk::value_list);
    const std::uint16_t size = load_u16_le(cell, nk::name_size);
    if (size == 0 || size > key_name_size_max || size > cell.size() - nk::name) {
      return std::nullopt;
    }
    out.name = utf8_of_name(cell.subspan(nk::name, size), (out.flags & nk::compressed) != 0);
    const bool is_key = is_name(out.name) && out.name.find('\\') == std::string::npos;
    return is_key ? std::optional<Key>(std::move(out)) : std::nullopt;
  }

  Result<std::optional<DeletedValue>> value_in(Bytes cell) {
    if (cell.size() < vk::name) return std::nullopt;
    const std::uint16_t name_size = load_u16_le(cell, vk::name_size);
    const std::uint32_t raw_size = load_u32_le(cell, vk::data_size);
    const std::uint32_t size = raw_size & ~resident_flag;
    if (name_size > cell.size() - vk::name || name_size > value_name_size_max) return std::nullopt;
    ANTIDOTARY_CHECK(budget_.step(name_size / 8));
    DeletedValue out;
    out.name = utf8_of_name(cell.subspan(vk::name, name_size),
                            (load_u16_le(cell, vk::flags) & vk::compressed) != 0);
    out.type = load_u32_le(cell, vk::type);
    if (!is_name(out.name)) return std::nullopt;
    if ((raw_size & resident_flag) != 0) {
      if (size > 4) return std::nullopt;
      out.data = to_buffer(cell.subspan(vk::data, size));
      return out;
    }
    if (size == 0) return out;
    const auto data = free_cell(load_u32_le(cell, vk::data));
    if (!data || data->size() < size || size > Deleted::data_bytes_max) return std::nullopt;
    ANTIDOTARY_CHECK(budget_.step(size / 8));
    out.data = to_buffer(data->first(size));
    return out;
  }

  /// The key in a cell that is in use; not by Hive, which would note damage where there is none.
  std::optional<Key> live_key(std::uint32_t offset) const {
    if (offset % 8 != 0 || offset >= bins_.size() || bins_.size() - offset < 8) return std::nullopt;
    const std::uint32_t size = 0u - load_u32_le(bins_, offset);
    if (size < 8 || size > bins_.size() - offset) return std::nullopt;
    const Bytes cell = bins_.subspan(offset + 4, size - 4);
    return has_signature(cell, "nk") ? key_in(cell, offset) : std::nullopt;
  }

  // Above it may stand keys that are deleted as well, then keys that are in use.
  void name_path(const Key& key, DeletedKey& out) const {
    out.path = key.name;
    Key now = key;
    for (std::size_t level = 0; level < levels_max; ++level) {
      const auto gone = nodes_.find(now.parent);
      if (gone != nodes_.end()) {
        now = gone->second;
      } else {
        auto live = live_key(now.parent);
        if (!live) return;
        now = std::move(*live);
        if ((now.flags & nk::hive_entry) != 0) {
          out.whole_path = true;
          return;
        }
      }
      out.path = now.name + '\\' + out.path;
    }
  }

  Status add_key(const Key& key) {
    DeletedKey out;
    out.last_written_filetime = key.last_written_filetime;
    ANTIDOTARY_CHECK(budget_.step(levels_max));
    name_path(key, out);
    ANTIDOTARY_CHECK(budget_.step(out.path.size()));
    const auto list = free_cell(key.value_list);
    if (list && key.value_count <= values_max) {
      const std::size_t count = std::min<std::size_t>(key.value_count, list->size() / 4);
      ANTIDOTARY_CHECK(budget_.step(count));
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t cell = load_u32_le(*list, i * 4);
        const auto value = values_.find(cell);
        if (value == values_.end() || !owned_.insert(cell).second) continue;
        out.values.push_back(value->second);
      }
    }
    out_.keys.push_back(std::move(out));
    return {};
  }

  Budget& budget_;
  Bytes bins_;
  std::vector<Room> rooms_;                       ///< In order, disjoint.
  std::map<std::uint32_t, Key> nodes_;            ///< By cell.
  std::map<std::uint32_t, DeletedValue> values_;  ///< By cell.
  std::set<std::uint32_t> owned_;                 ///< Values that a deleted key lists.
  std::size_t value_bytes_ = 0;                   ///< Of their names and data.
  Deleted out_;
};

}  // namespace

Result<Deleted> find_deleted(Bytes hive, Budget& budget) {
  if (hive.size() < base_block_size) return Deleted{};
  return Search(hive, budget).run();
}

}  // namespace antidotary::regf
