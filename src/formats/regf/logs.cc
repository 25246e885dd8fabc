#include "formats/regf/logs.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/reader.h"
#include "formats/regf/layout.h"

namespace antidotary::regf {
namespace {

constexpr std::uint64_t entry_seed = 0x82ef4d887a4e55c5;
constexpr std::size_t sector = 512;
constexpr std::size_t log_base_size = 512;
constexpr std::uint32_t hive_bytes_max = 0x7ffff000;
constexpr std::size_t entries_max = 100'000;

enum : std::uint32_t { type_old_log = 1, type_old_log_second = 2, type_new_log = 6 };

/// "Log entry": offsets from its start.
namespace entry {
constexpr std::size_t size = 4, sequence = 12, bins_size = 16, pages = 20, hash_1 = 24, hash_2 = 32,
                      references = 40;
}

bool is_base_block(Bytes bytes) {
  return bytes.size() >= log_base_size && as_text(bytes.first(4)) == "regf";
}

bool is_sound(Bytes base_block) {
  return is_base_block(base_block) &&
         load_u32_le(base_block, base::checksum) == base_checksum(base_block);
}

/// One checked entry of a new log.
struct Entry {
  std::uint32_t sequence = 0;
  std::uint32_t bins_size = 0;
  std::uint32_t pages = 0;
  Bytes bytes;  ///< The whole entry.
};

Status grow(Buffer& hive, std::uint32_t bins_size, Budget& budget) {
  if (bins_size > hive_bytes_max - base_block_size) {
    return fail(ErrorKind::refused, "the log asks for a hive of over 2 GiB");
  }
  const std::size_t wanted = base_block_size + bins_size;
  if (wanted <= hive.size()) return {};
  ANTIDOTARY_CHECK(budget.bring_out(wanted - hive.size()));
  hive.resize(wanted);
  return {};
}

// Windows ends a replay with a clean base block; so does this.
void finish(Buffer& hive, std::uint32_t bins_size, std::uint32_t sequence) {
  store_u32_le(hive, base::file_type, 0);
  store_u32_le(hive, base::bins_size, bins_size);
  store_u32_le(hive, base::sequence_1, sequence);
  store_u32_le(hive, base::sequence_2, sequence);
  store_u32_le(hive, base::checksum, base_checksum(hive));
}

// Entries from the log's start, as long as each is whole, hashed right and one more than the last.
Result<std::vector<Entry>> entries_of(Bytes log, Budget& budget) {
  std::vector<Entry> out;
  std::size_t at = log_base_size;
  while (at <= log.size() && log.size() - at >= entry::references && out.size() < entries_max) {
    const Bytes rest = log.subspan(at);
    const std::uint32_t size = load_u32_le(rest, entry::size);
    const bool whole = as_text(rest.first(4)) == "HvLE" && size % sector == 0 &&
                       size >= entry::references && size <= rest.size();
    if (!whole) break;
    const Bytes bytes = rest.first(size);
    ANTIDOTARY_CHECK(budget.step(size / 64 + 1));
    const bool hashed =
        load_u64_le(bytes, entry::hash_1) ==
            marvin32(bytes.subspan(entry::references), entry_seed) &&
        load_u64_le(bytes, entry::hash_2) == marvin32(bytes.first(entry::hash_2), entry_seed);
    const Entry found{load_u32_le(bytes, entry::sequence), load_u32_le(bytes, entry::bins_size),
                      load_u32_le(bytes, entry::pages), bytes};
    if (!hashed || (!out.empty() && found.sequence != out.back().sequence + 1)) break;
    out.push_back(found);
    at += size;
  }
  return out;
}

/// True where all pages of an entry lie inside it and inside the hive that it declares.
bool fits(const Entry& one) {
  const std::size_t room = (one.bytes.size() - entry::references) / 8;
  if (one.pages > room || one.bins_size % page_size != 0) return false;
  std::size_t at = entry::references + std::size_t{8} * one.pages;
  for (std::uint32_t i = 0; i < one.pages; ++i) {
    const std::uint32_t offset = load_u32_le(one.bytes, entry::references + std::size_t{8} * i);
    const std::uint32_t size = load_u32_le(one.bytes, entry::references + std::size_t{8} * i + 4);
    if (size > one.bytes.size() - at || offset > one.bins_size || size > one.bins_size - offset) {
      return false;
    }
    at += size;
  }
  return true;
}

Status apply(const Entry& one, Replayed& out, Budget& budget) {
  ANTIDOTARY_CHECK(grow(out.hive, one.bins_size, budget));
  ANTIDOTARY_CHECK(budget.step(one.bytes.size() / 64 + 1));
  std::size_t at = entry::references + std::size_t{8} * one.pages;
  for (std::uint32_t i = 0; i < one.pages; ++i) {
    const std::uint32_t offset = load_u32_le(one.bytes, entry::references + std::size_t{8} * i);
    const std::uint32_t size = load_u32_le(one.bytes, entry::references + std::size_t{8} * i + 4);
    const Bytes page = one.bytes.subspan(at, size);
    std::copy(page.begin(), page.end(),
              out.hive.begin() + static_cast<std::ptrdiff_t>(base_block_size + offset));
    at += size;
  }
  ++out.entries;
  out.pages += one.pages;
  out.sequence = one.sequence;
  return {};
}

// "New format": both logs' entries in ascending order, from the hive's own number on.
Result<std::optional<Replayed>> replay_new(Bytes primary, std::span<const Bytes> logs,
                                           Budget& budget) {
  std::vector<std::vector<Entry>> chains;
  for (const Bytes log : logs) {
    if (!is_sound(log) || load_u32_le(log, base::file_type) != type_new_log) continue;
    auto entries = ANTIDOTARY_TRY(entries_of(log, budget));
    if (!entries.empty()) chains.push_back(std::move(entries));
  }
  std::sort(chains.begin(), chains.end(),
            [](const auto& a, const auto& b) { return a.front().sequence < b.front().sequence; });
  const bool base_is_sound = is_sound(primary);
  // A damaged base block is no witness: then the first log's first entry is where to begin.
  std::uint32_t next = load_u32_le(primary, base::sequence_2);
  if (!base_is_sound && !chains.empty()) next = chains.front().front().sequence;
  std::optional<Replayed> out;
  std::uint32_t bins_size = 0;
  for (const auto& chain : chains) {
    for (const Entry& one : chain) {
      if (one.sequence < next) continue;
      if (one.sequence != next && out) break;  // a gap: what follows is of another time
      if (!fits(one)) break;
      if (!out) {
        ANTIDOTARY_CHECK(budget.bring_out(primary.size()));
        out.emplace(Replayed{to_buffer(primary), 0, 0, 0});
      }
      ANTIDOTARY_CHECK(apply(one, *out, budget));
      bins_size = one.bins_size;
      next = one.sequence + 1;
    }
  }
  if (out) finish(out->hive, bins_size, next);
  return out;
}

/// The one old log that belongs to the hive: sound, and of the same time.
std::optional<Bytes> old_log_of(Bytes primary, std::span<const Bytes> logs) {
  const bool base_is_sound = is_sound(primary);
  for (const Bytes log : logs) {
    if (!is_sound(log)) continue;
    const std::uint32_t type = load_u32_le(log, base::file_type);
    if (type != type_old_log && type != type_old_log_second) continue;
    const bool same_time = load_u64_le(log, base::time) == load_u64_le(primary, base::time);
    if (same_time || !base_is_sound) return log;
  }
  return std::nullopt;
}

// "Old format": a base block, "DIRT", a bit for each 512 bytes of the bins, then the pages set.
Result<std::optional<Replayed>> replay_old(Bytes primary, std::span<const Bytes> logs,
                                           Budget& budget) {
  const auto log = old_log_of(primary, logs);
  if (!log) return std::optional<Replayed>{};
  const std::uint32_t bins_size = load_u32_le(*log, base::bins_size);
  const std::size_t vector_at = log_base_size;
  const std::size_t bits = bins_size / sector;
  const std::size_t vector_size = 4 + bits / 8;
  if (log->size() < vector_at + vector_size || as_text(log->subspan(vector_at, 4)) != "DIRT") {
    return std::optional<Replayed>{};
  }
  const Bytes vector = log->subspan(vector_at + 4, bits / 8);
  ANTIDOTARY_CHECK(budget.bring_out(primary.size()));
  Replayed out{to_buffer(primary), 1, 0, 0};
  ANTIDOTARY_CHECK(grow(out.hive, bins_size, budget));
  std::size_t at = (vector_at + vector_size + sector - 1) / sector * sector;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    ANTIDOTARY_CHECK(budget.step());
    if ((std::to_integer<unsigned>(vector[bit / 8]) >> (bit % 8) & 1u) == 0) continue;
    if (at > log->size() || log->size() - at < sector) return std::optional<Replayed>{};
    const Bytes page = log->subspan(at, sector);
    std::copy(page.begin(), page.end(),
              out.hive.begin() + static_cast<std::ptrdiff_t>(base_block_size + bit * sector));
    at += sector;
    ++out.pages;
  }
  // The log's base block is a copy of the hive's; its last sector's worth counts.
  std::copy_n(log->begin(), log_base_size, out.hive.begin());
  const std::uint32_t sequence = load_u32_le(*log, base::sequence_1);
  finish(out.hive, bins_size, sequence);
  return std::optional<Replayed>(std::move(out));
}

}  // namespace

