// What the jail costs: the files below a folder opened and scanned in this process, then by one
// jailed worker, in turn; the best of ROUNDS. jail_cost FOLDER ROUNDS
// Prints one line of JSON: seconds of the clock and of the processor, of both.
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>

#include "entries/this_tree.h"
#include "files/root.h"
#include "scan/scanner.h"
#include "sources/walk.h"
#include "worker/pool.h"

namespace {

using namespace antidotary;

struct Cost {
  double wall = 1e9;
  double cpu = 1e9;
};

double cpu_of(int whom) {
  rusage usage{};
  getrusage(whom, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Workers count: they have ended by then.
double cpu_seconds() { return cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN); }

template <class Scan>
void measure(Cost& best, Scan scan) {
  const double cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  scan();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  best.wall = std::min(best.wall, wall.count());
  best.cpu = std::min(best.cpu, cpu_seconds() - cpu);
}

template <class Act>
std::size_t each_file(const std::string& folder, Act act) {
  std::size_t count = 0;
  const auto take = [&](sources::WalkedFile&& file) {
    ++count;
    act(std::move(file));
  };
  const Status walked =
      sources::walk(folder, false, {.file = take, .missed = [](const auto&, const auto&) {}});
  if (!walked) {
    fmt::print(stderr, "jail_cost: {}\n", walked.error().what);
    std::exit(2);
  }
  return count;
}

std::size_t scan_here(const std::string& folder, const entries::Encyclopedia& known) {
  const scan::Scanner scanner(known);
  const worker::Options options;
  return each_file(folder, [&](sources::WalkedFile&& file) {
    const auto bytes = files::Mapping::map(file.descriptor.get());
    Budget budget(options.limits);
    if (bytes) scanner.scan(bytes->bytes(), file.shown, budget);
  });
}

std::size_t scan_in_jail(const std::string& folder, const entries::Encyclopedia& known) {
  const scan::Knowledge knowledge{&known};
  worker::Pool pool(knowledge, {});
  const std::size_t count = each_file(folder, [&](sources::WalkedFile&& file) {
    pool.scan({std::move(file.descriptor), file.stat.size_bytes, file.shown, {}},
              [](scan::Report&&) {});
  });
  pool.finish();
  return count;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const entries::Encyclopedia& known = entries::encyclopedia_of_this_tree();
  Cost here, jailed;
  std::size_t files = 0;
  for (int round = 0; round < std::atoi(words[2]); ++round) {
    measure(here, [&] { files = scan_here(words[1], known); });
    measure(jailed, [&] { scan_in_jail(words[1], known); });
  }
  fmt::print(R"({{"files":{},"here_wall_s":{:.3f},"here_cpu_s":{:.3f},)", files, here.wall,
             here.cpu);
  fmt::print(R"("jail_wall_s":{:.3f},"jail_cpu_s":{:.3f}}})"
             "\n",
             jailed.wall, jailed.cpu);
  return 0;
}
