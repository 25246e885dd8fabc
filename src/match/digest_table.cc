#include "match/digest_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <thread>

#include "core/reader.h"

namespace antidotary::match {
namespace {

// The table: header (48 bytes), bitmap of sizes, bucket starts (u32 each, one more than buckets),
// keys (16 bytes each, sorted), sizes (u32 each), tags (u32 each). Little-endian.
constexpr std::uint64_t table_magic = 0x3142415454534744;  // "DGSTTAB1"
constexpr std::size_t header_bytes = 48;
constexpr std::size_t key_bytes = 16;
constexpr std::uint64_t rows_per_bucket = 8;
// Sizes are hashed into a bitmap of so many bits: a power of two, at most 16 MiB.
constexpr std::uint64_t size_bits_max = 1ull << 27;

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
  std::uint64_t mixed = size * 0x9e3779b97f4a7c15;
  mixed ^= mixed >> 29;
  return mixed & mask;
}

bool before(const DigestRow& a, const DigestRow& b) {
  if (const int order = std::memcmp(a.key.data(), b.key.data(), key_bytes); order != 0) {
    return order < 0;
  }
  return a.size != b.size ? a.size < b.size : a.tag < b.tag;
}

void sort_rows(std::vector<DigestRow>& rows) {
  constexpr std::size_t worth_a_thread = 100'000;
  if (rows.size() < worth_a_thread) {
    std::sort(rows.begin(), rows.end(), before);
    return;
  }
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
  std::thread other([&] { std::sort(rows.begin(), middle, before); });
  std::sort(middle, rows.end(), before);
  other.join();
  std::inplace_merge(rows.begin(), middle, rows.end(), before);
}

}  // namespace

Buffer build_digest_table(std::vector<DigestRow>&& rows) {
  sort_rows(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  const std::uint64_t count = rows.size();
  const std::uint64_t wanted = std::bit_ceil(std::max<std::uint64_t>(1, count / rows_per_bucket));
  const auto bits = static_cast<std::uint32_t>(std::countr_zero(wanted));
  const std::uint64_t size_bits =
      std::clamp<std::uint64_t>(std::bit_ceil(count * 8 + 1), 64, size_bits_max);
  const bool any_size =
      std::any_of(rows.begin(), rows.end(), [](const DigestRow& row) { return row.size == 0; });
  Buffer out;
  out.reserve(static_cast<std::size_t>(header_bytes + size_bits / 8 + (wanted + 1) * 4 +
                                       count * (key_bytes + 8)));
  append_u64_le(out, table_magic);
  append_u64_le(out, count);
  append_u32_le(out, bits);
  append_u32_le(out, any_size ? 1 : 0);
  append_u64_le(out, size_bits);
  append_u64_le(out, 0);
  append_u64_le(out, 0);
  const std::size_t bitmap = out.size();
  out.resize(bitmap + static_cast<std::size_t>(size_bits / 8));
  for (const DigestRow& row : rows) {
    const std::uint64_t bit = size_hash(row.size, size_bits - 1);
    out[bitmap + static_cast<std::size_t>(bit / 8)] |= std::byte{1} << (bit % 8);
  }
  std::uint64_t row = 0;
  for (std::uint64_t bucket = 0; bucket <= wanted; ++bucket) {
    while (row < count && bucket_of(rows[static_cast<std::size_t>(row)].key, bits) < bucket) ++row;
    append_u32_le(out, static_cast<std::uint32_t>(bucket == wanted ? count : row));
  }
  for (const DigestRow& one : rows) out.insert(out.end(), one.key.begin(), one.key.end());
  for (const DigestRow& one : rows) append_u32_le(out, one.size);
  for (const DigestRow& one : rows) append_u32_le(out, one.tag);
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
  const bool sound = out.count_ <= 0xffffffff && out.bits_ <= 32 &&
                     std::has_single_bit(out.size_bits_) && out.size_bits_ >= 64 &&
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
  const std::uint64_t bit = size_hash(size_bytes, size_bits_ - 1);
  const std::byte byte = table_[header_bytes + static_cast<std::size_t>(bit / 8)];
  return (byte >> (bit % 8) & std::byte{1}) != std::byte{};
}

void DigestTable::find(const DigestKey& key, std::uint64_t size_bytes,
                       std::vector<std::uint32_t>& tags) const {
  if (count_ == 0) return;
  const std::uint64_t bucket = bucket_of(key, bits_);
  const auto start = [&](std::uint64_t number) {
    const auto at = static_cast<std::size_t>(buckets_ + number * 4);
    return std::min<std::uint64_t>(load_u32_le(table_, at), count_);
  };
  const std::uint64_t end = start(bucket + 1);
  for (std::uint64_t i = start(bucket); i < end; ++i) {
    const auto at = static_cast<std::size_t>(keys_ + i * key_bytes);
    const int order = std::memcmp(&table_[at], key.data(), key_bytes);
    if (order > 0) return;
    if (order < 0) continue;
    const std::uint32_t size = load_u32_le(table_, static_cast<std::size_t>(sizes_ + i * 4));
    if (size == 0 || size == size_bytes) {
      tags.push_back(load_u32_le(table_, static_cast<std::size_t>(tags_ + i * 4)));
    }
  }
}

DigestRow DigestTable::row(std::uint64_t index) const {
  DigestRow out;
  std::memcpy(out.key.data(), &table_[static_cast<std::size_t>(keys_ + index * key_bytes)],
              key_bytes);
  out.size = load_u32_le(table_, static_cast<std::size_t>(sizes_ + index * 4));
  out.tag = load_u32_le(table_, static_cast<std::size_t>(tags_ + index * 4));
  return out;
}

}  // namespace antidotary::match
