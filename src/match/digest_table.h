// DigestTable: millions of digests in sorted, mapped bytes; a look-up costs one or two cache
// misses. It holds the first 128 bits of each digest, which nobody can collide with by chance and
// nobody can meet on purpose (a second preimage of 128 bits).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::match {

using DigestKey = std::array<std::byte, 16>;

struct DigestRow {
  DigestKey key{};
  std::uint32_t size = 0;  ///< Of the object in bytes; 0: of any size.
  std::uint32_t tag = 0;   ///< What a hit reports.
  bool operator==(const DigestRow&) const = default;
};

/// Sorts `rows` and writes the table: 24 bytes a row, about one for the index of keys and half of
/// one for that of sizes. Deterministic; rows equal in key and size are all kept, rows equal in
/// all once. At most 2^32 - 1 rows.
Buffer build_digest_table(std::vector<DigestRow>&& rows);

class DigestTable {
 public:
  /// An empty table.
  DigestTable() = default;
  /// A view of `table`, which must outlive it. Checks the header and sizes only; look-ups check
  /// each index. Errors: malformed.
  static Result<DigestTable> open(Bytes table);

  std::uint64_t count() const { return count_; }
  /// False where no row can hit an object of this size, so that its digest need not be computed.
  bool wants_size(std::uint64_t size_bytes) const;
  /// Appends the tags of the rows with this key whose size is `size_bytes` or any.
  void find(const DigestKey& key, std::uint64_t size_bytes, std::vector<std::uint32_t>& tags) const;
  /// Row by row, for info, explain and diff. `index` must be below count().
  DigestRow row(std::uint64_t index) const;

 private:
  /// Of key `index` to `key`, as memcmp has it.
  int order(std::uint64_t index, const DigestKey& key) const;

  Bytes table_;
  std::uint64_t count_ = 0;
  std::uint32_t bits_ = 0;        ///< Of the key, that number its bucket.
  bool any_size_ = false;         ///< A row takes objects of any size.
  std::uint64_t size_bits_ = 64;  ///< Of the bitmap of sizes.
  // Where the arrays begin.
  std::uint64_t buckets_ = 0;
  std::uint64_t keys_ = 0;
  std::uint64_t sizes_ = 0;
  std::uint64_t tags_ = 0;
};

}  // namespace antidotary::match
