// Patch: changes gathered byte by byte and handed out as the fewest bytes that differ.
//
// It never writes to the bytes that it is about.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/bytes.h"
#include "formats/regf/editor.h"

namespace antidotary::regf {

class Patch {
 public:
  /// `original` must outlive the patch.
  explicit Patch(Bytes original) : original_(original) {}

  /// Replaces bytes; the range must lie inside the original. A later put wins.
  void put(std::uint64_t offset, Bytes bytes);
  void put_u16(std::uint64_t offset, std::uint16_t value);
  void put_u32(std::uint64_t offset, std::uint32_t value);
  void put_u64(std::uint64_t offset, std::uint64_t value);
  /// The bytes as they will be.
  Buffer read(std::uint64_t offset, std::size_t size) const;
  /// Disjoint, in order, each of bytes that all differ.
  std::vector<Edit> edits() const;

 private:
  Bytes original_;
  std::map<std::uint64_t, std::byte> changed_;
};

}  // namespace antidotary::regf