std::uint64_t marvin32(Bytes bytes, std::uint64_t seed) {
  auto low = static_cast<std::uint32_t>(seed);
  auto high = static_cast<std::uint32_t>(seed >> 32);
  const auto turn = [](std::uint32_t value, int by) { return value << by | value >> (32 - by); };
  const auto mix = [&](std::uint32_t word) {
    low += word;
    high ^= low;
    low = turn(low, 20) + high;
    high = turn(high, 9) ^ low;
    low = turn(low, 27) + high;
    high = turn(high, 19);
  };
  std::size_t at = 0;
  for (; bytes.size() - at >= 4; at += 4) mix(load_u32_le(bytes, at));
  std::uint32_t last = 0x80;
  for (std::size_t i = bytes.size(); i > at; --i) {
    last = last << 8 | std::to_integer<std::uint32_t>(bytes[i - 1]);
  }
  mix(last);
  mix(0);
  return std::uint64_t{high} << 32 | low;
}

Result<Replayed> replay_logs(Bytes primary, std::span<const Bytes> logs, Budget& budget) {
  if (!is_base_block(primary) || primary.size() < base_block_size) {
    return fail(ErrorKind::not_this_format, "no base block of a hive");
  }
  auto replayed = ANTIDOTARY_TRY(replay_new(primary, logs, budget));
  if (!replayed) replayed = ANTIDOTARY_TRY(replay_old(primary, logs, budget));
  if (!replayed) {
    return fail(ErrorKind::not_found, "no log holds changes for the hive as it stands");
  }
  return std::move(*replayed);
}

}  // namespace antidotary::regf
