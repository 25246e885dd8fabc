// Reads every key, value and datum of a hive with our reader, and prints the counts: one side of
// the comparison with libhivex (walk_hivex_main.cc does the same).
#include <cinttypes>
#include <cstdio>

#include "files/root.h"
#include "formats/regf/hive.h"

int main(int argc, char** argv) {
  using namespace antidotary;
  if (argc != 2) return 2;
  FILE* file = std::fopen(argv[1], "rb");
  if (file == nullptr) return 2;
  auto mapping = files::Mapping::map(fileno(file));
  if (!mapping) return 2;
  Budget budget;
  const auto hive = regf::Hive::open(mapping->bytes(), budget);
  if (!hive) return 2;
  std::uint64_t keys = 0;
  std::uint64_t values = 0;
  std::uint64_t bytes = 0;
  const Status walked = hive->walk([&](const std::string&, const regf::Key& key) {
    ++keys;
    const auto list = hive->values(key);
    if (!list) return false;
    for (const regf::Value& value : *list) {
      ++values;
      const auto data = hive->data(value);
      if (data) bytes += data->size();
    }
    return true;
  });
  std::printf("%" PRIu64 " keys %" PRIu64 " values %" PRIu64 " bytes\n", keys, values, bytes);
  return walked && hive->anomalies().empty() ? 0 : 2;
}
