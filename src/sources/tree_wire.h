// What a TreeServer answers, in wire form: nodes of a folder, one node beside a descriptor, or an
// error. The layout is that of host::Node (host/tree.h), which this room may not include: what
// parses hostile bytes stays out of the parent's half. worker/remote_tree_test holds the two
// together.
#pragma once

#include <cstdint>
#include <string>

#include "core/record.h"
#include "files/root.h"

namespace antidotary::sources {

struct TreeNode {
  std::string name;
  files::Kind kind = files::Kind::other;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_unix_ns = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;
  std::uint32_t links = 1;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("kind", self.kind);
    visit("size_bytes", self.size_bytes);
    visit("modified_unix_ns", self.modified_unix_ns);
    visit("device", self.device);
    visit("inode", self.inode);
    visit("mode", self.mode);
    visit("links", self.links);
  }
};

TreeNode node_of(std::string name, const files::Stat& stat);

/// An Error on its way through a channel.
Buffer wire_of(const Error& error);
/// The Error that was sent; one of kind worker_died where the bytes are not one.
Error error_from_wire(Bytes bytes);

}  // namespace antidotary::sources
