// A from-scratch writer of small, valid hives, for the simulator and the tests.
//
// It writes what Windows would accept: sorted lists of the kind that the version knows (lf, then
// li, then ri below minor version 5; lh, then ri from there on), hashes, one security key, bins
// of 4 KiB multiples. It is not an editor: it knows nothing of a hive that exists.
//
// Spec: Maxim Suhanov, "Windows registry file format specification" (2019).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::regf {

struct ValueSpec {
  std::string name;  ///< UTF-8; empty is the default value.
  std::uint32_t type = 1;
  Buffer data;
};

struct KeySpec {
  std::string name;  ///< UTF-8.
  std::vector<ValueSpec> values;
  std::vector<KeySpec> subkeys;

  /// The subkey of that name (case ignored), made if missing. The reference lives until the next
  /// call that adds a sibling.
  KeySpec& subkey(std::string_view child);
  /// The key at a '\\'-separated path below this one, made as far as missing.
  KeySpec& at(std::string_view path);
  /// Sets or replaces a value.
  void set(std::string_view value, std::uint32_t type, Buffer data);
  void set_text(std::string_view value, std::string_view text);  ///< REG_SZ.
};

struct WriteOptions {
  std::string file_name = "SOFTWARE";  ///< Recorded in the base block (last 31 units).
  std::uint64_t written_filetime = 127012320000000000;  ///< Key and base block times: 2003-06-27.
  std::uint32_t minor_version = 3;                      ///< 3 (NT 4 to XP), 5 (big data) or 6.
};

/// The root's own name may be empty; it is then "$$$PROTO.HIV", as Windows names a new hive's.
/// Errors: bad_input where a key's name is over 255 characters, empty or holds '\\', a value's is
/// over 16,383, siblings differ in nothing but case, keys nest more than 512 deep, or data exceed
/// what one cell may hold (16,344 bytes below minor version 4; `db` segments from there on).
Result<Buffer> write_hive(const KeySpec& root, const WriteOptions& options);

}  // namespace antidotary::regf
