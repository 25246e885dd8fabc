// The wire between whoever wants something of an NTFS volume done and the program that knows how
// (programs/ntfs, which links a GPL library and is therefore a program of its own).
//
// One request, then any number of the program's own questions for blocks, then one answer (of
// `read` any number of pieces before it). The program opens nothing: it sees the volume through
// `get` and `put` alone, and whoever answers them decides what becomes of what it writes.
// Messages travel through jail::Channel. Records as core/record.h writes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/byte_edit.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::ntfs {

enum class Tag : std::uint8_t {
  // Asked of the program.
  open = 16,    ///< OpenRequest; answered by `done`.
  find = 17,    ///< NodeRequest; answered by `node`.
  read = 18,    ///< NodeRequest; `piece`s, then `done`.
  write = 19,   ///< WriteRequest; answered by `done`.
  remove = 20,  ///< NodeRequest; answered by `done`.
  close = 21,   ///< No body; answered by `done`: all that was changed has been put.
  // Asked by the program.
  get = 32,  ///< GetRequest; answered by `bytes`: as many as were asked for.
  put = 33,  ///< Block; answered by `done`.
  // Answers.
  done = 48,
  node = 49,     ///< Node
  piece = 50,    ///< Block: an offset in the file.
  bytes = 51,    ///< The bytes themselves.
  failure = 52,  ///< Failure
};
inline std::uint8_t number(Tag tag) { return static_cast<std::uint8_t>(tag); }

/// Most bytes of one `get`, `put` or `piece`.
inline constexpr std::size_t block_bytes_max = 1 << 20;
/// Bytes of streams and security descriptor that a Node carries, all together.
inline constexpr std::size_t node_bytes_max = 4 << 20;

struct OpenRequest {
  std::uint64_t size_bytes = 0;  ///< Of the volume.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("size_bytes", self.size_bytes);
  }
};

/// A file by its exact path from the volume's root, '/' between names, and by its record.
struct NodeRequest {
  std::string path;
  std::uint64_t record = 0;  ///< Number of its MFT record, without the sequence number.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("path", self.path);
    visit("record", self.record);
  }
};

/// Bytes of a file replaced in place: each edit's `before` must stand there.
struct WriteRequest {
  NodeRequest node;
  std::vector<ByteEdit> edits;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("node", self.node);
    visit("edits", self.edits);
  }
};

struct GetRequest {
  std::uint64_t offset = 0;  ///< From the volume's first byte.
  std::uint64_t count = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("offset", self.offset);
    visit("count", self.count);
  }
};

struct Block {
  std::uint64_t offset = 0;
  Buffer bytes;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("offset", self.offset);
    visit("bytes", self.bytes);
  }
};

struct Stream {
  std::string name;
  Buffer bytes;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("bytes", self.bytes);
  }
};

/// A regular file, with what NTFS keeps of it beside its bytes. Times are FILETIMEs.
struct Node {
  std::uint64_t record = 0;
  std::uint64_t size_bytes = 0;
  std::uint32_t names = 1;  ///< Hard links; a short name is none.
  std::uint32_t flags = 0;  ///< FILE_ATTRIBUTE_*
  std::uint64_t created = 0;
  std::uint64_t modified = 0;
  std::uint64_t accessed = 0;
  std::uint64_t changed = 0;  ///< Of the record.
  Buffer security;            ///< Its security descriptor; empty where it cannot be read.
  std::vector<Stream> streams;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("record", self.record);
    visit("size_bytes", self.size_bytes);
    visit("names", self.names);
    visit("flags", self.flags);
    visit("created", self.created);
    visit("modified", self.modified);
    visit("accessed", self.accessed);
    visit("changed", self.changed);
    visit("security", self.security);
    visit("streams", self.streams);
  }
};

/// An Error on its way. A kind that is none is read as `worker_died`.
struct Failure {
  std::uint32_t kind = 0;
  std::string what;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("kind", self.kind);
    visit("what", self.what);
  }
  static Failure of(const Error& error) {
    return {static_cast<std::uint32_t>(error.kind), error.what};
  }
  Error error() const {
    const bool known = kind <= static_cast<std::uint32_t>(ErrorKind::internal);
    return {known ? static_cast<ErrorKind>(kind) : ErrorKind::worker_died, what, {}};
  }
};

}  // namespace antidotary::ntfs
