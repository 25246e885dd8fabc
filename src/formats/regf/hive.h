// Registry hives (regf): what a hive file says, read as far as it is true.
//
// A hive is a base block and a chain of hive bins; bins are cut into cells; key nodes (nk), value
// keys (vk), subkey lists (li, lf, lh, ri), value lists, data blocks (db) and security keys (sk)
// live in cells and name each other by offset. This file reads them over one span, lazily, and
// trusts nothing: every offset, size and count is checked, loops are found, damage is reported as
// an anomaly and what is sound around it is still read.
//
// It does not replay transaction logs (a dirty hive is read as it stands, and says so) and does
// not write: see editor.h and writer.h.
//
// Spec: Maxim Suhanov, "Windows registry file format specification" (2019).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::regf {

/// Oddities that are read past and reported.
enum class Anomaly : std::uint8_t {
  dirty,           ///< Sequence numbers differ: the logs hold changes that are not in here.
  bad_checksum,    ///< The base block's checksum is wrong (also a mark of a dirty hive).
  truncated,       ///< The file is shorter than the bins it declares.
  bad_bin,         ///< A hive bin header is not where it should be.
  bad_cell,        ///< An offset or size leaves its bin, or names a free cell.
  bad_key,         ///< A key node is damaged; its subtree was skipped.
  bad_list,        ///< A subkey or value list is damaged; its rest was skipped.
  bad_value,       ///< A value key is damaged and was skipped.
  bad_data,        ///< A value's data lie partly outside the hive.
  loop,            ///< A key is its own ancestor or has two parents; it was visited once.
  count_mismatch,  ///< A node declares more or fewer children than its list holds.
};
std::string_view name_of(Anomaly anomaly);

/// Data types as the registry numbers them; any other number may occur.
enum : std::uint32_t {
  reg_none = 0,
  reg_sz = 1,
  reg_expand_sz = 2,
  reg_binary = 3,
  reg_dword = 4,
  reg_dword_big_endian = 5,
  reg_link = 6,
  reg_multi_sz = 7,
  reg_qword = 11,
};

/// A key node as stored. Offsets are of cells, relative to the first bin (spec, "cell offset").
struct Key {
  std::uint32_t cell = 0;
  std::string name;                         ///< UTF-8; from Latin-1 (compressed) or UTF-16.
  std::uint64_t last_written_filetime = 0;  ///< 100 ns since 1601.
  std::uint32_t subkey_count = 0;           ///< As declared, stable ones only.
  std::uint32_t subkey_list = 0xffffffff;
  std::uint32_t value_count = 0;  ///< As declared.
  std::uint32_t value_list = 0xffffffff;
  std::uint32_t parent = 0xffffffff;
  std::uint16_t flags = 0;
};

/// A value key as stored.
struct Value {
  std::uint32_t cell = 0;
  std::string name;  ///< UTF-8; empty is the key's default value.
  std::uint32_t type = 0;
  std::uint32_t data_size = 0;  ///< Bytes, without the resident flag.
  bool resident = false;        ///< The data lie in the value key itself (at most 4 bytes).
  std::uint32_t data_cell = 0;  ///< Cell of the data, or the four bytes themselves if resident.
};

class Hive {
 public:
  /// Reads the base block. `bytes` and `budget` must outlive the hive. Costs one budget step per
  /// cell looked at from here on.
  /// Errors: not_this_format (no "regf"), truncated (no base block, or the root key lies past the
  /// end), malformed (the root key is damaged), budget_spent.
  static Result<Hive> open(Bytes bytes, Budget& budget);

  bool dirty() const;  ///< Anomaly::dirty or bad_checksum is on record.
  std::uint32_t major_version() const { return major_; }
  std::uint32_t minor_version() const { return minor_; }
  std::string file_name() const { return file_name_; }  ///< As the base block records it.
  std::uint64_t last_written_filetime() const { return last_written_; }

  Result<Key> root() const { return key_at(root_); }
  /// Subkeys in list order; damaged ones are left out and reported. Errors: budget_spent.
  Result<std::vector<Key>> subkeys(const Key& key) const;
  /// Values in list order, likewise.
  Result<std::vector<Value>> values(const Key& key) const;
  /// The value's data, whole; joins `db` segments. Errors: malformed where part lies outside.
  Result<Buffer> data(const Value& value) const;

