#include "match/digest_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include "core/reader.h"

namespace antidotary::match {
namespace {

// The table, little-endian: header (48 bytes: magic u64, rows u64, bits of a bucket's number u32,
// whether a row takes any size u32, bits of the map of sizes u64, zeros); the map of sizes; where
// each bucket begins (u32 each, one more than buckets); keys (16 bytes each, sorted); sizes (u32
// each); tags (u32 each).
constexpr std::uint64_t table_magic = 0x3142415454534744;  // "DGSTTAB1"
constexpr std::size_t header_bytes = 48;
constexpr std::size_t key_bytes = 16;
constexpr std::uint64_t rows_max = 0xffffffff;
// A bucket's keys fill one or two lines of the cache.
constexpr std::uint64_t rows_per_bucket = 8;
// At most: so that one size in eight or fewer is wanted in vain, until the map is 4 MiB large.
constexpr std::uint64_t bits_per_size = 16;
constexpr std::uint64_t size_bits_min = 64;
constexpr std::uint64_t size_bits_max = 1ull << 25;

std::uint64_t head_of(const DigestKey& key) {
  // Big-endian, so that the order of heads is the order of keys.
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < 8; ++i) head = head << 8 | std::to_integer<std::uint64_t>(key[i]);
  return head;
}

std::uint64_t bucket_of(const DigestKey& key, std::uint32_t bits) {
  return bits == 0 ? 0 : head_of(key) >> (64 - bits);
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

/// Where each bucket begins, and after the last one the number of rows.
std::vector<std::uint32_t> bucket_starts(std::span<const DigestRow> rows, std::uint32_t bits) {
  std::vector<std::uint32_t> starts((std::size_t{1} << bits) + 1);
  for (const DigestRow& row : rows) ++starts[at(bucket_of(row.key, bits)) + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  return starts;
}

/// Digests are spread evenly: they are dealt into their buckets and each bucket is sorted.
std::vector<DigestRow> sorted(std::vector<DigestRow>&& rows, std::uint32_t bits) {
  std::vector<DigestRow> out(rows.size());
  const std::vector<std::uint32_t> starts = bucket_starts(rows, bits);
  std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
  for (const DigestRow& row : rows) out[next[at(bucket_of(row.key, bits))]++] = row;
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

}  // namespace

Buffer build_digest_table(std::vector<DigestRow>&& unsorted) {
  const std::uint64_t buckets =
      std::bit_ceil(std::max<std::uint64_t>(1, unsorted.size() / rows_per_bucket));
  const auto bits = static_cast<std::uint32_t>(std::countr_zero(buckets));
  const std::vector<DigestRow> rows = sorted(std::move(unsorted), bits);
  const std::uint64_t size_bits = size_bits_for(rows);
  const bool any_size =
      std::any_of(rows.begin(), rows.end(), [](const DigestRow& row) { return row.size == 0; });
  const std::size_t starts = header_bytes + at(size_bits / 8);
  const std::size_t keys = starts + at(buckets + 1) * 4;
  const std::size_t sizes = keys + rows.size() * key_bytes;
  const std::size_t tags = sizes + rows.size() * 4;
  Buffer out(tags + rows.size() * 4);
  store_u64_le(out, 0, table_magic);
  store_u64_le(out, 8, rows.size());
  store_u32_le(out, 16, bits);
  store_u32_le(out, 20, any_size ? 1 : 0);
  store_u64_le(out, 24, size_bits);
  std::size_t place = starts;
  for (const std::uint32_t start : bucket_starts(rows, bits)) {
    store_u32_le(out, place, start);
    place += 4;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t bit = size_hash(rows[i].size, size_bits - 1);
    out[header_bytes + at(bit / 8)] |= std::byte{1} << (bit % 8);
    std::memcpy(&out[keys + i * key_bytes], rows[i].key.data(), key_bytes);
    store_u32_le(out, sizes + i * 4, rows[i].size);
    store_u32_le(out, tags + i * 4, rows[i].tag);
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
  out.bits_ = load_u32_le(table, 16);
  out.any_size_ = load_u32_le(table, 20) != 0;
  out.size_bits_ = load_u64_le(table, 24);
  const bool sound = out.count_ <= rows_max && out.bits_ <= 32 &&
                     std::has_single_bit(out.size_bits_) && out.size_bits_ >= size_bits_min &&
                     out.size_bits_ <= size_bits_max;
  if (!sound) return fail(ErrorKind::malformed, "a table of digests that cannot be");
  out.buckets_ = header_bytes + out.size_bits_ / 8;
  out.keys_ = out.buckets_ + ((1ull << out.bits_) + 1) * 4;
  out.sizes_ = out.keys_ + out.count_ * key_bytes;
  out.tags_ = out.sizes_ + out.count_ * 4;
  if (out.tags_ + out.count_ * 4 != table.size()) {
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

void DigestTable::find(const DigestKey& key, std::uint64_t size_bytes,
                       std::vector<std::uint32_t>& tags) const {
  if (count_ == 0) return;
  const std::size_t bucket = at(buckets_ + bucket_of(key, bits_) * 4);
  const std::uint64_t end = std::min<std::uint64_t>(load_u32_le(table_, bucket + 4), count_);
  std::uint64_t begin = std::min<std::uint64_t>(load_u32_le(table_, bucket), end);
  // Halving: a bucket may be long where the digests are not spread as digests are.
  for (std::uint64_t last = end; begin < last;) {
    const std::uint64_t middle = begin + (last - begin) / 2;
    if (order(middle, key) < 0) {
      begin = middle + 1;
    } else {
      last = middle;
    }
  }
  for (; begin < end && order(begin, key) == 0; ++begin) {
    const std::uint32_t size = load_u32_le(table_, at(sizes_ + begin * 4));
    if (size == 0 || size == size_bytes) {
      tags.push_back(load_u32_le(table_, at(tags_ + begin * 4)));
    }
  }
}

int DigestTable::order(std::uint64_t index, const DigestKey& key) const {
  return std::memcmp(&table_[at(keys_ + index * key_bytes)], key.data(), key_bytes);
}

DigestRow DigestTable::row(std::uint64_t index) const {
  DigestRow out;
  std::memcpy(out.key.data(), &table_[at(keys_ + index * key_bytes)], key_bytes);
  out.size = load_u32_le(table_, at(sizes_ + index * 4));
  out.tag = load_u32_le(table_, at(tags_ + index * 4));
  return out;
}

}  // namespace antidotary::match
