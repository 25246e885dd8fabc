#include "match/finder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace antidotary::match {
namespace {

// A budget is asked about once in so many steps.
constexpr std::size_t steps_per_payment = 64 << 10;
constexpr std::size_t word_bytes = 4;
constexpr std::uint32_t none = 0xffffffff;

std::uint8_t lower(std::uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte + 32) : byte;
}

std::uint32_t beginning_bytes(const Sought& sought) {
  return static_cast<std::uint32_t>(std::min(sought.bytes.size(), word_bytes));
}

bool stands_at(const Sought& sought, Bytes object, std::size_t begin) {
  if (sought.bytes.empty() || sought.bytes.size() > object.size() - begin) return false;
  const Bytes here = object.subspan(begin, sought.bytes.size());
  if (!sought.nocase) return std::memcmp(here.data(), sought.bytes.data(), here.size()) == 0;
  return std::equal(here.begin(), here.end(), sought.bytes.begin(), [](std::byte a, std::byte b) {
    return lower(std::to_integer<std::uint8_t>(a)) == std::to_integer<std::uint8_t>(b);
  });
}

/// The four bytes at `begin`, or as many as there are, in a little-endian word.
std::uint32_t word_at(Bytes bytes, std::size_t begin) {
  std::uint32_t word = 0;
  if (bytes.size() - begin >= word_bytes) {
    std::memcpy(&word, &bytes[begin], word_bytes);
  } else {
    std::memcpy(&word, &bytes[begin], bytes.size() - begin);
  }
  return std::endian::native == std::endian::little ? word : __builtin_bswap32(word);
}

/// Both cases fall together, so that one table serves both kinds.
std::uint32_t hash_of(std::uint32_t word, std::uint32_t mask, std::uint32_t length) {
  const std::uint32_t mixed = (((word | 0x20202020) & mask) + length) * 0x9e3779b1u;
  return mixed ^ mixed >> 15;
}

}  // namespace

Finder::Finder(std::span<const Sought> sought) : sought_(sought.begin(), sought.end()) {
  constexpr std::size_t buckets_min = 4096;
  constexpr std::size_t buckets_max = std::size_t{1} << 22;
  const std::size_t buckets =
      std::bit_ceil(std::clamp(sought_.size() * 16, buckets_min, buckets_max));
  bucket_mask_ = static_cast<std::uint32_t>(buckets - 1);
  heads_.assign(buckets, none);
  next_.assign(sought_.size(), none);
  filter_.assign(buckets / 64, 0);
  std::uint32_t lengths = 0;
  // Backwards, so that a chain is in ascending order.
  for (std::size_t i = sought_.size(); i-- > 0;) {
    if (sought_[i].bytes.empty()) continue;
    const auto length = beginning_bytes(sought_[i]);
    lengths |= 1u << length;
    const std::uint32_t mask = 0xffffffff >> (32 - length * 8);
    const std::uint32_t bucket = hash_of(word_at(sought_[i].bytes, 0), mask, length) & bucket_mask_;
    next_[i] = heads_[bucket];
    heads_[bucket] = static_cast<std::uint32_t>(i);
    filter_[bucket / 64] |= 1ull << (bucket % 64);
  }
  for (std::uint32_t length = 1; length <= word_bytes; ++length) {
    if ((lengths >> length & 1) != 0) {
      beginnings_.push_back({0xffffffff >> (32 - length * 8), length});
    }
  }
}

Status Finder::find(Bytes object, Budget& budget, Hit hit, void* context) const {
  if (beginnings_.empty()) return {};
  if (sought_.size() == 1 && !sought_[0].nocase) return find_one(object, budget, hit, context);
  // Copies, so that the compiler knows that no call changes them.
  const std::span<const std::uint64_t> filter = filter_;
  const std::span<const Beginning> beginnings = beginnings_;
  const std::uint32_t bucket_mask = bucket_mask_;
  Search search{object, &budget, hit, context, 0, false};
  for (std::size_t begin = 0; begin < object.size();) {
    const std::size_t end = begin + std::min(object.size() - begin, steps_per_payment);
    ANTIDOTARY_CHECK(budget.step(end - begin));
    for (; begin < end; ++begin) {
      const std::uint32_t word = word_at(object, begin);
      for (const Beginning& beginning : beginnings) {
        const std::uint32_t bucket = hash_of(word, beginning.mask, beginning.length) & bucket_mask;
        if ((filter[bucket / 64] >> (bucket % 64) & 1) == 0) continue;
        ANTIDOTARY_CHECK(compare(search, bucket, beginning.length, begin));
        if (search.stopped) return budget.step(search.unpaid);
      }
    }
  }
  return budget.step(search.unpaid);
}

Status Finder::compare(Search& search, std::uint32_t bucket, std::uint32_t length,
                       std::size_t begin) const {
  for (std::uint32_t i = heads_[bucket]; i != none && !search.stopped; i = next_[i]) {
    ++search.unpaid;
    // Two lengths may share a bucket.
    if (beginning_bytes(sought_[i]) != length) continue;
    if (!stands_at(sought_[i], search.object, begin)) continue;
    ++search.unpaid;
    search.stopped = !search.hit(search.context, i, begin);
  }
  if (search.unpaid < steps_per_payment) return {};
  return search.budget->step(std::exchange(search.unpaid, 0));
}

Status Finder::find_one(Bytes object, Budget& budget, Hit hit, void* context) const {
  const Bytes wanted = sought_[0].bytes;
  std::size_t begin = 0;
  while (object.size() - begin >= wanted.size()) {
    // A stretch is paid for before it is looked at; the last bytes of it may begin a match.
    const std::size_t starts =
        std::min(object.size() - begin - wanted.size() + 1, steps_per_payment);
    ANTIDOTARY_CHECK(budget.step(starts));
    const Bytes stretch = object.subspan(begin, starts + wanted.size() - 1);
    std::uint64_t hits = 0;
    for (std::size_t from = 0; from < starts;) {
      const void* const found =
          memmem(&stretch[from], stretch.size() - from, wanted.data(), wanted.size());
      if (found == nullptr) break;
      const auto place =
          static_cast<std::size_t>(static_cast<const std::byte*>(found) - stretch.data());
      ++hits;
      if (!hit(context, 0, begin + place)) return budget.step(hits);
      from = place + 1;
    }
    ANTIDOTARY_CHECK(budget.step(hits));
    begin += starts;
  }
  return {};
}

}  // namespace antidotary::match
