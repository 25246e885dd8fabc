#include "match/finder.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace antidotary::match {
namespace {

// A budget is asked once in so many bytes.
constexpr std::size_t bytes_per_payment = 64 << 10;
constexpr std::size_t gram_max = 4;
constexpr std::uint32_t none = 0xffffffff;

std::uint8_t lower(std::uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte + 32) : byte;
}

std::uint8_t at(Bytes bytes, std::size_t i) { return std::to_integer<std::uint8_t>(bytes[i]); }

bool stands_at(const Sought& sought, Bytes object, std::size_t begin) {
  if (sought.bytes.size() > object.size() - begin) return false;
  if (!sought.nocase) {
    return std::memcmp(&object[begin], sought.bytes.data(), sought.bytes.size()) == 0;
  }
  for (std::size_t i = 0; i < sought.bytes.size(); ++i) {
    if (lower(at(object, begin + i)) != at(sought.bytes, i)) return false;
  }
  return true;
}

/// Both cases fall together, so that one table serves both kinds.
std::uint32_t gram_hash(Bytes bytes, std::size_t begin, std::size_t length) {
  std::uint32_t gram = 0;
  for (std::size_t i = 0; i < length; ++i) {
    gram = gram << 8 | (std::uint32_t{at(bytes, begin + i)} | 0x20);
  }
  return (gram * 0x9e3779b1u) ^ (gram >> 15);
}

}  // namespace

Finder::Finder(std::span<const Sought> sought) : sought_(sought.begin(), sought.end()) {
  std::size_t shortest = gram_max;
  for (const Sought& one : sought_) shortest = std::min(shortest, one.bytes.size());
  gram_ = std::max<std::size_t>(1, shortest);
  const std::size_t buckets =
      std::bit_ceil(std::clamp<std::size_t>(sought_.size() * 16, 4096, std::size_t{1} << 22));
  mask_ = static_cast<std::uint32_t>(buckets - 1);
  heads_.assign(buckets, none);
  next_.assign(sought_.size(), none);
  filter_.assign(buckets / 64, 0);
  // Backwards, so that a chain is in ascending order.
  for (std::size_t i = sought_.size(); i-- > 0;) {
    if (sought_[i].bytes.empty()) continue;
    const std::uint32_t bucket = gram_hash(sought_[i].bytes, 0, gram_) & mask_;
    next_[i] = heads_[bucket];
    heads_[bucket] = static_cast<std::uint32_t>(i);
    filter_[bucket / 64] |= 1ull << (bucket % 64);
  }
}

Status Finder::find(Bytes object, Budget& budget, Hit hit, void* context) const {
  if (sought_.empty() || object.size() < gram_) return {};
  if (sought_.size() == 1 && !sought_[0].nocase) return find_one(object, budget, hit, context);
  std::uint64_t unpaid = 0;
  const std::size_t last = object.size() - gram_;
  for (std::size_t begin = 0; begin <= last; ++begin) {
    if (++unpaid >= bytes_per_payment) {
      ANTIDOTARY_CHECK(budget.step(unpaid));
      unpaid = 0;
    }
    const std::uint32_t bucket = gram_hash(object, begin, gram_) & mask_;
    if ((filter_[bucket / 64] >> (bucket % 64) & 1) == 0) continue;
    for (std::uint32_t i = heads_[bucket]; i != none; i = next_[i]) {
      ++unpaid;
      if (stands_at(sought_[i], object, begin) && !hit(context, i, begin)) return {};
    }
  }
  return budget.step(unpaid);
}

Status Finder::find_one(Bytes object, Budget& budget, Hit hit, void* context) const {
  const Bytes wanted = sought_[0].bytes;
  std::size_t begin = 0;
  while (begin < object.size()) {
    const void* const found =
        memmem(&object[begin], object.size() - begin, wanted.data(), wanted.size());
    const std::size_t next =
        found == nullptr
            ? object.size()
            : static_cast<std::size_t>(static_cast<const std::byte*>(found) - object.data());
    ANTIDOTARY_CHECK(budget.step((next - begin) / 16 + 1));
    if (found == nullptr || !hit(context, 0, next)) return {};
    begin = next + 1;
  }
  return {};
}

}  // namespace antidotary::match
