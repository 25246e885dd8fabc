// Values of a hive: value lists, value keys, their data in the key, in one cell or in `db`
// segments, and the names of types.
#include <algorithm>
#include <array>
#include <charconv>

#include "core/reader.h"
#include "core/text.h"
#include "formats/regf/hive.h"
#include "formats/regf/layout.h"

namespace antidotary::regf {
namespace {

constexpr std::array<std::string_view, 12> type_names = {"REG_NONE",
                                                         "REG_SZ",
                                                         "REG_EXPAND_SZ",
                                                         "REG_BINARY",
                                                         "REG_DWORD",
                                                         "REG_DWORD_BIG_ENDIAN",
                                                         "REG_LINK",
                                                         "REG_MULTI_SZ",
                                                         "REG_RESOURCE_LIST",
                                                         "REG_FULL_RESOURCE_DESCRIPTOR",
                                                         "REG_RESOURCE_REQUIREMENTS_LIST",
                                                         "REG_QWORD"};

// The stored name of a value key, or nullopt where it leaves its cell.
std::optional<Bytes> stored_name(Bytes value_key) {
  if (value_key.size() < vk::name || !has_signature(value_key, "vk")) return std::nullopt;
  const std::uint16_t size = load_u16_le(value_key, vk::name_size);
  if (size > value_key.size() - vk::name || size > value_name_size_max) return std::nullopt;
  return value_key.subspan(vk::name, size);
}

bool is_compressed(Bytes value_key) {
  return (load_u16_le(value_key, vk::flags) & vk::compressed) != 0;
}

}  // namespace

Result<Value> Hive::value_at(std::uint32_t offset) const {
  auto found = cell(offset);
  if (!found) {
    ANTIDOTARY_CHECK(past(found.error(), Anomaly::bad_cell));
    return tl::unexpected(std::move(found).error());
  }
  const std::uint64_t place = base_block_size + std::uint64_t{offset};
  const auto name = stored_name(*found);
  if (!name) return fail_at(place, ErrorKind::malformed, "not a value key");
  Value value;
  value.cell = offset;
  const std::uint32_t size = load_u32_le(*found, vk::data_size);
  value.resident = (size & resident_flag) != 0;
  value.data_size = size & ~resident_flag;
  if (value.resident && value.data_size > 4) {
    return fail_at(place, ErrorKind::malformed, "{} resident bytes", value.data_size);
  }
  value.data_cell = load_u32_le(*found, vk::data);
  value.type = load_u32_le(*found, vk::type);
  value.name = utf8_of_name(*name, is_compressed(*found));
  return value;
}

Result<Bytes> Hive::value_entries(const Key& key) const {
  if (key.value_count == 0) return Bytes{};
  const auto list = cell(key.value_list);
  if (!list) {
    ANTIDOTARY_CHECK(past(list.error(), Anomaly::bad_list));
    return Bytes{};
  }
  std::size_t count = key.value_count;
  if (count > list->size() / 4) {
    note(Anomaly::count_mismatch);
    count = list->size() / 4;
  }
  ANTIDOTARY_CHECK(budget_->step(count));
  return list->first(4 * count);
}

Result<std::vector<Value>> Hive::values(const Key& key) const {
  std::vector<Value> out;
  const Bytes entries = ANTIDOTARY_TRY(value_entries(key));
  std::size_t room = bins_size_;  // as in subkeys(): one value named over and over
  for (std::size_t at = 0; at < entries.size(); at += 4) {
    auto value = value_at(load_u32_le(entries, at));
    if (!value) {
      ANTIDOTARY_CHECK(past(value.error(), Anomaly::bad_value));
      continue;
    }
    const std::size_t size = vk::name + value->name.size() / 2;
    if (size > room) {
      note(Anomaly::bad_list);
      break;
    }
    room -= size;
    out.push_back(std::move(*value));
  }
  return out;
}

Result<std::optional<Value>> Hive::find_value(const Key& key, std::string_view name) const {
  const FoldedName wanted(name);
  const Bytes entries = ANTIDOTARY_TRY(value_entries(key));
  for (std::size_t at = 0; at < entries.size(); at += 4) {
    const std::uint32_t offset = load_u32_le(entries, at);
    const auto value_key = cell(offset);
    if (!value_key) {
      ANTIDOTARY_CHECK(past(value_key.error(), Anomaly::bad_cell));
      continue;
    }
    const auto stored = stored_name(*value_key);
    if (!stored || !wanted.equals(*stored, is_compressed(*value_key))) continue;
    auto value = value_at(offset);
    if (value) return std::optional<Value>(std::move(*value));
    ANTIDOTARY_CHECK(past(value.error(), Anomaly::bad_value));
  }
  return std::nullopt;
}

// Before minor version 4, and in hives that hivex wrote, long data lie in one plain cell.
bool Hive::is_segmented(const Value& value, Bytes cell) const {
  return minor_ >= 4 && value.data_size > segment_size && has_signature(cell, "db") &&
         cell.size() < value.data_size;
}

// "Big data": a count, the cell of a list of as many cells, each with `segment_size` bytes, but
// for the last.
Result<std::vector<std::uint32_t>> Hive::segments(const Value& value, Bytes record) const {
  if (record.size() < list::entries + 4) {
    return fail(ErrorKind::malformed, "big data without a list");
  }
  const std::size_t count = load_u16_le(record, list::count);
  const Bytes list = ANTIDOTARY_TRY(cell(load_u32_le(record, list::entries)));
  if (count != (std::size_t{value.data_size} + segment_size - 1) / segment_size ||
      count > list.size() / 4) {
    return fail(ErrorKind::malformed, "big data of {} segments for {} bytes", count,
                value.data_size);
  }
  ANTIDOTARY_CHECK(budget_->step(count));
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(load_u32_le(list, 4 * i));
  return out;
}

Result<std::vector<std::uint32_t>> Hive::data_cells(const Value& value) const {
  std::vector<std::uint32_t> out;
  if (value.resident || value.data_size == 0) return out;
  out.push_back(value.data_cell);
  const Bytes record = ANTIDOTARY_TRY(cell(value.data_cell));
  if (!is_segmented(value, record)) {
    if (record.size() >= value.data_size) return out;
    return fail(ErrorKind::malformed, "a cell of {} bytes for {} bytes of data", record.size(),
                value.data_size);
  }
  const auto parts = ANTIDOTARY_TRY(segments(value, record));
  out.push_back(load_u32_le(record, list::entries));
  out.insert(out.end(), parts.begin(), parts.end());
  return out;
}

Result<Buffer> Hive::data(const Value& value) const {
  const std::uint64_t place = base_block_size + std::uint64_t{value.cell};
  if (value.resident) {
    Buffer four;
    append_u32_le(four, value.data_cell);
    four.resize(std::min<std::size_t>(four.size(), value.data_size));
    return four;
  }
  if (value.data_size > bins_size_) {
    note(Anomaly::bad_data);
    return fail_at(place, ErrorKind::malformed, "{} bytes of data in a smaller hive",
                   value.data_size);
  }
  // A copy is cheaper than looking at cells; it is paid for by the eight bytes.
  ANTIDOTARY_CHECK(budget_->step(value.data_size / 8));
  const auto cells = data_cells(value);
  if (!cells) {
    ANTIDOTARY_CHECK(past(cells.error(), Anomaly::bad_data));
    return tl::unexpected(with_context(cells.error(), "a value's data"));
  }
  if (cells->empty()) return Buffer{};
  if (cells->size() == 1) {
    return to_buffer(ANTIDOTARY_TRY(cell(value.data_cell)).first(value.data_size));
  }
  Buffer out;
  for (std::size_t i = 2; i < cells->size(); ++i) {
    const std::size_t wanted = std::min<std::size_t>(segment_size, value.data_size - out.size());
    const auto segment = cell((*cells)[i]);
    if (!segment) ANTIDOTARY_CHECK(past(segment.error(), Anomaly::bad_data));
    if (!segment || segment->size() < wanted) {
      note(Anomaly::bad_data);
      return fail_at(place, ErrorKind::malformed, "a segment of big data is damaged");
    }
    const Bytes part = segment->first(wanted);
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

std::optional<std::string> text_of(std::uint32_t type, Bytes data) {
  if (type != reg_sz && type != reg_expand_sz) return std::nullopt;
  std::size_t end = 0;
  while (end + 1 < data.size() && load_u16_le(data, end) != 0) end += 2;
  return utf8_from_utf16_le(data.first(end));
}

Buffer data_of_text(std::string_view utf8) {
  Buffer out = utf16_le_from_utf8(utf8);
  append_u16_le(out, 0);
  return out;
}

std::string type_name(std::uint32_t type) {
  if (type < type_names.size()) return std::string(type_names[type]);
  return fmt::format("REG_0x{:x}", type);
}

std::optional<std::uint32_t> type_from_name(std::string_view name) {
  for (std::uint32_t type = 0; type < type_names.size(); ++type) {
    if (equal_ascii_ignoring_case(name, type_names[type])) return type;
  }
  if (!ascii_lower(name.substr(0, 6)).starts_with("reg_0x") || name.size() == 6) {
    return std::nullopt;
  }
  std::uint32_t type = 0;
  const auto end = std::to_address(name.end());
  const auto [stop, problem] = std::from_chars(std::to_address(name.begin()) + 6, end, type, 16);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return type;
}

}  // namespace antidotary::regf
