// FakeTree: a Windows disk in memory, for tests: folders, files, links, and errors on demand.
//
// It is not a file system: paths are exact, nothing is ever written by the code under test.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/regf/writer.h"
#include "host/tree.h"

namespace antidotary::host {

class FakeTree final : public Tree {
 public:
  FakeTree& folder(const std::string& path) {
    add(path, NodeKind::directory, {});
    return *this;
  }
  FakeTree& file(const std::string& path, std::string_view text = "text") {
    add(path, NodeKind::file, to_buffer(as_bytes(text)));
    return *this;
  }
  FakeTree& file_of(const std::string& path, std::size_t size_bytes) {
    add(path, NodeKind::file, Buffer(size_bytes, std::byte{0x2a}));
    return *this;
  }
  FakeTree& bytes(const std::string& path, Buffer content) {
    add(path, NodeKind::file, std::move(content));
    return *this;
  }
  /// A hive made by the writer; an empty file where it refuses (the test then fails by itself).
  FakeTree& hive(const std::string& path, const regf::KeySpec& root) {
    regf::WriteOptions options;
    add(path, NodeKind::file, regf::write_hive(root, options).value_or(Buffer{}));
    return *this;
  }
  FakeTree& link(const std::string& path) {
    add(path, NodeKind::link, {});
    return *this;
  }
  /// A node that nobody can say anything about, as a damaged record of NTFS leaves it.
  FakeTree& damaged(const std::string& path) {
    add(path, NodeKind::other, {});
    things_.at(path).node.damaged = "its record cannot be read";
    return *this;
  }
  /// Listing or opening `path` fails from now on.
  FakeTree& refuse(const std::string& path, ErrorKind kind = ErrorKind::permission) {
    errors_[path] = kind;
    return *this;
  }
  /// The content of a file that was added, to be damaged by a test.
  Buffer& content(const std::string& path) { return things_.at(path).content; }

  std::size_t listings() const { return listings_; }
  /// Paths whose bytes were opened.
  const std::set<std::string>& opened() const { return opened_; }

  Result<std::vector<Node>> list(const std::string& path) override {
    ++listings_;
    if (const auto error = errors_.find(path); error != errors_.end()) {
      return fail(error->second, "cannot list {}", path);
    }
    const auto self = things_.find(path);
    if (!path.empty() && (self == things_.end() || self->second.node.kind != NodeKind::directory)) {
      return fail(ErrorKind::not_found, "{} is not a folder", path);
    }
    std::vector<Node> out;
    for (const auto& [name, thing] : things_) {
      const std::size_t slash = name.rfind('/');
      const std::string above = slash == std::string::npos ? "" : name.substr(0, slash);
      if (above == path) out.push_back(thing.node);
    }
    return out;
  }

  Result<std::unique_ptr<OpenFile>> open(const std::string& path) override {
    opened_.insert(path);
    if (const auto error = errors_.find(path); error != errors_.end()) {
      return fail(error->second, "cannot open {}", path);
    }
    const auto found = things_.find(path);
    if (found == things_.end()) return fail(ErrorKind::not_found, "no {}", path);
    if (found->second.node.kind != NodeKind::file) {
      return fail(ErrorKind::refused, "{} is not a regular file", path);
    }
    return std::unique_ptr<OpenFile>(new Open(found->second));
  }

 private:
  struct Thing {
    Node node;
    Buffer content;
  };
  class Open final : public OpenFile {
   public:
    explicit Open(const Thing& thing) : thing_(thing) {}
    Bytes bytes() const override { return thing_.content; }
    const Node& node() const override { return thing_.node; }

   private:
    const Thing& thing_;
  };

  void add(const std::string& path, NodeKind kind, Buffer content) {
    const std::size_t slash = path.rfind('/');
    if (slash != std::string::npos && things_.count(path.substr(0, slash)) == 0) {
      add(path.substr(0, slash), NodeKind::directory, {});
    }
    Thing thing;
    thing.node.name = slash == std::string::npos ? path : path.substr(slash + 1);
    thing.node.kind = kind;
    thing.node.size_bytes = content.size();
    thing.node.inode = ++last_inode_;
    thing.content = std::move(content);
    things_[path] = std::move(thing);
  }

  std::map<std::string, Thing> things_;
  std::map<std::string, ErrorKind> errors_;
  std::set<std::string> opened_;
  std::size_t listings_ = 0;
  std::uint64_t last_inode_ = 0;
};

}  // namespace antidotary::host
