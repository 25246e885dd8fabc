// What ten million digests cost: to build, to keep, and to ask, at random, with a hit and without.
#include <benchmark/benchmark.h>

#include <cstring>
#include <random>

#include "match/digest_table.h"

namespace antidotary::match {
namespace {

constexpr std::uint32_t digests = 10'000'000;

DigestKey key_of(std::mt19937_64& random) {
  DigestKey key{};
  const std::uint64_t halves[2] = {random(), random()};
  std::memcpy(key.data(), halves, key.size());
  return key;
}

std::vector<DigestRow> rows(std::uint32_t count) {
  std::mt19937_64 random(7);
  std::vector<DigestRow> out(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    out[i].key = key_of(random);
    out[i].size = 1 + static_cast<std::uint32_t>(random() % 2'000'000);
    out[i].tag = i;
  }
  return out;
}

const Buffer& table_bytes() {
  static const Buffer table = build_digest_table(rows(digests));
  return table;
}

/// Waits for all that was begun, so that a look-up is not hidden behind the one before.
void settle() {
#if defined(__x86_64__)
  __builtin_ia32_lfence();
#endif
}

/// Arguments: whether the digest is there; whether look-ups may overlap.
void look_up(benchmark::State& state) {
  const auto table = DigestTable::open(table_bytes());
  const bool hit = state.range(0) != 0;
  const bool overlap = state.range(1) != 0;
  std::mt19937_64 random(9);
  std::vector<DigestRow> wanted(1 << 20);
  for (DigestRow& row : wanted) {
    row = table->row(random() % table->count());
    if (!hit) row.key = key_of(random);
  }
  std::vector<std::uint32_t> tags;
  std::size_t i = 0;
  for (auto _ : state) {
    tags.clear();
    const DigestRow& row = wanted[++i % wanted.size()];
    table->find(row.key, row.size, tags);
    benchmark::DoNotOptimize(tags.data());
    if (!overlap) settle();
  }
  state.counters["bytes_per_digest"] = static_cast<double>(table_bytes().size()) / digests;
}
BENCHMARK(look_up)->ArgNames({"hit", "overlap"})->ArgsProduct({{0, 1}, {0, 1}});

/// Three tables, as an object's MD5, SHA-1 and SHA-256 are sought; the time is of all three.
void look_up_three(benchmark::State& state) {
  const auto table = DigestTable::open(table_bytes());
  std::mt19937_64 random(9);
  std::vector<std::array<DigestKey, 3>> wanted(1 << 18);
  for (auto& keys : wanted) {
    for (DigestKey& key : keys) key = key_of(random);
  }
  std::vector<std::uint32_t> tags;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& keys = wanted[++i % wanted.size()];
    for (const DigestKey& key : keys) table->prefetch(key);
    for (const DigestKey& key : keys) table->find(key, 4711, tags);
    benchmark::DoNotOptimize(tags.data());
    settle();
  }
}
BENCHMARK(look_up_three);

void wants_size(benchmark::State& state) {
  const auto table = DigestTable::open(table_bytes());
  std::mt19937_64 random(9);
  std::uint64_t wanted = 0;
  for (auto _ : state) wanted += table->wants_size(2'000'001 + random() % (1 << 28)) ? 1 : 0;
  state.counters["in_vain"] = static_cast<double>(wanted) / static_cast<double>(state.iterations());
}
BENCHMARK(wants_size);

void build(benchmark::State& state) {
  const std::vector<DigestRow> all = rows(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<DigestRow> copy = all;
    state.ResumeTiming();
    benchmark::DoNotOptimize(build_digest_table(std::move(copy)));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(build)->Arg(5'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace antidotary::match
