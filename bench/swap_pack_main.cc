// swap_pack OLD.pack NEW.pack: what it costs to open a pack, and to take a new one into use while
// objects are being matched against the old. One line of JSON:
//   open_ms       from nothing to ready, of OLD
//   stall_ms      the longest that a scanning thread stood still from before the swap to after it
//   usual_ms      the longest that one object took it while nothing else happened
//   rss_before_mb, rss_peak_mb   resident, mapped pages included; sampled every 5 ms, the opening
//                 of NEW included
#include <fmt/core.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "cli/packs.h"
#include "pack/matcher.h"

namespace {

using namespace antidotary;
using Clock = std::chrono::steady_clock;
constexpr std::size_t object_bytes = 64 << 10;
// What the scanning thread meets in turn, as in a folder of all sorts: each has literals of its
// own.
constexpr std::array kinds = {pack::Target::other, pack::Target::pe,  pack::Target::html,
                              pack::Target::mail,  pack::Target::elf, pack::Target::text};
constexpr auto watched = std::chrono::milliseconds(400);

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double resident_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

using Shared = std::shared_ptr<const cli::OpenPack>;

Shared open(const char* path) {
  auto opened = cli::open_pack(path);
  if (!opened) {
    std::fprintf(stderr, "swap_pack: %s\n", opened.error().what.c_str());
    std::exit(2);
  }
  return std::make_shared<const cli::OpenPack>(std::move(*opened));
}

/// Matches one object after the other, always with the pack that is in use.
class Scanner {
 public:
  explicit Scanner(Shared pack) : pack_(std::move(pack)), thread_([this] { run(); }) {}
  ~Scanner() {
    done_ = true;
    thread_.join();
  }
  void swap(Shared pack) { std::atomic_store(&pack_, std::move(pack)); }
  double longest_ms() { return longest_.exchange(0); }

 private:
  void run() {
    std::mt19937_64 random(1);
    Buffer object(object_bytes);
    for (std::byte& one : object) one = static_cast<std::byte>(random());
    Shared used;
    std::unique_ptr<pack::Matcher> matcher;
    for (std::size_t turn = 0; !done_; ++turn) {
      const auto start = Clock::now();
      const Shared wanted = std::atomic_load(&pack_);
      if (wanted != used) {
        // The old one goes first: nobody needs both.
        matcher.reset();
        used.reset();
        matcher = std::make_unique<pack::Matcher>(*wanted->pack);
        used = wanted;
      }
      pack::Subject subject;
      subject.bytes = object;
      subject.type = "CL_TYPE_BINARY_DATA";
      subject.target = kinds[turn % kinds.size()];
      Budget budget;
      std::vector<pack::Finding> findings;
      pack::Digests digests;
      static_cast<void>(matcher->match(subject, budget, findings, digests));
      longest_ = std::max(longest_.load(), ms_since(start));
    }
  }

  Shared pack_;
  std::atomic<bool> done_ = false;
  std::atomic<double> longest_ = 0;
  std::thread thread_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "usage: swap_pack OLD.pack NEW.pack\n");
    return 2;
  }
  const auto start = Clock::now();
  Shared old = open(words[1]);
  const double open_ms = ms_since(start);
  Scanner scanner(std::move(old));
  std::this_thread::sleep_for(watched);
  scanner.longest_ms();  // the first objects warm the mapping
  std::this_thread::sleep_for(watched);
  const double usual_ms = scanner.longest_ms();
  const double before = resident_mb();
  std::atomic<bool> sampled = false;
  double peak = 0;
  std::thread sampler([&] {
    while (!sampled) {
      peak = std::max(peak, resident_mb());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  scanner.swap(open(words[2]));
  std::this_thread::sleep_for(watched);
  sampled = true;
  sampler.join();
  fmt::print(
      "{{\"open_ms\": {:.2f}, \"stall_ms\": {:.2f}, \"usual_ms\": {:.2f}, "
      "\"rss_before_mb\": {:.1f}, \"rss_peak_mb\": {:.1f}}}\n",
      open_ms, scanner.longest_ms(), usual_ms, before, peak);
  return 0;
}
