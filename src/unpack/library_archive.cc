#include "unpack/library_archive.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "formats/mime/encoding.h"
#include "unpack/trailing.h"

namespace antidotary::unpack {

using formats::Format;

namespace {

// Handed out in pieces, so that how much was read says how well it is packed.
constexpr std::size_t read_bytes = 64u << 10;

// The library says in words alone that it lacks a method.
ErrorKind kind_of(std::string_view words) {
  for (const std::string_view sign : {"nsupported", "ot supported", "Unknown compression"}) {
    if (words.find(sign) != words.npos) return ErrorKind::unsupported;
  }
  for (const std::string_view sign : {"ncrypted", "assphrase", "assword"}) {
    if (words.find(sign) != words.npos) return ErrorKind::encrypted;
  }
  return words.find("runcated") != words.npos ? ErrorKind::truncated : ErrorKind::malformed;
}

Error error_of(archive* reader) {
  std::string words = ArchiveSource::sentence(reader);
  const ErrorKind kind = kind_of(words);
  return {kind, std::move(words), std::nullopt};
}

}  // namespace

Status ArchiveSource::open(archive* reader) {
  archive_read_set_callback_data(reader, this);
  archive_read_set_read_callback(reader, &ArchiveSource::read);
  archive_read_set_skip_callback(reader, &ArchiveSource::skip);
  archive_read_set_seek_callback(reader, &ArchiveSource::seek);
  if (archive_read_open1(reader) == ARCHIVE_OK) return {};
  return tl::unexpected(error_of(reader));
}

std::string ArchiveSource::sentence(archive* reader) {
  const char* text = archive_error_string(reader);
  if (text == nullptr) return "damaged";
  // Some of the library's sentences end in a line feed.
  std::string_view words = text;
  while (words.ends_with('\n')) words.remove_suffix(1);
  return escape_for_terminal(words);
}

std::int64_t ArchiveSource::size() const {
  return static_cast<std::int64_t>(pieces_[0].size() + pieces_[1].size());
}

la_ssize_t ArchiveSource::read(archive*, void* data, const void** block) {
  ArchiveSource& self = *static_cast<ArchiveSource*>(data);
  const auto at = static_cast<std::size_t>(self.at_);
  const bool in_first = at < self.pieces_[0].size();
  const Bytes piece = self.pieces_[in_first ? 0 : 1];
  const std::size_t skip = in_first ? at : at - self.pieces_[0].size();
  const Bytes left = piece.subspan(std::min(skip, piece.size()));
  const Bytes rest = left.first(std::min(left.size(), read_bytes));
  *block = rest.data();
  self.at_ += static_cast<std::int64_t>(rest.size());
  self.furthest_ = std::max(self.furthest_, self.at_);
  return static_cast<la_ssize_t>(rest.size());
}

la_int64_t ArchiveSource::skip(archive*, void* data, la_int64_t count) {
  ArchiveSource& self = *static_cast<ArchiveSource*>(data);
  const std::int64_t moved = std::clamp<std::int64_t>(count, 0, self.size() - self.at_);
  self.at_ += moved;
  return moved;
}

la_int64_t ArchiveSource::seek(archive*, void* data, la_int64_t offset, int whence) {
  ArchiveSource& self = *static_cast<ArchiveSource*>(data);
  const std::int64_t base = whence == 0 ? 0 : whence == 1 ? self.at_ : self.size();
  // base lies in 0 .. size, so that neither comparison can overflow.
  if (offset < -base || offset > self.size() - base) return ARCHIVE_FATAL;
  self.at_ = base + offset;
  return self.at_;
}

Brought read_data(archive* reader, const ArchiveSource& source, Budget& budget) {
  Brought out;
  const std::size_t before = source.furthest();
  while (true) {
    const void* block = nullptr;
    std::size_t count = 0;
    la_int64_t offset = 0;
    const int code = archive_read_data_block(reader, &block, &count, &offset);
    if (code == ARCHIVE_EOF) return out;
    if (code != ARCHIVE_OK) {
      out.error = error_of(reader);
      // A warning (a wrong checksum) comes with the last bytes; the rest is kept.
      if (code != ARCHIVE_WARN || count == 0) return out;
    }
    // Holes of sparse files are not filled: content that is not there cannot be recognised.
    // What was read before it may hold its first bytes.
    out.packed_bytes = source.furthest() - before + read_bytes;
    if (!bring(out, view_of(block, count), budget)) return out;
  }
}

std::string name_of_entry(archive_entry* entry, std::size_t number) {
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) name = archive_entry_pathname_utf8(entry);
  if (name == nullptr || *name == '\0') return fmt::format("member {}", number);
  return mime::to_utf8("", name);
}

