// hostile_ntfs: a double of antidotary-ntfs that does what its own name says: each a way in which a
// program that was taken over could misbehave. A tool of the tests.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "core/record.h"
#include "jail/program.h"
#include "ntfs/wire.h"

namespace {

using namespace antidotary;
using ntfs::Tag;

void put(jail::Channel& channel, std::uint64_t offset, std::size_t count) {
  (void)channel.send(number(Tag::put), to_wire(ntfs::Block{offset, Buffer(count, std::byte{1})}));
  (void)channel.receive(-1);
}

void get(jail::Channel& channel, std::uint64_t offset, std::uint64_t count) {
  (void)channel.send(number(Tag::get), to_wire(ntfs::GetRequest{offset, count}));
  (void)channel.receive(-1);
}

void misbehave(const std::string& name, jail::Channel& channel) {
  const auto request = channel.receive(-1);
  if (!request) return;
  const auto size = from_wire<ntfs::OpenRequest>(request->body)->size_bytes;
  if (name == "dies") raise(SIGSEGV);
  if (name == "exits") _exit(7);
  if (name == "silent") (void)channel.receive(-1);
  if (name == "nonsense") (void)channel.send(200, as_bytes(std::string_view("nonsense")));
  if (name == "writes-outside") put(channel, size - 1, 2);
  if (name == "reads-outside") get(channel, size - 1, 2);
  for (int i = 0; name == "asks-for-ever" && i < 1'000'000; ++i) get(channel, 0, 1);
  if (name == "opens-a-file") {
    const bool opened = open("/etc/passwd", O_RDONLY) >= 0;
    (void)channel.send(number(Tag::failure),
                       to_wire(ntfs::Failure{0, opened ? "it opened a file" : "could not open"}));
  }
}

}  // namespace

int main(int, char** words) {
  const std::string path = words[0];
  const std::string name = path.substr(path.rfind('/') + 1);
  if (name == "never-locks") return 3;
  jail::run_as_program({}, [&name](jail::Channel& channel) { misbehave(name, channel); });
}
