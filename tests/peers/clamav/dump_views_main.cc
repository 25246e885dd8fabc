// Writes the views of files, as rules see them: OUT/NAME/VIEW for each file NAME of a folder, in
// the form in which clamscan --leave-temps leaves its own. Beside views.py.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/bytes.h"
#include "formats/clam_type.h"
#include "unpack/views/views.h"

using namespace antidotary;

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: dump_views FOLDER OUT\n");
    return 2;
  }
  for (const auto& file : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    Budget budget;
    const Bytes bytes = as_bytes(text);
    const auto folder = std::filesystem::path(argv[2]) / file.path().filename();
    std::filesystem::create_directories(folder);
    for (const unpack::View& view : unpack::views(formats::clam_type(bytes), bytes, budget).all) {
      std::ofstream(folder / view.name, std::ios::binary) << as_text(view.bytes);
    }
  }
  return 0;
}
