// The bytes of a mailbox file behind the place where a message goes out or comes back: written from
// copies in quarantine, compared with them, and put back.
//
// Everything behind the place is copied first, and the copy is what is written from: so each byte
// can be written again, whatever became of a run in the midst.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "remedy/item.h"

namespace antidotary::remedy {

/// The contents of some items, one behind the other. They outlive it; nulls are left out.
class Stretch {
 public:
  Stretch(std::initializer_list<const Item*> items);
  std::uint64_t size() const { return size_; }
  /// Fills `out`, which must lie inside, from `offset`.
  Status read(std::uint64_t offset, std::span<std::byte> out) const;

 private:
  std::vector<const Item*> items_;
  std::uint64_t size_ = 0;
};

/// Writes the stretch to the file from `offset` and syncs.
Status write_stretch(int file, std::uint64_t offset, const Stretch& stretch);

/// SHA-256 of `size` bytes from `offset`. Errors: changed where the file ends before, io.
Result<std::string> range_sha256(int file, std::uint64_t offset, std::uint64_t size);

/// The file has these bytes there. False too where it ends before.
bool has_bytes(int file, std::uint64_t offset, std::uint64_t size, const std::string& sha256);

/// From `offset` each byte is that of `one` or, as far as they go, of `other` (or, where
/// `zeros_from` has been reached, zero). `one` is the longer. Error: changed.
Status check_mixed(int file, std::uint64_t offset, const Stretch& one, const Stretch& other,
                   std::uint64_t zeros_from = ~0ull);

}  // namespace antidotary::remedy
