// Makes a large Windows tree for measuring: an honest computer, then many files, then one large
// hive. Inert: the files hold numbers.
//
//   make_tree DIRECTORY FILES HIVE_MEGABYTES
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "formats/regf/writer.h"
#include "simulate/simulate.h"

namespace {

namespace fs = std::filesystem;
using namespace antidotary;

// About 130 bytes a value and 90 a key, ten values a key: what a SOFTWARE hive of XP looks like.
regf::KeySpec large_software(std::uint64_t megabytes) {
  regf::KeySpec root;
  root.name = "SOFTWARE";
  regf::KeySpec& classes = root.subkey("Classes");
  const std::uint64_t keys = megabytes * 1000000 / 1400;
  for (std::uint64_t i = 0; i < keys / 100; ++i) {
    regf::KeySpec group;
    group.name = "Group" + std::to_string(i);
    for (int j = 0; j < 100; ++j) {
      regf::KeySpec key;
      key.name = "{Key-" + std::to_string(i * 100 + static_cast<std::uint64_t>(j)) + "}";
      for (int k = 0; k < 10; ++k) {
        key.set_text("Value" + std::to_string(k), "C:\\Program Files\\Vendor\\program number " +
                                                      std::to_string(i * 7919) + ".dll");
      }
      group.subkeys.push_back(std::move(key));
    }
    classes.subkeys.push_back(std::move(group));
  }
  root.at("Microsoft\\Windows\\CurrentVersion\\Run").set_text("Tray", "C:\\WINDOWS\\tray.exe");
  return root;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: make_tree DIRECTORY FILES HIVE_MEGABYTES\n", stderr);
    return 2;
  }
  const std::string directory = argv[1];
  const long files = std::atol(argv[2]);
  if (const auto made = simulate::honest(directory); !made) {
    std::fprintf(stderr, "make_tree: %s\n", made.error().what.c_str());
    return 2;
  }
  const fs::path host = fs::path(directory) / "host";
  for (long i = 0; i < files; ++i) {
    const fs::path folder = host / "Program Files" / ("Package " + std::to_string(i / 500));
    if (i % 500 == 0) fs::create_directories(folder);
    std::ofstream(folder / ("file" + std::to_string(i) + ".dat")) << std::string(2000, 'x') << i;
  }
  regf::WriteOptions options;
  const auto hive = regf::write_hive(large_software(std::strtoull(argv[3], nullptr, 10)), options);
  if (!hive) {
    std::fprintf(stderr, "make_tree: %s\n", hive.error().what.c_str());
    return 2;
  }
  std::ofstream out(host / "WINDOWS/system32/config/SOFTWARE", std::ios::binary);
  out.write(as_chars(Bytes(*hive)), static_cast<std::streamsize>(hive->size()));
  return out.flush() ? 0 : 2;
}
