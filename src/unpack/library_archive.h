// LibraryArchive: libarchive over memory: one reader of one format at a time, no program filters.
//
// Internal to the room.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "unpack/brought.h"

namespace antidotary::unpack {

struct CloseArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using ArchiveReader = std::unique_ptr<archive, CloseArchive>;

/// Stretches of memory that libarchive reads as one file. The views outlive the source, the
/// source outlives the reader.
class ArchiveSource {
 public:
  explicit ArchiveSource(Bytes first, Bytes second = {}) : pieces_{first, second} {}

  /// Errors: malformed with libarchive's sentence.
  Status open(archive* reader);

  /// libarchive's sentence about its last failure, fit for a terminal.
  static std::string sentence(archive* reader);

  /// The most that was handed to the library so far, counted from the front.
  std::size_t furthest() const { return static_cast<std::size_t>(furthest_); }

 private:
  std::int64_t size() const;
  static la_ssize_t read(archive*, void* data, const void** block);
  static la_int64_t skip(archive*, void* data, la_int64_t count);
  static la_int64_t seek(archive*, void* data, la_int64_t offset, int whence);

  std::array<Bytes, 2> pieces_;
  std::int64_t at_ = 0;
  std::int64_t furthest_ = 0;
};

/// The bytes of the entry whose header was read last, from `source`.
Brought read_data(archive* reader, const ArchiveSource& source, Budget& budget);

/// The entry's name as UTF-8; "member N" where it has none.
std::string name_of_entry(archive_entry* entry, std::size_t number);

/// Opens `bytes` with a reader on which `enable` has switched on one format, and brings out every
/// regular file in it. `enable` answers a libarchive code; ARCHIVE_OK alone is taken, for
/// ARCHIVE_WARN means that the library would start a program. With `ends`, what stands behind the
/// archive's own end is handed out as well (trailing.h).
///
/// libarchive passes over a damaged header of cpio to the next that it finds, or to the end, and
/// says nothing. With `is_cpio`, where more was read before a member's bytes than its head takes in
/// the archive's dialect, that is missed (malformed).
struct LibraryFormat {
  formats::Format format;
  int (*enable)(archive*);
  bool ends = false;
  bool is_cpio = false;
};
void open_by_library(const LibraryFormat& row, Bytes bytes, Budget& budget, const Visitor& visitor);

}  // namespace antidotary::unpack
