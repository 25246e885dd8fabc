// replay_hive PRIMARY OUT LOG...: a hive with the changes of its logs, to hold beside another.
#include <fmt/core.h>

#include <cstdio>
#include <vector>

#include "formats/regf/logs.h"
#include "hive_file.h"

int main(int argc, char** argv) {
  using namespace antidotary;
  if (argc < 4) return 2;
  const Buffer primary = read_whole(argv[1]);
  std::vector<Buffer> files;
  for (int i = 3; i < argc; ++i) files.push_back(read_whole(argv[i]));
  const std::vector<Bytes> logs(files.begin(), files.end());
  Budget budget;
  const auto out = regf::replay_logs(primary, logs, budget);
  if (!out) {
    fmt::print("{}: {}\n", name_of(out.error().kind), out.error().what);
    return 1;
  }
  if (!write_whole(argv[2], out->hive)) return 2;
  fmt::print("{} entries, {} pages, sequence {}\n", out->entries, out->pages, out->sequence);
  return 0;
}
