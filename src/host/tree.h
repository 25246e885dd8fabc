// Tree: a Windows disk as folders and files, read only, through whoever may open things.
//
// Paths are relative to the tree's root, exact, with '/' between names; "" is the root. Links and
// reparse points are nodes of their own kind and are never followed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::host {

enum class NodeKind : std::uint8_t { file, directory, link, other };
std::span<const std::string_view> enum_names(NodeKind);

/// A node and its identity; what a plan later compares before it acts.
struct Node {
  std::string name;  ///< Last part of the path, raw bytes as the file system has them.
  NodeKind kind = NodeKind::other;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_unix_ns = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;
  std::uint32_t links = 1;
  /// Why nobody can say what it is (its kind is `other`); empty where it is sound. Known only to
  /// trees that read a file system themselves, and never sent.
  std::string damaged;

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

class OpenFile {
 public:
  virtual ~OpenFile() = default;
  virtual Bytes bytes() const = 0;  ///< Valid while this lives.
  virtual const Node& node() const = 0;
};

class Tree {
 public:
  virtual ~Tree() = default;
  /// The nodes of a folder, in no order. Errors: not_found, permission, io, budget_spent.
  virtual Result<std::vector<Node>> list(const std::string& path) = 0;
  /// A regular file, mapped. Errors: not_found, permission, io, refused (not a regular file).
  virtual Result<std::unique_ptr<OpenFile>> open(const std::string& path) = 0;
  /// The first bytes of a regular file, `bytes_max` or fewer, without reading the rest where the
  /// tree can help it. Errors: as open().
  virtual Result<Buffer> head(const std::string& path, std::size_t bytes_max);
};

}  // namespace antidotary::host
