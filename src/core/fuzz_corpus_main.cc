// Gives libFuzzer the seeds of a fuzzer (antidotary_fuzz_seed): it knows of files alone, so they
// are written to the first folder of the command line. Without a folder nothing is written.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

extern "C" __attribute__((weak)) std::size_t antidotary_fuzz_seed(std::size_t index,
                                                                  std::vector<std::uint8_t>& out);
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  char** const end = *argv + *argc;
  char** const folder = std::find_if(*argv + 1, end, [](const char* word) {
    return word[0] != '-' && std::filesystem::is_directory(word);
  });
  if (folder == end || &antidotary_fuzz_seed == nullptr) return 0;
  std::vector<std::uint8_t> seed;
  for (std::size_t i = 0; antidotary_fuzz_seed(i, seed) != 0; ++i) {
    const auto path = std::filesystem::path(*folder) / ("seed-" + std::to_string(i));
    std::ofstream out(path, std::ios::binary);
    std::copy(seed.begin(), seed.end(), std::ostreambuf_iterator<char>(out));
  }
  return 0;
}