  /// Finds a subkey by name, without regard to case.  Absent is nullopt, not an error.
  Result<std::optional<Key>> find_subkey(const Key& key, std::string_view name) const;
  /// Follows a path of names separated by '\\' from the root; "" is the root.
  Result<std::optional<Key>> find(std::string_view path) const;
  Result<std::optional<Value>> find_value(const Key& key, std::string_view name) const;

  /// Calls `visit(path, key)` for every key reachable from the root, parents first, iteratively;
  /// `path` has no leading backslash, the root's is "". Returning false stops the walk.
  Status walk(const std::function<bool(const std::string& path, const Key&)>& visit) const;

  /// Each kind at most once, in order of discovery; grows as more of the hive is read.
  const std::vector<Anomaly>& anomalies() const { return anomalies_; }

  /// The live cell at `offset` (its data, without the size field).
  /// Errors: malformed where it is free, leaves its bin or the hive.
  Result<Bytes> cell(std::uint32_t offset) const;
  Bytes bytes() const { return bytes_; }
  /// The key node or value key in that cell. Errors: malformed, budget_spent.
  Result<Key> key_at(std::uint32_t offset) const;
  Result<Value> value_at(std::uint32_t offset) const;
  /// The cells that hold the value's data: none where resident or empty, one, or the `db` record,
  /// its list and its segments. Errors: as for data().
  Result<std::vector<std::uint32_t>> data_cells(const Value& value) const;
  /// The cells of the key's subkey list: the one list, or the `ri` and its leaves.
  Result<std::vector<std::uint32_t>> subkey_list_cells(const Key& key) const;

 private:
  /// A bin, or a stretch without a sound bin header; [start, end) relative to the first bin.
  struct Bin {
    std::uint32_t start = 0;
    std::uint32_t end = 0;
  };
  /// A li, lf or lh list: `stride` bytes an entry, a cell offset first.
  struct Leaf {
    std::uint32_t cell = 0;
    Bytes entries;
    std::uint32_t stride = 4;
    bool hashed = false;
  };

  Hive(Bytes bytes, Budget& budget) : bytes_(bytes), budget_(&budget) {}
  void note(Anomaly anomaly) const;
  /// Notes `anomaly` for an error that is about bytes; hands a spent budget on.
  Status past(const Error& error, Anomaly anomaly) const;
  void read_base_block();
  Status find_bins();
  Result<std::vector<Leaf>> leaves(const Key& key) const;
  Status add_leaf(std::uint32_t offset, Bytes list, std::vector<Leaf>& out,
                  std::size_t& entries_left) const;
  Result<std::vector<std::uint32_t>> subkey_cells(const Key& key) const;
  Result<Bytes> value_entries(const Key& key) const;
  Result<std::vector<std::uint32_t>> segments(const Value& value, Bytes record) const;
  bool is_segmented(const Value& value, Bytes cell) const;

  Bytes bytes_;
  Budget* budget_;
  std::uint32_t root_ = 0;
  std::uint32_t bins_size_ = 0;  ///< Bytes of bins that are declared and really there.
  std::uint32_t major_ = 0;
  std::uint32_t minor_ = 0;
  std::vector<Bin> bins_;
  std::vector<std::uint32_t> bin_of_page_;  ///< Index into bins_ for each 4 KiB.
  std::uint64_t last_written_ = 0;
  std::string file_name_;
  mutable std::vector<Anomaly> anomalies_;
};

/// Text of REG_SZ or REG_EXPAND_SZ data (UTF-16LE up to the first NUL); nullopt for other types.
std::optional<std::string> text_of(std::uint32_t type, Bytes data);
/// Data for a REG_SZ or REG_EXPAND_SZ value, with its NUL.
Buffer data_of_text(std::string_view utf8);
/// "REG_SZ", or "REG_0x1234" for a number without a name.
std::string type_name(std::uint32_t type);
std::optional<std::uint32_t> type_from_name(std::string_view name);

}  // namespace antidotary::regf
