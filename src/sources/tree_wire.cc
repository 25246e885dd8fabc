#include "sources/tree_wire.h"

namespace antidotary::sources {
namespace {

// A sentence for a person; a longer one is somebody's attempt at something.
constexpr std::size_t sentence_bytes_max = 64 << 10;

struct WireError {
  std::uint64_t kind = 0;
  std::string what;
  std::optional<std::uint64_t> offset;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("kind", self.kind);
    visit("what", self.what);
    visit("offset", self.offset);
  }
};

}  // namespace

TreeNode node_of(std::string name, const files::Stat& stat) {
  TreeNode node;
  node.name = std::move(name);
  node.kind = stat.kind;
  node.size_bytes = stat.size_bytes;
  node.modified_unix_ns = stat.modified_unix_ns;
  node.device = stat.device;
  node.inode = stat.inode;
  node.mode = stat.mode;
  node.links = stat.links;
  return node;
}

Buffer wire_of(const Error& error) {
  return to_wire(WireError{static_cast<std::uint64_t>(error.kind), error.what, error.offset});
}

Error error_from_wire(Bytes bytes) {
  auto read = from_wire<WireError>(bytes);
  constexpr auto last = static_cast<std::uint64_t>(ErrorKind::internal);
  if (!read || read->kind > last || read->what.size() > sentence_bytes_max) {
    return Error{ErrorKind::worker_died, "not a well-formed error", std::nullopt};
  }
  return Error{static_cast<ErrorKind>(read->kind), std::move(read->what), read->offset};
}

}  // namespace antidotary::sources
