// What the jail costs: the same small object scanned in this process and through a worker, whole
// small files opened and scanned, and the start of a worker.
#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <string>

#include "files/scratch.h"
#include "scan/scanner.h"
#include "scan/specimens.h"
#include "sources/walk.h"
#include "worker/worker.h"

namespace antidotary::worker {
namespace {

const entries::Encyclopedia& known() { return scan::specimens::encyclopedia(); }

std::string content(benchmark::State& state) {
  return std::string(static_cast<std::size_t>(state.range(0)), 'x');
}

void scan_here(benchmark::State& state) {
  const scan::Scanner scanner(known());
  const std::string text = content(state);
  for (auto _ : state) {
    Budget budget;
    benchmark::DoNotOptimize(scanner.scan(as_bytes(std::string_view(text)), "name", budget));
  }
}
BENCHMARK(scan_here)->Arg(100)->Arg(4096)->Arg(1 << 20)->UseRealTime();

void scan_in_jail(benchmark::State& state) {
  const files::Scratch scratch;
  const files::Fd file(open(scratch.file("object", content(state)).c_str(), O_RDONLY | O_CLOEXEC));
  Worker worker(known());
  for (auto _ : state) benchmark::DoNotOptimize(worker.scan(file.get(), "name"));
}
BENCHMARK(scan_in_jail)->Arg(100)->Arg(4096)->Arg(1 << 20)->UseRealTime();

/// A folder of a thousand files: walked, each opened below its root, and scanned.
template <class Scan>
void scan_folder(benchmark::State& state, Scan scan) {
  const files::Scratch scratch;
  const std::string text = content(state);
  for (int i = 0; i < 1000; ++i) {
    scratch.file("tree/" + std::to_string(i % 10) + "/" + std::to_string(i), text);
  }
  for (auto _ : state) {
    const Status walked = sources::walk(scratch.path("tree"), false,
                                        {.file = scan, .missed = [](const auto&, const auto&) {}});
    if (!walked) state.SkipWithError("cannot walk");
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}

void folder_here(benchmark::State& state) {
  const scan::Scanner scanner(known());
  scan_folder(state, [&](sources::WalkedFile&& file) {
    const auto bytes = files::read_whole(file.descriptor.get(), 1 << 30);
    Budget budget;
    if (bytes) benchmark::DoNotOptimize(scanner.scan(*bytes, file.shown, budget));
  });
}
BENCHMARK(folder_here)->Arg(100)->Arg(4096)->UseRealTime();

void folder_in_jail(benchmark::State& state) {
  Worker worker(known());
  scan_folder(state, [&](sources::WalkedFile&& file) {
    benchmark::DoNotOptimize(worker.scan(file.descriptor.get(), file.shown));
  });
}
BENCHMARK(folder_in_jail)->Arg(100)->Arg(4096)->UseRealTime();

void start_worker(benchmark::State& state) {
  for (auto _ : state) {
    auto child = jail::start({}, [](jail::Channel&) {});
    if (!child) state.SkipWithError("cannot start");
  }
}
BENCHMARK(start_worker)->UseRealTime();

}  // namespace
}  // namespace antidotary::worker
