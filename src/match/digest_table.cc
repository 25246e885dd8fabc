#include "match/digest_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include "core/reader.h"

namespace antidotary::match {
namespace {

// The table, little-endian: header (64 bytes: magic u64, rows u64, buckets u32, whether a row takes
// any size u32, bits of the map of sizes u64, zeros); the map of sizes; zeros up to a multiple of
// 64; a line of 64 bytes for each bucket; the rows (24 bytes each: key, size u32, tag u32), sorted.
//
// A bucket is the rows whose keys' first 32 bits fall into its share of all numbers. Its line: the
// number of its first row u32, its rows u16 (`crowded`: more than a line holds), zeros u16, and of
// each row the ninth and tenth byte of its key. A key that is not there meets such a mark in a
// bucket of 18 rows once in 3,600 look-ups.
constexpr std::uint64_t table_magic = 0x3242415454534744;  // "DGSTTAB2"
constexpr std::size_t header_bytes = 64;
constexpr std::size_t line_bytes = 64;
constexpr std::size_t line_head_bytes = 8;
constexpr std::size_t mark_bytes = 2;
constexpr std::size_t marks_max = (line_bytes - line_head_bytes) / mark_bytes;
constexpr std::uint32_t crowded = 0xffff;
constexpr std::size_t key_bytes = 16;
constexpr std::size_t mark_at = 8;  // In the key: bits that do not choose its bucket.
constexpr std::size_t row_bytes = key_bytes + 8;
constexpr std::uint64_t rows_max = 0xffffffff;
// So that of digests, which are spread evenly, one bucket in a hundred is crowded.
constexpr std::uint64_t rows_per_bucket = 18;
// At most: so that one size in eight or fewer is wanted in vain, until the map is 4 MiB large.
constexpr std::uint64_t bits_per_size = 16;
constexpr std::uint64_t size_bits_min = 64;
constexpr std::uint64_t size_bits_max = 1ull << 25;

/// In the order of keys: a bucket's rows lie together.
std::uint32_t bucket_of(const DigestKey& key, std::uint32_t buckets) {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < 4; ++i) head = head << 8 | std::to_integer<std::uint64_t>(key[i]);
  return static_cast<std::uint32_t>(head * buckets >> 32);
}

using Mark = std::uint16_t;

/// As it lies in memory, whatever the machine's order of bytes.
Mark mark_of(const DigestKey& key) {
  Mark out = 0;
  std::memcpy(&out, &key[mark_at], mark_bytes);
  return out;
}

/// False where no mark of the line is `mark`: four comparisons of eight marks each, as the line's
/// head may be compared along with them.
bool may_meet(Bytes line, Mark mark) {
  using Eight [[gnu::vector_size(16)]] = Mark;
  std::array<Eight, line_bytes / sizeof(Eight)> marks;
  std::memcpy(marks.data(), line.data(), line_bytes);
  const auto met =
      (marks[0] == mark) | (marks[1] == mark) | (marks[2] == mark) | (marks[3] == mark);
  std::array<std::uint64_t, 2> any;
  std::memcpy(any.data(), &met, sizeof any);
  return (any[0] | any[1]) != 0;
}

std::uint64_t size_hash(std::uint64_t size, std::uint64_t mask) {
  return (size * 0x9e3779b97f4a7c15) >> 32 & mask;
}

bool before(const DigestRow& a, const DigestRow& b) {
  if (const int order = std::memcmp(a.key.data(), b.key.data(), key_bytes); order != 0) {
    return order < 0;
  }
  return a.size != b.size ? a.size < b.size : a.tag < b.tag;
}

std::size_t at(std::uint64_t number) { return static_cast<std::size_t>(number); }

std::size_t aligned(std::size_t offset) {
  return (offset + line_bytes - 1) / line_bytes * line_bytes;
}

/// Where each bucket begins, and after the last one the number of rows.
std::vector<std::uint32_t> bucket_starts(std::span<const DigestRow> rows, std::uint32_t buckets) {
  std::vector<std::uint32_t> starts(std::size_t{buckets} + 1);
  for (const DigestRow& row : rows) ++starts[std::size_t{bucket_of(row.key, buckets)} + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  return starts;
}

/// Digests are spread evenly: they are dealt into their buckets and each bucket is sorted.
std::vector<DigestRow> sorted(std::vector<DigestRow>&& rows, std::uint32_t buckets) {
  std::vector<DigestRow> out(rows.size());
  const std::vector<std::uint32_t> starts = bucket_starts(rows, buckets);
  std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
  for (const DigestRow& row : rows) out[next[bucket_of(row.key, buckets)]++] = row;
  std::vector<DigestRow>().swap(rows);
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    std::sort(out.begin() + starts[i], out.begin() + starts[i + 1], before);
  }
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::uint64_t size_bits_for(std::span<const DigestRow> rows) {
  // Sizes are counted in a map of the largest width; those that fall together there do so anyway.
  std::vector<bool> seen(at(size_bits_max));
  std::uint64_t different = 0;
  for (const DigestRow& row : rows) {
    const std::size_t bit = at(size_hash(row.size, size_bits_max - 1));
    if (!seen[bit]) ++different;
    seen[bit] = true;
  }
  return std::clamp(std::bit_floor(different * bits_per_size), size_bits_min, size_bits_max);
}

void store_line(std::span<std::byte> line, std::span<const DigestRow> rows, std::uint32_t first) {
  store_u32_le(line, 0, first);
  const bool fits = rows.size() <= marks_max;
  store_u16_le(line, 4, static_cast<std::uint16_t>(fits ? rows.size() : crowded));
  for (std::size_t i = 0; fits && i < rows.size(); ++i) {
    const Mark mark = mark_of(rows[i].key);
    std::memcpy(&line[line_head_bytes + i * mark_bytes], &mark, mark_bytes);
  }
}

}  // namespace

Buffer build_digest_table(std::vector<DigestRow>&& unsorted) {
  const auto buckets = static_cast<std::uint32_t>(unsorted.size() / rows_per_bucket + 1);
  const std::vector<DigestRow> rows = sorted(std::move(unsorted), buckets);
  const std::uint64_t size_bits = size_bits_for(rows);
  const bool any_size =
      std::any_of(rows.begin(), rows.end(), [](const DigestRow& row) { return row.size == 0; });
  const std::size_t lines = aligned(header_bytes + at(size_bits / 8));
  const std::size_t first_row = lines + std::size_t{buckets} * line_bytes;
  Buffer out(first_row + rows.size() * row_bytes);
  store_u64_le(out, 0, table_magic);
  store_u64_le(out, 8, rows.size());
  store_u32_le(out, 16, buckets);
  store_u32_le(out, 20, any_size ? 1 : 0);
  store_u64_le(out, 24, size_bits);
  const std::vector<std::uint32_t> starts = bucket_starts(rows, buckets);
  for (std::size_t i = 0; i < buckets; ++i) {
    store_line(std::span(out).subspan(lines + i * line_bytes, line_bytes),
               std::span(rows).subspan(starts[i], starts[i + 1] - starts[i]), starts[i]);
  }
  std::size_t place = first_row;
  for (const DigestRow& row : rows) {
    const std::uint64_t bit = size_hash(row.size, size_bits - 1);
    out[header_bytes + at(bit / 8)] |= std::byte{1} << (bit % 8);
    std::memcpy(&out[place], row.key.data(), key_bytes);
    store_u32_le(out, place + key_bytes, row.size);
    store_u32_le(out, place + key_bytes + 4, row.tag);
    place += row_bytes;
  }
  return out;
}

Result<DigestTable> DigestTable::open(Bytes table) {
  if (table.empty()) return DigestTable{};
  if (table.size() < header_bytes || load_u64_le(table, 0) != table_magic) {
    return fail(ErrorKind::malformed, "no table of digests");
  }
  DigestTable out;
  out.table_ = table;
  out.count_ = load_u64_le(table, 8);
  out.buckets_ = load_u32_le(table, 16);
  out.any_size_ = load_u32_le(table, 20) != 0;
  out.size_bits_ = load_u64_le(table, 24);
  const bool sound = out.count_ <= rows_max && out.buckets_ > 0 &&
                     std::has_single_bit(out.size_bits_) && out.size_bits_ >= size_bits_min &&
                     out.size_bits_ <= size_bits_max;
  if (!sound) return fail(ErrorKind::malformed, "a table of digests that cannot be");
  out.lines_ = aligned(header_bytes + at(out.size_bits_ / 8));
  out.rows_ = out.lines_ + std::uint64_t{out.buckets_} * line_bytes;
  if (out.rows_ + out.count_ * row_bytes != table.size()) {
    return fail(ErrorKind::malformed, "a table of digests of another size than it says");
  }
  return out;
}

bool DigestTable::wants_size(std::uint64_t size_bytes) const {
  if (count_ == 0) return false;
  if (any_size_) return true;
  if (size_bytes > 0xffffffff) return false;
  const std::uint64_t bit = size_hash(size_bytes, size_bits_ - 1);
  const std::byte byte = table_[header_bytes + at(bit / 8)];
  return (byte >> (bit % 8) & std::byte{1}) != std::byte{};
}

std::size_t DigestTable::line_of(const DigestKey& key) const {
  return at(lines_) + std::size_t{bucket_of(key, buckets_)} * line_bytes;
}

void DigestTable::prefetch(const DigestKey& key) const {
  if (count_ > 0) __builtin_prefetch(&table_[line_of(key)]);
}

void DigestTable::find(const DigestKey& key, std::uint64_t size_bytes,
                       std::vector<std::uint32_t>& tags) const {
  if (count_ == 0) return;
  const std::size_t place = line_of(key);
  const Bytes line = table_.subspan(place, line_bytes);
  const std::uint64_t first = load_u32_le(line, 0);
  const std::uint32_t rows = load_u16_le(line, 4);
  if (rows > marks_max) {
    const bool last = place + line_bytes == rows_;
    const std::uint64_t end =
        last ? count_ : std::min<std::uint64_t>(load_u32_le(table_, place + line_bytes), count_);
    return find_crowded(key, std::min(first, end), end, size_bytes, tags);
  }
  const Mark mark = mark_of(key);
  if (!may_meet(line, mark)) return;
  for (std::uint32_t i = 0; i < rows; ++i) {
    const std::uint64_t index = first + i;
    const bool met = std::memcmp(&line[line_head_bytes + i * mark_bytes], &mark, mark_bytes) == 0;
    if (met && index < count_ && order(index, key) == 0) take(index, size_bytes, tags);
  }
}

void DigestTable::find_crowded(const DigestKey& key, std::uint64_t begin, std::uint64_t end,
                               std::uint64_t size_bytes, std::vector<std::uint32_t>& tags) const {
  for (std::uint64_t last = end; begin < last;) {
    const std::uint64_t middle = begin + (last - begin) / 2;
    if (order(middle, key) < 0) {
      begin = middle + 1;
    } else {
      last = middle;
    }
  }
  for (; begin < end && order(begin, key) == 0; ++begin) take(begin, size_bytes, tags);
}

void DigestTable::take(std::uint64_t index, std::uint64_t size_bytes,
                       std::vector<std::uint32_t>& tags) const {
  const DigestRow found = row(index);
  if (found.size == 0 || found.size == size_bytes) tags.push_back(found.tag);
}

int DigestTable::order(std::uint64_t index, const DigestKey& key) const {
  return std::memcmp(&table_[at(rows_ + index * row_bytes)], key.data(), key_bytes);
}

DigestRow DigestTable::row(std::uint64_t index) const {
  const std::size_t place = at(rows_ + index * row_bytes);
  DigestRow out;
  std::memcpy(out.key.data(), &table_[place], key_bytes);
  out.size = load_u32_le(table_, place + key_bytes);
  out.tag = load_u32_le(table_, place + key_bytes + 4);
  return out;
}

}  // namespace antidotary::match
