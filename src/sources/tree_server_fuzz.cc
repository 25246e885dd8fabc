// Property: whatever a worker asks, what it is handed is a regular file below the root, open for
// reading only, and the server neither stops nor answers more than once.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "files/scratch.h"
#include "sources/tree_server.h"

using namespace antidotary;

namespace {

struct World {
  files::Scratch scratch;
  std::set<std::uint64_t> inside;
  files::Root root;

  World() : root(make()) {}

  files::Root make() {
    for (const char* name : {"tree/a", "tree/b/c", "tree/b/d/e"}) {
      scratch.file(name, name);
      struct stat status {};
      if (stat(scratch.path(name).c_str(), &status) != 0) abort();
      inside.insert(status.st_ino);
    }
    scratch.file("f", "outside");
    // Every way out that a tree can hold.
    bool made = symlink("../f", scratch.path("tree/l").c_str()) == 0;
    made = made && symlink("..", scratch.path("tree/u").c_str()) == 0;
    made = made && symlink("/", scratch.path("tree/b/r").c_str()) == 0;
    made = made && mkfifo(scratch.path("tree/p").c_str(), 0600) == 0;
    if (!made) abort();
    return files::Root::open(scratch.path("tree")).value();
  }
};

// Paths made of the pieces that matter, so that many of them exist.
std::string path_from(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array<std::string_view, 16> pieces = {
      "a", "b", "/", "c", "d", "/", "e", "l", "u", "/", "r", "p", "..", ".", "f", "/"};
  std::string path;
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] < 240) {
      path += pieces[data[i] % pieces.size()];
    } else {
      path += static_cast<char>(data[i] - 240);
    }
  }
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  auto ends = jail::Channel::pair().value();
  sources::TreeServer server(world.root);
  const std::string path = path_from(data + 1, size - 1);
  const jail::Message request{
      static_cast<std::uint8_t>(data[0] % 6), to_buffer(as_bytes(std::string_view(path))), {}};
  if (!server.serve(ends.first, request)) return 0;
  const auto answer = ends.second.receive(1000);
  if (!answer) abort();
  if (answer->descriptor.valid()) {
    struct stat status {};
    if (fstat(answer->descriptor.get(), &status) != 0) abort();
    if (!S_ISREG(status.st_mode) || !world.inside.contains(status.st_ino)) abort();
    if ((fcntl(answer->descriptor.get(), F_GETFL) & O_ACCMODE) != O_RDONLY) abort();
  }
  if (ends.second.receive(0)) abort();
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  // Tag, then pieces: "a", "b/c", "b/d/e", "l", "u/f", "b/r".
  static const std::vector<std::vector<std::uint8_t>> seeds = {
      {2, 0}, {2, 1, 2, 3}, {2, 1, 2, 4, 2, 6}, {2, 7}, {2, 8, 2, 14}, {1, 1, 2, 10}, {1}, {2, 11}};
  if (index >= seeds.size()) return 0;
  out = seeds[index];
  return 1;
}
