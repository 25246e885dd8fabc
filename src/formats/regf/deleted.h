// What was deleted from a hive and is still in it: key nodes and value keys in cells that are free.
//
// Windows frees a cell by turning its size's sign; what stood in it stays until the room is taken
// again. Cells that lie beside one another are joined, so a free cell may hold several old ones:
// every eighth byte of it is looked at. What is found so is evidence and nothing else: it may be
// old, half overwritten, and of a place that is only partly known.
//
// Spec: Maxim Suhanov, "Windows registry file format specification" (2019), "Cell", "Key node",
// "Key value"; the idea is that of his yarp and of reglookup-recover's documentation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::regf {

struct DeletedValue {
  std::string name;  ///< UTF-8; empty is a default value.
  std::uint32_t type = 0;
  Buffer data;  ///< At most `Deleted::data_bytes_max`; of longer ones nothing is kept.
};

struct DeletedKey {
  std::string path;         ///< As far as it is known, '\\' between names.
  bool whole_path = false;  ///< False: what stands above `path` is not known.
  std::uint64_t last_written_filetime = 0;
  std::vector<DeletedValue> values;
};

struct Deleted {
  static constexpr std::size_t found_max = 20'000;     ///< Keys and values together.
  static constexpr std::size_t data_bytes_max = 4096;  ///< Of one value.
  /// Names and data of all values, and again the paths of all keys: the same free bytes may be
  /// named many times. What reaches it is still let in.
  static constexpr std::size_t bytes_max = 16u << 20;

  std::vector<DeletedKey> keys;      ///< In the order of their cells.
  std::vector<DeletedValue> values;  ///< Whose key is not known.
  bool cut = false;                  ///< More were there than these limits let in.
};

/// Looks through the free cells of a hive; bytes that are none give nothing. Data that lie in a
/// cell which is in use again are not the value's and are left out, with the value. Costs a step
/// for each eight free bytes, and what is brought out of them. Errors: budget_spent.
Result<Deleted> find_deleted(Bytes hive, Budget& budget);

}  // namespace antidotary::regf
