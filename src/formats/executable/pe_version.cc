// Version information: "The .rsrc Section" of the PE specification down to the resources of type
// RT_VERSION, then the blocks of VS_VERSIONINFO, StringFileInfo, StringTable and String.
#include <algorithm>
#include <string_view>

#include "core/reader.h"
#include "formats/executable/pe.h"
#include "formats/executable/pe_image.h"

namespace antidotary::executable {
namespace {

constexpr std::uint32_t version_type = 16;
constexpr std::uint32_t below_flag = 0x80000000;  // in an entry: a directory, not data
/// "Resource Directory Table" and "Entries", "Resource Data Entry".
constexpr std::size_t table_bytes = 16, named_count = 12, id_count = 14, entry_bytes = 8,
                      data_entry_bytes = 16;
constexpr std::size_t resources_max = 64;  // of version information; a program has one
// Entries of directories that are looked at: directories may point to each other.
constexpr std::size_t entries_max = 65536;

/// A block: wLength, wValueLength, wType, szKey, padding, Value, padding, children.
struct Block {
  std::size_t key = 0;       ///< Where the key's first unit stands.
  std::size_t children = 0;  ///< Never behind `end`.
  std::size_t end = 0;       ///< Never behind the parent's.
  bool empty_key = true;
};
constexpr std::size_t block_head_bytes = 6;

std::size_t padded(std::size_t at) { return (at + 3) & ~std::size_t{3}; }

bool is_key(Bytes resource, const Block& block, std::string_view wanted) {
  for (std::size_t i = 0; i <= wanted.size(); ++i) {
    const std::size_t at = block.key + 2 * i;
    if (block.end - block.key < 2 * i + 2) return false;
    const std::uint16_t unit = i < wanted.size() ? static_cast<unsigned char>(wanted[i]) : 0;
    if (load_u16_le(resource, at) != unit) return false;
  }
  return true;
}

class Versions {
 public:
  Versions(const Image& image, Budget& budget)
      : image_(image), base_(image.directories[resource_directory].address), budget_(budget) {}

  /// The entries of the directory at `offset` from the resources' start. Errors: budget_spent.
  Status walk(std::uint32_t offset, std::size_t depth);
  std::vector<std::uint64_t> places;

 private:
  Status take_data(std::uint32_t offset);
  Status take_resource(Bytes resource, std::uint64_t at);
  Status take_strings(Bytes resource, std::uint64_t at, const Block& table);
  /// The block at `at`, which ends at `limit` at the latest; empty where none is there.
  Result<std::optional<Block>> block(Bytes resource, std::size_t at, std::size_t limit);

  const Image& image_;
  std::uint64_t base_;
  Budget& budget_;
  std::size_t resources_ = 0;
  std::size_t entries_ = 0;
};

Status Versions::walk(std::uint32_t offset, std::size_t depth) {
  const Bytes table = image_.bytes_at(base_ + offset);
  if (table.size() < table_bytes) return {};
  const std::size_t count =
      std::size_t{load_u16_le(table, named_count)} + load_u16_le(table, id_count);
  const std::size_t room = (table.size() - table_bytes) / entry_bytes;
  for (std::size_t i = 0; i < std::min(count, room) && resources_ < resources_max; ++i) {
    if (++entries_ > entries_max) return {};
    ANTIDOTARY_CHECK(budget_.step());
    const std::size_t at = table_bytes + i * entry_bytes;
    const std::uint32_t id = load_u32_le(table, at);
    const std::uint32_t target = load_u32_le(table, at + 4);
    // Three levels: type, name, language. Only the first one asks for a number.
    if (depth == 0 && id != version_type) continue;
    if ((target & below_flag) == 0) {
      ANTIDOTARY_CHECK(take_data(target));
    } else if (depth < 2) {
      ANTIDOTARY_CHECK(walk(target & ~below_flag, depth + 1));
    }
  }
  return {};
}

Status Versions::take_data(std::uint32_t offset) {
  const Bytes entry = image_.bytes_at(base_ + offset);
  if (entry.size() < data_entry_bytes) return {};
  ++resources_;
  const auto at = image_.offset_of(load_u32_le(entry, 0));
  if (!at) return {};
  const Bytes rest = image_.file.subspan(*at);
  return take_resource(rest.first(std::min<std::size_t>(rest.size(), load_u32_le(entry, 4))), *at);
}

Result<std::optional<Block>> Versions::block(Bytes resource, std::size_t at, std::size_t limit) {
  ANTIDOTARY_CHECK(budget_.step());
  if (at > limit || limit - at < block_head_bytes) return std::nullopt;
  const std::size_t length = load_u16_le(resource, at);
  if (length < block_head_bytes) return std::nullopt;
  Block out;
  out.end = at + std::min(length, limit - at);
  out.key = at + block_head_bytes;
  std::size_t next = out.key;
  while (out.end - next >= 2) {
    const bool last = load_u16_le(resource, next) == 0;
    next += 2;
    if (last) break;
    out.empty_key = false;
  }
  ANTIDOTARY_CHECK(budget_.step((next - out.key) / 16));
  const std::size_t units = load_u16_le(resource, at + 2);
  const bool is_text = load_u16_le(resource, at + 4) == 1;
  out.children = std::min(padded(padded(next) + (is_text ? 2 * units : units)), out.end);
  return out;
}

Status Versions::take_strings(Bytes resource, std::uint64_t at, const Block& table) {
  for (std::size_t next = table.children; places.size() < version_strings_max;) {
    const auto string = ANTIDOTARY_TRY(block(resource, next, table.end));
    if (!string) return {};
    if (!string->empty_key) places.push_back(at + string->key);
    next = padded(string->end);
  }
  return {};
}

Status Versions::take_resource(Bytes resource, std::uint64_t at) {
  const auto root = ANTIDOTARY_TRY(block(resource, 0, resource.size()));
  if (!root || !is_key(resource, *root, "VS_VERSION_INFO")) return {};
  for (std::size_t next = root->children;;) {
    const auto info = ANTIDOTARY_TRY(block(resource, next, root->end));
    if (!info) return {};
    next = padded(info->end);
    if (!is_key(resource, *info, "StringFileInfo")) continue;
    for (std::size_t inner = info->children;;) {
      const auto table = ANTIDOTARY_TRY(block(resource, inner, info->end));
      if (!table) break;
      inner = padded(table->end);
      ANTIDOTARY_CHECK(take_strings(resource, at, *table));
    }
  }
}

}  // namespace

Result<std::vector<std::uint64_t>> read_version_strings(const Image& image, Budget& budget) {
  const Directory& directory = image.directories[resource_directory];
  Versions versions(image, budget);
  if (directory.address != 0 && directory.size != 0) {
    ANTIDOTARY_CHECK(versions.walk(0, 0));
  }
  std::vector<std::uint64_t>& places = versions.places;
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return std::move(places);
}

}  // namespace antidotary::executable
