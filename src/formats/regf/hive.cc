// The hive's frame: base block, bins, cells, and the walk over all keys. Lists are in
// hive_lists.cc, values and their data in hive_values.cc.
#include "formats/regf/hive.h"

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "core/text.h"
#include "formats/regf/layout.h"

namespace antidotary::regf {
namespace {

std::string text_until_nul(Bytes utf16) {
  std::size_t end = 0;
  while (end + 1 < utf16.size() && load_u16_le(utf16, end) != 0) end += 2;
  return utf8_from_utf16_le(utf16.first(end));
}

// "Hive bin": signature, its own offset, a size in whole pages. The size is checked by the caller
// against what is there.
bool is_bin_header(Bytes bins, std::size_t at) {
  if (bins.size() - at < bin_header_size) return false;
  const Bytes header = bins.subspan(at, bin_header_size);
  const std::uint32_t size = load_u32_le(header, bin::size);
  return as_text(header.first(4)) == "hbin" && load_u32_le(header, bin::offset) == at &&
         size != 0 && size % page_size == 0;
}

}  // namespace

std::string_view name_of(Anomaly anomaly) {
  static constexpr std::array<std::string_view, 11> names = {
      "dirty",    "bad_checksum", "truncated", "bad_bin", "bad_cell",      "bad_key",
      "bad_list", "bad_value",    "bad_data",  "loop",    "count_mismatch"};
  const auto index = static_cast<std::size_t>(anomaly);
  return index < names.size() ? names[index] : "?";
}

void Hive::note(Anomaly anomaly) const {
  if (std::find(anomalies_.begin(), anomalies_.end(), anomaly) == anomalies_.end()) {
    anomalies_.push_back(anomaly);
  }
}

Status Hive::past(const Error& error, Anomaly anomaly) const {
  if (error.kind == ErrorKind::budget_spent) return tl::unexpected(error);
  note(anomaly);
  return {};
}

Result<Hive> Hive::open(Bytes bytes, Budget& budget) {
  if (bytes.size() < 4 || as_text(bytes.first(4)) != "regf") {
    return fail(ErrorKind::not_this_format, "no \"regf\" at the start");
  }
  if (bytes.size() < base_block_size) {
    return fail_at(bytes.size(), ErrorKind::truncated, "the base block is cut short");
  }
  Hive hive(bytes, budget);
  hive.read_base_block();
  ANTIDOTARY_CHECK(hive.find_bins());
  if (hive.root_ >= hive.bins_size_) {
    return fail_at(base::root, ErrorKind::truncated, "the root key lies past the end");
  }
  if (auto root = hive.root(); !root) {
    return tl::unexpected(with_context(std::move(root).error(), "reading the root key"));
  }
  return hive;
}

void Hive::read_base_block() {
  if (load_u32_le(bytes_, base::sequence_1) != load_u32_le(bytes_, base::sequence_2)) {
    note(Anomaly::dirty);
  }
  if (load_u32_le(bytes_, base::checksum) != base_checksum(bytes_)) note(Anomaly::bad_checksum);
  last_written_ = load_u64_le(bytes_, base::time);
  major_ = load_u32_le(bytes_, base::major);
  minor_ = load_u32_le(bytes_, base::minor);
  root_ = load_u32_le(bytes_, base::root);
  file_name_ = text_until_nul(bytes_.subspan(base::file_name, base::file_name_size));
  const std::uint32_t declared = load_u32_le(bytes_, base::bins_size);
  const std::size_t there = bytes_.size() - base_block_size;
  if (there < declared) note(Anomaly::truncated);
  bins_size_ = static_cast<std::uint32_t>(std::min<std::size_t>(declared, there));
}

// A stretch whose bin header is damaged is kept as if it were a bin: its cells are still checked
// one by one, and one flipped bit should not hide a page of keys.
Status Hive::find_bins() {
  const Bytes bins = bytes_.subspan(base_block_size, bins_size_);
  for (std::size_t at = 0; at < bins.size();) {
    ANTIDOTARY_CHECK(budget_->step());
    const bool sound = is_bin_header(bins, at);
    std::size_t size = sound ? load_u32_le(bins, at + bin::size) : page_size;
    if (!sound) {
      note(Anomaly::bad_bin);
      while (size < bins.size() - at && !is_bin_header(bins, at + size)) {
        ANTIDOTARY_CHECK(budget_->step());
        size += page_size;
      }
    }
    if (size > bins.size() - at) {
      if (bins_size_ == load_u32_le(bytes_, base::bins_size)) note(Anomaly::bad_bin);
      size = bins.size() - at;
    }
    const auto index = static_cast<std::uint32_t>(bins_.size());
    bins_.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + size)});
    bin_of_page_.resize((at + size + page_size - 1) / page_size, index);
    at += size;
  }
  return {};
}