namespace {

// Bytes unpacked, up to where the library stands.
la_int64_t position(archive* reader) { return archive_filter_bytes(reader, 0); }

la_int64_t length_of(const char* text) {
  return text == nullptr ? 0 : static_cast<la_int64_t>(std::string_view(text).size());
}

// What stands before a member's bytes in the dialect of cpio that was read last: a head, the name
// with its NUL, what rounds both up, and a link's target.
la_int64_t cpio_head_bytes(archive* reader, archive_entry* entry) {
  const la_int64_t name = length_of(archive_entry_pathname(entry)) + 1;
  const la_int64_t target = length_of(archive_entry_symlink(entry));
  switch (archive_format(reader)) {
    case ARCHIVE_FORMAT_CPIO_POSIX:
      return 76 + name + target;
    case ARCHIVE_FORMAT_CPIO_BIN_LE:
    case ARCHIVE_FORMAT_CPIO_BIN_BE:
      return ((26 + name + 1) & ~la_int64_t{1}) + target;
    case ARCHIVE_FORMAT_CPIO_SVR4_NOCRC:
    case ARCHIVE_FORMAT_CPIO_SVR4_CRC:
      return ((110 + name + 3) & ~la_int64_t{3}) + target;
    case ARCHIVE_FORMAT_CPIO_AFIO_LARGE:
      return 116 + name + target;
    default:
      return 0;
  }
}

// One entry.
Result<Next> next_entry(archive* reader, const LibraryFormat& row, const ArchiveSource& source,
                        std::size_t number, Budget& budget, const Visitor& visitor) {
  if (row.is_cpio && number > 1) archive_read_data_skip(reader);
  const la_int64_t before = number > 1 ? position(reader) : 0;
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(reader, &entry);
  if (row.is_cpio && (code == ARCHIVE_EOF || code == ARCHIVE_OK || code == ARCHIVE_WARN) &&
      position(reader) - before > cpio_head_bytes(reader, entry)) {
    visitor.missed({"", Error{ErrorKind::malformed, "members were passed over: damaged", {}}});
  }
  if (code == ARCHIVE_EOF) return Next::end;
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    if (archive_read_has_encrypted_entries(reader) > 0) {
      return fail(ErrorKind::encrypted, "the archive is encrypted");
    }
    return tl::unexpected(error_of(reader));
  }
  ANTIDOTARY_CHECK(budget.new_object());
  // ar's deterministic mode leaves the type out: what has none is a file.
  const auto type = archive_entry_filetype(entry);
  if (type != AE_IFREG && type != 0) return Next::member;
  const std::string name = name_of_entry(entry, number);
  if (archive_entry_is_encrypted(entry) != 0) {
    visitor.missed({name, Error{ErrorKind::encrypted, "the member is encrypted", std::nullopt}});
    return Next::member;
  }
  if (visitor.member) {
    const auto size =
        static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
    visitor.member({name, size, size, false, number, std::nullopt});
  }
  // What is not wanted libarchive skips.
  if (visitor.wanted && !visitor.wanted(number - 1)) return Next::member;
  const Brought brought = read_data(reader, source, budget);
  hand_out(name, brought, visitor);
  return next_after(brought);
}

Status start(archive* reader, Format format, int (*enable)(archive*)) {
  if (reader == nullptr) return fail(ErrorKind::internal, "out of memory");
  if (enable(reader) == ARCHIVE_OK) return {};
  return fail(ErrorKind::unsupported, "this build reads no {}", formats::name_of(format));
}

}  // namespace

void open_by_library(const LibraryFormat& row, Bytes bytes, Budget& budget,
                     const Visitor& visitor) {
  const ArchiveReader reader(archive_read_new());
  ArchiveSource source(bytes);
  Status status = start(reader.get(), row.format, row.enable);
  if (status) status = source.open(reader.get());
  if (!status) return visitor.missed({"", status.error()});
  for (std::size_t number = 1;; ++number) {
    const auto next = next_entry(reader.get(), row, source, number, budget, visitor);
    if (!next) return visitor.missed({"", next.error()});
    if (*next == Next::member) continue;
    if (*next == Next::purse_empty || !row.ends) return;
    const auto end =
        static_cast<std::size_t>(std::max<la_int64_t>(0, archive_filter_bytes(reader.get(), -1)));
    return hand_out_trailing(bytes, end, budget, visitor);
  }
}

}  // namespace antidotary::unpack
