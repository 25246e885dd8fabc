// damage_soak FILE PAYLOAD COPIES FOLDER: what becomes of a container when bytes of it are changed.
//
// Changes one to three bytes at random places of FILE (of large files 64, where something stands),
// COPIES times, the same ones each time, and opens each copy as the scanner does. PAYLOAD is a file
// whose bytes the container holds. A copy in which they are not found and of which nothing is
// missed would be answered clean: it is written to FOLDER, by its number, for the format's own
// reader to judge (tests/formats/archives/damage_test.py). A copy that ends the process, takes
// copy_time_max, or reaches a limit that no gap tells of, is told by its number. No jail: a
// thousand copies cost a second or two.
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>

#include "unpack/tree.h"

namespace {

using namespace antidotary;
namespace fs = std::filesystem;

constexpr std::size_t large_bytes = 64u << 10;
constexpr itimerval copy_time_max = {{0, 0}, {10, 0}};  // of the processor

volatile std::sig_atomic_t copy_number = 0;

extern "C" void tell_copy(int signal) {
  char text[] = "copy 00000000 ended by signal 00\n";
  int number = copy_number;
  for (std::size_t at = 12; at >= 5; --at, number /= 10)
    text[at] = static_cast<char>('0' + number % 10);
  text[30] = static_cast<char>('0' + signal / 10);
  text[31] = static_cast<char>('0' + signal % 10);
  if (::write(2, text, sizeof text - 1) < 0) ::_exit(4);
  ::_exit(3);
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string damaged(const std::string& whole, unsigned number, std::mt19937& chance) {
  std::string out = whole;
  const bool large = whole.size() > large_bytes;
  for (unsigned left = large ? 64 : 1 + number % 3; left > 0; --left) {
    std::size_t at = chance() % out.size();
    for (int tries = 0; large && whole[at] == 0 && tries < 1000; ++tries) {
      at = chance() % out.size();
    }
    out[at] = static_cast<char>(chance());
  }
  return out;
}

struct Outcome {
  bool found = false;
  bool missed = false;  ///< Something was, and the tree says what.
  bool spent = false;   ///< A limit of the budget ended something.
};

Outcome outcome_of(const std::string& bytes, const std::string& payload) {
  Budget budget;
  bool found = as_text(as_bytes(bytes)).find(payload) != std::string_view::npos;
  if (found) return {true};
  const auto look = [&](std::uint32_t, Bytes object) {
    found = found || as_text(object).find(payload) != std::string_view::npos;
    return !found;
  };
  const unpack::Tree tree = unpack::tree_of(as_bytes(bytes), "damaged", budget, look);
  bool missed = tree.cut;
  for (const unpack::Node& node : tree.nodes) missed = missed || !node.gaps.empty();
  return {found, missed, budget.spent().has_value()};
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) {
    std::cerr << "usage: damage_soak FILE PAYLOAD COPIES FOLDER\n";
    return 2;
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPROF}) {
    std::signal(signal, tell_copy);
  }
  const std::string whole = read(words[1]);
  const std::string payload = read(words[2]);
  if (whole.empty() || payload.empty()) {
    std::cerr << "damage_soak: FILE and PAYLOAD must be readable and not empty\n";
    return 2;
  }
  const auto copies = static_cast<unsigned>(std::stoul(words[3]));
  std::mt19937 chance(20030801);
  unsigned clean = 0;
  for (unsigned number = 0; number < copies; ++number) {
    copy_number = static_cast<std::sig_atomic_t>(number);
    const std::string copy = damaged(whole, number, chance);
    ::setitimer(ITIMER_PROF, &copy_time_max, nullptr);
    const Outcome outcome = outcome_of(copy, payload);
    if (outcome.spent && !outcome.missed) {
      std::cerr << "copy " << number << " reached a limit that nothing tells of\n";
      return 3;
    }
    if (outcome.found || outcome.missed) continue;
    ++clean;
    std::ofstream(fs::path(words[4]) / std::to_string(number), std::ios::binary) << copy;
  }
  std::cout << copies << " copies, " << clean << " clean\n";
  return 0;
}
