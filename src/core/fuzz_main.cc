// Runs a fuzzer without a fuzzing engine: the empty input, each file named on the command line,
// and some thousand random and mutated ones from a fixed seed, the same on every machine.
//
// It does not replace libFuzzer (preset `fuzz`); it keeps every fuzzer compiled and true.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// A fuzzer may hand out well-formed seeds to mutate; without, the inputs are random bytes.
extern "C" __attribute__((weak)) std::size_t antidotary_fuzz_seed(std::size_t index,
                                                                  std::vector<std::uint8_t>& out);

namespace {

void run(const std::vector<std::uint8_t>& input) {
  // An exact-size copy on the heap, so that AddressSanitizer sees the first byte past the end.
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::vector<std::vector<std::uint8_t>> seeds(int argc, char** argv) {
  std::vector<std::vector<std::uint8_t>> all(1);
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    all.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (&antidotary_fuzz_seed != nullptr) {
    std::vector<std::uint8_t> seed;
    for (std::size_t i = 0; antidotary_fuzz_seed(i, seed) != 0; ++i) all.push_back(seed);
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int rounds = 3000;
  std::mt19937 random(20030801);
  const auto all = seeds(argc, argv);
  for (const auto& seed : all) run(seed);
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::uint8_t> input = all[random() % all.size()];
    if (input.empty()) input.resize(random() % 600);
    const int changes = 1 + static_cast<int>(random() % 8);
    for (int i = 0; i < changes && !input.empty(); ++i) {
      input[random() % input.size()] = static_cast<std::uint8_t>(random());
    }
    if (random() % 4 == 0 && !input.empty()) input.resize(random() % input.size());
    run(input);
  }
  std::printf("%d inputs, none broke the property\n", rounds + static_cast<int>(all.size()));
  return 0;
}
