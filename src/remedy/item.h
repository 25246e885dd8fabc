// Item: one quarantined file, with everything that is needed to put it back as it was.
//
//   "ADQ1"  u32 format version  u32 metadata size  MAC (32 bytes)  metadata (JSON)  content
//
// The content is stored with every bit inverted, so that neither a person, a shell nor another
// scanner takes it for the original. That is not encryption: whoever reads the quarantine can
// read the file. The MAC (local key) covers all that stands before the content but itself; the
// metadata hold the SHA-256 of the stored and of the original bytes. So an item that was swapped
// or changed is never restored. Format: docs/formats/quarantine.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/record.h"
#include "core/result.h"
#include "files/fd.h"
#include "files/root.h"

namespace antidotary::remedy {

struct Attribute {
  std::string name;
  Buffer value;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("value", self.value);
  }
};

struct ItemMetadata {
  std::string tool;
  std::string run;
  std::uint32_t step = 0;
  std::string entry;
  std::string variant;
  std::string change;
  std::string root;  ///< Absolute path of the tree.
  std::string path;  ///< Below the root, raw bytes.
  std::uint64_t taken_unix_s = 0;
  /// Where the content stood in the file, if the item holds a part of it: a message of a mailbox.
  std::optional<std::uint64_t> offset;
  std::uint64_t size_bytes = 0;
  std::string sha256;         ///< Of the original content.
  std::string stored_sha256;  ///< Of the content as stored.
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::uint32_t links = 1;
  std::int64_t modified_ns = 0;
  std::int64_t accessed_ns = 0;
  std::vector<Attribute> attributes;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("tool", self.tool);
    visit("run", self.run);
    visit("step", self.step);
    visit("entry", self.entry);
    visit("variant", self.variant);
    visit("change", self.change);
    visit("root", self.root);
    visit("path", self.path);
    visit("taken_unix_s", self.taken_unix_s);
    visit("offset", self.offset);
    visit("size_bytes", self.size_bytes);
    visit("sha256", self.sha256);
    visit("stored_sha256", self.stored_sha256);
    visit("device", self.device);
    visit("inode", self.inode);
    visit("mode", self.mode);
    visit("owner", self.owner);
    visit("group", self.group);
    visit("links", self.links);
    visit("modified_ns", self.modified_ns);
    visit("accessed_ns", self.accessed_ns);
    visit("attributes", self.attributes);
  }
};

/// The extended attributes of an open file, those of NTFS drivers that are not listed included.
Result<std::vector<Attribute>> attributes_of(int descriptor);

/// Copies an open regular file (where `metadata` has an offset, size_bytes of it from there) into
/// the item `name` of `folder` and makes it durable. What the system knows of the file is filled
/// in; `metadata` brings the rest, with size_bytes and sha256 as they are expected. Errors: changed
/// (size or digest differ, or it changes while it is read), io (not enough room included). None
/// leaves anything behind under `name`.
Result<ItemMetadata> write_item(int folder, const std::string& name, int file,
                                ItemMetadata metadata, Bytes key);

/// The same of a file that lies elsewhere: `file` reads a copy of it, `metadata` is all that is
/// known of it.
Status store_item(int folder, const std::string& name, int file, ItemMetadata metadata, Bytes key);

/// An item whose MAC, sizes and digests are as they should be.
class Item {
 public:
  /// Reads the whole item once. Errors: not_found, malformed (says what does not fit), io.
  static Result<Item> open(int folder, const std::string& name, Bytes key);
  /// Metadata alone: the content's digest is not checked.
  static Result<Item> peek(int folder, const std::string& name, Bytes key);

  const ItemMetadata& metadata() const { return metadata_; }
  /// Writes the original content to an open, empty file.
  /// Errors: io, malformed (what was read now is not what was checked).
  Status write_content(int file) const;
  /// Fills `out` with the original content from `offset`; yields how much was there. Errors: io.
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) const;

 private:
  Item(files::Fd fd, ItemMetadata metadata, std::uint64_t content_offset)
      : fd_(std::move(fd)), metadata_(std::move(metadata)), content_offset_(content_offset) {}
  files::Fd fd_;
  ItemMetadata metadata_;
  std::uint64_t content_offset_ = 0;
};

}  // namespace antidotary::remedy
