// Where the fields of a hive's records stand, and the sums that Windows makes over names and
// headers: what the reader, the writer and the editor must agree on.
//
// It reads and writes nothing by itself.
//
// Spec: Maxim Suhanov, "Windows registry file format specification" (2019); section names are
// given with each group.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::regf {

inline constexpr std::uint32_t no_cell = 0xffffffff;
inline constexpr std::size_t base_block_size = 4096;
inline constexpr std::uint32_t page_size = 4096;
inline constexpr std::uint32_t bin_header_size = 32;
/// "Big data": bytes that one segment holds, and from which a value is segmented (minor >= 4).
inline constexpr std::uint32_t segment_size = 16344;
inline constexpr std::uint32_t key_depth_max = 512;
inline constexpr std::uint32_t key_name_size_max = 2 * 255;
inline constexpr std::uint32_t value_name_size_max = 2 * 16383;
inline constexpr std::uint32_t resident_flag = 0x80000000;

/// "Base block": offsets from the file's start.
namespace base {
inline constexpr std::size_t sequence_1 = 4, sequence_2 = 8, time = 12, major = 20, minor = 24,
                             file_type = 28, file_format = 32, root = 36, bins_size = 40,
                             clustering = 44, file_name = 48, file_name_size = 64, checksum = 508;
}
/// "Hive bin": offsets from the bin's start.
namespace bin {
inline constexpr std::size_t offset = 4, size = 8, time = 20;
}
/// "Key node": offsets from the start of the cell's data.
namespace nk {
inline constexpr std::size_t flags = 2, time = 4, parent = 16, subkey_count = 20,
                             volatile_list = 32, subkey_list = 28, value_count = 36,
                             value_list = 40, security = 44, class_name = 48,
                             subkey_name_size_max = 52, value_name_size_max = 60,
                             value_data_size_max = 64, name_size = 72, class_name_size = 74,
                             name = 76;
inline constexpr std::uint16_t hive_entry = 0x04, no_delete = 0x08, compressed = 0x20,
                               predefined_handle = 0x40;
}  // namespace nk
/// "Key value".
namespace vk {
inline constexpr std::size_t name_size = 2, data_size = 4, data = 8, type = 12, flags = 16,
                             name = 20;
inline constexpr std::uint16_t compressed = 0x01;
}  // namespace vk
/// "Key security".
namespace sk {
inline constexpr std::size_t next = 4, previous = 8, references = 12, descriptor_size = 16,
                             descriptor = 20;
}
/// All lists, and "Big data": two signature bytes, a 16-bit count, then the entries.
namespace list {
inline constexpr std::size_t count = 2, entries = 4;
}

/// XOR of the base block's first 127 words; 0 and 0xffffffff are moved aside ("Base block").
/// `base_block` must hold at least 508 bytes.
std::uint32_t base_checksum(Bytes base_block);

/// True where the cell's data begin with these two letters.
bool has_signature(Bytes cell, std::string_view letters);

/// The units of a stored name: Latin-1 bytes where compressed, else UTF-16LE.
std::string utf8_of_name(Bytes raw, bool compressed);

/// A name in the form that Windows compares: upper-cased UTF-16 units.
class FoldedName {
 public:
  explicit FoldedName(std::string_view utf8);

  /// Compares with a name as it is stored, without making a string of it. A lone surrogate
  /// counts as U+FFFD, because that is what it is shown as.
  bool equals(Bytes raw, bool compressed) const;
  /// What a hash leaf stores for it ("Hash leaf").
  std::uint32_t hash() const;
  const std::u16string& units() const { return units_; }

 private:
  std::u16string units_;
};

}  // namespace antidotary::regf
