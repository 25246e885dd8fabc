// How fast a few strings are sought in a program's bytes: one, some, thousands.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "match/finder.h"

namespace antidotary::match {
namespace {

const std::string& object() {
  static const std::string bytes = [] {
    std::ifstream file("/usr/bin/cmake", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }();
  return bytes;
}

/// Strings of four to eight random bytes, every second without case.
std::vector<std::string> strings(std::size_t count) {
  std::mt19937 random(5);
  std::vector<std::string> out(count);
  for (std::string& one : out) {
    one.resize(4 + random() % 5);
    for (char& byte : one) byte = static_cast<char>('a' + random() % 26);
  }
  return out;
}

void seek(benchmark::State& state) {
  const std::vector<std::string> wanted = strings(static_cast<std::size_t>(state.range(0)));
  std::vector<Sought> sought;
  for (const std::string& one : wanted) sought.push_back({as_bytes(one), sought.size() % 2 != 0});
  std::uint64_t hits = 0;
  const auto count = [](void* context, std::uint32_t, std::uint64_t) {
    ++*static_cast<std::uint64_t*>(context);
    return true;
  };
  for (auto _ : state) {
    const Finder finder(sought);
    Budget budget;
    benchmark::DoNotOptimize(finder.find(as_bytes(object()), budget, count, &hits));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(object().size()) * state.iterations());
}
BENCHMARK(seek)->Arg(1)->Arg(2)->Arg(16)->Arg(256)->Arg(4096);

}  // namespace
}  // namespace antidotary::match