bool Hive::dirty() const {
  return std::any_of(anomalies_.begin(), anomalies_.end(), [](Anomaly anomaly) {
    return anomaly == Anomaly::dirty || anomaly == Anomaly::bad_checksum;
  });
}

Result<Bytes> Hive::cell(std::uint32_t offset) const {
  ANTIDOTARY_CHECK(budget_->step());
  const std::uint64_t place = base_block_size + std::uint64_t{offset};
  if (offset >= bins_size_ || offset % 8 != 0) {
    return fail_at(place, ErrorKind::malformed, "no cell can stand at offset {}", offset);
  }
  const Bin& bin = bins_[bin_of_page_[offset / page_size]];
  if (offset - bin.start < bin_header_size || bin.end - offset < 8) {
    return fail_at(place, ErrorKind::malformed, "a cell begins outside its bin's room");
  }
  // "Cell": the size is negative where the cell is in use, and counts its own four bytes.
  const std::uint32_t raw = load_u32_le(bytes_, place);
  const std::uint32_t size = 0u - raw;
  if (raw < 0x80000000) return fail_at(place, ErrorKind::malformed, "the cell is free");
  if (size < 8 || size % 8 != 0 || size > bin.end - offset) {
    return fail_at(place, ErrorKind::malformed, "a cell of {} bytes leaves its bin", size);
  }
  return bytes_.subspan(place + 4, size - 4);
}

Result<Key> Hive::key_at(std::uint32_t offset) const {
  auto found = cell(offset);
  if (!found) {
    ANTIDOTARY_CHECK(past(found.error(), Anomaly::bad_cell));
    return tl::unexpected(std::move(found).error());
  }
  const Bytes node = *found;
  const std::uint64_t place = base_block_size + std::uint64_t{offset};
  if (node.size() < nk::name || !has_signature(node, "nk")) {
    return fail_at(place, ErrorKind::malformed, "not a key node");
  }
  const std::uint16_t name_size = load_u16_le(node, nk::name_size);
  if (name_size > node.size() - nk::name || name_size > key_name_size_max) {
    return fail_at(place, ErrorKind::malformed, "a key's name of {} bytes", name_size);
  }
  Key key;
  key.cell = offset;
  key.flags = load_u16_le(node, nk::flags);
  key.last_written_filetime = load_u64_le(node, nk::time);
  key.parent = load_u32_le(node, nk::parent);
  key.subkey_count = load_u32_le(node, nk::subkey_count);
  key.subkey_list = load_u32_le(node, nk::subkey_list);
  key.value_list = load_u32_le(node, nk::value_list);
  // "Key node", flags: of a predefined handle the count field holds the handle, not a count.
  if ((key.flags & nk::predefined_handle) == 0) {
    key.value_count = load_u32_le(node, nk::value_count);
  }
  key.name = utf8_of_name(node.subspan(nk::name, name_size), (key.flags & nk::compressed) != 0);
  return key;
}

Status Hive::walk(const std::function<bool(const std::string& path, const Key&)>& visit) const {
  struct Pending {
    std::uint32_t cell = 0;
    std::uint32_t parent_path_size = 0;
    std::uint32_t depth = 0;
  };
  std::vector<bool> seen(bins_size_ / 8 + 1);
  std::vector<Pending> pending = {{root_, 0, 0}};
  seen[root_ / 8] = true;
  std::string path;
  while (!pending.empty()) {
    const Pending next = pending.back();
    pending.pop_back();
    auto key = key_at(next.cell);
    if (!key) {
      ANTIDOTARY_CHECK(past(key.error(), Anomaly::bad_key));
      continue;
    }
    path.resize(next.parent_path_size);
    if (next.depth > 0) {
      if (next.depth > 1) path += '\\';
      path += key->name;
    }
    if (!visit(path, *key)) return {};
    const auto children = ANTIDOTARY_TRY(subkey_cells(*key));
    if (!children.empty() && next.depth == key_depth_max) {
      note(Anomaly::bad_key);
      continue;
    }
    const std::size_t first = pending.size();
    for (const std::uint32_t child : children) {
      if (child >= bins_size_) {
        note(Anomaly::bad_cell);
        note(Anomaly::bad_key);
      } else if (seen[child / 8]) {
        note(Anomaly::loop);
      } else {
        seen[child / 8] = true;
        pending.push_back({child, static_cast<std::uint32_t>(path.size()), next.depth + 1});
      }
    }
    std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(first), pending.end());
  }
  return {};
}

}  // namespace antidotary::regf
