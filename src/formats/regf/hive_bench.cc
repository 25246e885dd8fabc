// How fast a hive of about 20 MB is walked, searched, and edited. tools/bench/hives.sh times the
// same walk in hivex.
#include <benchmark/benchmark.h>

#include "formats/regf/specimens.h"

namespace antidotary::regf {
namespace {

// 42,000 keys with four values each, in 60 lists of 700.
const Buffer& large() {
  static const Buffer hive = [] {
    KeySpec root;
    for (int i = 0; i < 60; ++i) {
      for (int j = 0; j < 700; ++j) {
        KeySpec& key = root.subkey(fmt::format("Vendor {}", i)).subkeys.emplace_back();
        key.name = fmt::format("Component {:04} of {}", j, i);
        key.set_text("", key.name);
        key.set_text("Path", fmt::format("C:\\Program Files\\Vendor {}\\part{}.dll", i, j));
        key.set("Flags", reg_dword, filled(4));
        key.set("Data", reg_binary, filled(static_cast<std::size_t>(j % 97)));
      }
    }
    return hive_of(root, 5);
  }();
  return hive;
}

void walk_keys_values_and_data(benchmark::State& state) {
  for (auto _ : state) {
    Budget budget;
    const auto hive = Hive::open(large(), budget);
    std::size_t bytes = 0;
    const auto walked = hive->walk([&](const std::string&, const Key& key) {
      const auto values = hive->values(key);
      for (const Value& value : *values) bytes += hive->data(value)->size();
      return true;
    });
    if (!walked) state.SkipWithError("not walked");
    benchmark::DoNotOptimize(bytes);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * large().size()));
}
BENCHMARK(walk_keys_values_and_data)->Unit(benchmark::kMillisecond);

void find_one_of_700(benchmark::State& state) {
  Budget budget({.steps_max = ~std::uint64_t{0} / 2});
  const auto hive = Hive::open(large(), budget);
  for (auto _ : state) {
    const auto key = hive->find("vendor 30\\component 0650 of 30");
    if (!key || !*key) state.SkipWithError("not found");
  }
}
BENCHMARK(find_one_of_700)->Unit(benchmark::kMicrosecond);

void plan_the_removal_of_a_value(benchmark::State& state) {
  const std::string name = "Component 0650 of 30";
  const ExpectedValue value = {"Vendor 30\\" + name, "", reg_sz, data_of_text(name)};
  for (auto _ : state) {
    Budget budget;
    if (!remove_value(large(), value, 1, budget)) state.SkipWithError("not removed");
  }
}
BENCHMARK(plan_the_removal_of_a_value)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace antidotary::regf
