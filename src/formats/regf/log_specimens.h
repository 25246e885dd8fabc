// Transaction logs for tests, as Windows would leave them beside a hive that it did not finish.
//
// Tests only: nothing else includes it.
#pragma once

#include <algorithm>

#include "core/reader.h"
#include "formats/regf/layout.h"
#include "formats/regf/logs.h"

namespace antidotary::regf {

/// `hive` as a crash leaves it: its second sequence number behind its first.
inline Buffer dirty(Buffer hive) {
  store_u32_le(hive, base::sequence_1, load_u32_le(hive, base::sequence_2) + 1);
  store_u32_le(hive, base::checksum, base_checksum(hive));
  return hive;
}

inline Buffer log_base(Bytes hive, std::uint32_t type, std::uint32_t sequence) {
  Buffer out = to_buffer(hive.first(512));
  store_u32_le(out, base::file_type, type);
  store_u32_le(out, base::sequence_1, sequence);
  store_u32_le(out, base::sequence_2, sequence);
  store_u32_le(out, base::bins_size, static_cast<std::uint32_t>(hive.size() - base_block_size));
  store_u32_le(out, base::checksum, base_checksum(out));
  return out;
}

/// A "HvLE" entry that turns the bins of `before` into those of `after`, page by page.
inline Buffer log_entry(Bytes before, Bytes after, std::uint32_t sequence) {
  Buffer references;
  Buffer pages;
  std::uint32_t count = 0;
  for (std::size_t at = base_block_size; at < after.size(); at += 512) {
    const Bytes now = after.subspan(at, 512);
    const bool same =
        at + 512 <= before.size() &&
        std::equal(now.begin(), now.end(), before.begin() + static_cast<std::ptrdiff_t>(at));
    if (same) continue;
    append_u32_le(references, static_cast<std::uint32_t>(at - base_block_size));
    append_u32_le(references, 512);
    pages.insert(pages.end(), now.begin(), now.end());
    ++count;
  }
  Buffer out = to_buffer(as_bytes(std::string_view("HvLE")));
  const std::size_t size = (40 + references.size() + pages.size() + 511) / 512 * 512;
  append_u32_le(out, static_cast<std::uint32_t>(size));
  append_u32_le(out, 0);
  append_u32_le(out, sequence);
  append_u32_le(out, static_cast<std::uint32_t>(after.size() - base_block_size));
  append_u32_le(out, count);
  out.resize(40);
  out.insert(out.end(), references.begin(), references.end());
  out.insert(out.end(), pages.begin(), pages.end());
  out.resize(size);
  constexpr std::uint64_t seed = 0x82ef4d887a4e55c5;
  store_u64_le(out, 24, marvin32(Bytes(out).subspan(40), seed));
  store_u64_le(out, 32, marvin32(Bytes(out).first(32), seed));
  return out;
}

/// A new-format log of one entry.
inline Buffer new_log(Bytes before, Bytes after, std::uint32_t sequence) {
  Buffer out = log_base(after, 6, sequence);
  const Buffer entry = log_entry(before, after, sequence);
  out.insert(out.end(), entry.begin(), entry.end());
  return out;
}

/// An old-format log of the same change.
inline Buffer old_log(Bytes before, Bytes after) {
  Buffer out = log_base(after, 1, 7);
  const Buffer mark = to_buffer(as_bytes(std::string_view("DIRT")));
  out.insert(out.end(), mark.begin(), mark.end());
  const std::size_t bits = (after.size() - base_block_size) / 512;
  Buffer vector(bits / 8);
  Buffer pages;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const std::size_t at = base_block_size + bit * 512;
    const Bytes now = after.subspan(at, 512);
    if (at + 512 <= before.size() &&
        std::equal(now.begin(), now.end(), before.begin() + static_cast<std::ptrdiff_t>(at))) {
      continue;
    }
    vector[bit / 8] |= static_cast<std::byte>(1u << (bit % 8));
    pages.insert(pages.end(), now.begin(), now.end());
  }
  out.insert(out.end(), vector.begin(), vector.end());
  out.resize((out.size() + 511) / 512 * 512);
  out.insert(out.end(), pages.begin(), pages.end());
  return out;
}

}  // namespace antidotary::regf
