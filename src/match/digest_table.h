// DigestTable: millions of digests in sorted, mapped bytes. A look-up reads one line of the cache,
// which nearly always says that the digest is not there; where it may be, the row decides. It
// holds the first 128 bits of each digest, which nobody can collide with by chance and nobody can
// meet on purpose (a second preimage of 128 bits). docs/decisions/0060 says why it is built so.
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

/// Sorts `rows` and writes the table: 24 bytes a row, 3.6 for its share of a line and one or less
/// for the map of sizes. Deterministic; rows equal in key and size are all kept, rows equal in all
/// once. At most 2^32 - 1 rows.
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
  /// Asks for the line that `find` of the key will read, and returns at once: the look-ups of an
  /// object's several digests wait for memory together.
  void prefetch(const DigestKey& key) const;
  /// Appends the tags of the rows with this key whose size is `size_bytes` or any.
  void find(const DigestKey& key, std::uint64_t size_bytes, std::vector<std::uint32_t>& tags) const;
  /// Row by row, for info, explain and diff. `index` must be below count().
  DigestRow row(std::uint64_t index) const;

 private:
  /// The place of the line of the key's bucket.
  std::size_t line_of(const DigestKey& key) const;
  /// Of the key of row `index` to `key`, as memcmp has it.
  int order(std::uint64_t index, const DigestKey& key) const;
  /// Appends the tag of row `index` where its size is `size_bytes` or any.
  void take(std::uint64_t index, std::uint64_t size_bytes, std::vector<std::uint32_t>& tags) const;
  /// The rows of a crowded bucket, [begin, end), by halving.
  void find_crowded(const DigestKey& key, std::uint64_t begin, std::uint64_t end,
                    std::uint64_t size_bytes, std::vector<std::uint32_t>& tags) const;

  Bytes table_;
  std::uint64_t count_ = 0;
  std::uint32_t buckets_ = 1;     ///< Each has a line.
  bool any_size_ = false;         ///< A row takes objects of any size.
  std::uint64_t size_bits_ = 64;  ///< Of the bitmap of sizes.
  // Where the arrays begin.
  std::uint64_t lines_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace antidotary::match
