#include "unpack/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/reader.h"
#include "core/text.h"
#include "formats/mime/encoding.h"
#include "formats/zip/directory.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t zip32_bytes_max = 0xfffffffe;

struct CloseArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using ArchiveReader = std::unique_ptr<archive, CloseArchive>;

/// Stretches of memory that libarchive reads as one file. The views outlive the source, the
/// source outlives the reader.
class Source {
 public:
  Source(Bytes first, Bytes second) : pieces_{first, second} {}

  /// Errors: malformed with libarchive's sentence.
  Status open(archive* reader) {
    archive_read_set_callback_data(reader, this);
    archive_read_set_read_callback(reader, &Source::read);
    archive_read_set_skip_callback(reader, &Source::skip);
    archive_read_set_seek_callback(reader, &Source::seek);
    if (archive_read_open1(reader) == ARCHIVE_OK) return {};
    return fail(ErrorKind::malformed, "{}", sentence(reader));
  }

  static std::string sentence(archive* reader) {
    const char* text = archive_error_string(reader);
    if (text == nullptr) return "damaged";
    // Some of the library's sentences end in a line feed.
    std::string_view words = text;
    while (words.ends_with('\n')) words.remove_suffix(1);
    return escape_for_terminal(words);
  }

 private:
  std::int64_t size() const {
    return static_cast<std::int64_t>(pieces_[0].size() + pieces_[1].size());
  }

  static la_ssize_t read(archive*, void* data, const void** block) {
    Source& self = *static_cast<Source*>(data);
    const auto at = static_cast<std::size_t>(self.at_);
    const bool in_first = at < self.pieces_[0].size();
    const Bytes piece = self.pieces_[in_first ? 0 : 1];
    const std::size_t skip = in_first ? at : at - self.pieces_[0].size();
    const Bytes rest = piece.subspan(std::min(skip, piece.size()));
    *block = rest.data();
    self.at_ += static_cast<std::int64_t>(rest.size());
    return static_cast<la_ssize_t>(rest.size());
  }

  static la_int64_t skip(archive*, void* data, la_int64_t count) {
    Source& self = *static_cast<Source*>(data);
    const std::int64_t moved = std::clamp<std::int64_t>(count, 0, self.size() - self.at_);
    self.at_ += moved;
    return moved;
  }

  static la_int64_t seek(archive*, void* data, la_int64_t offset, int whence) {
    Source& self = *static_cast<Source*>(data);
    const std::int64_t base = whence == 0 ? 0 : whence == 1 ? self.at_ : self.size();
    // base lies in 0 .. size, so that neither comparison can overflow.
    if (offset < -base || offset > self.size() - base) return ARCHIVE_FATAL;
    self.at_ = base + offset;
    return self.at_;
  }

  std::array<Bytes, 2> pieces_;
  std::int64_t at_ = 0;
};

/// What became of one member's bytes.
struct Brought {
  Buffer bytes;
  std::optional<Error> error;  ///< Why it ends early, or is not to be believed.
  bool purse_empty = false;    ///< The error is the budget's, and not this member's alone.
};

Brought read_data(archive* reader, Budget& budget) {
  Brought out;
  const std::uint64_t bytes_max = budget.limits().object_bytes_max;
  while (true) {
    const void* block = nullptr;
    std::size_t count = 0;
    la_int64_t offset = 0;
    const int code = archive_read_data_block(reader, &block, &count, &offset);
    if (code == ARCHIVE_EOF) return out;
    if (code != ARCHIVE_OK) {
      out.error = Error{ErrorKind::malformed, Source::sentence(reader), std::nullopt};
      // A warning (a wrong checksum) comes with the last bytes; the rest is kept.
      if (code != ARCHIVE_WARN || count == 0) return out;
    }
    // Holes of sparse files are not filled: content that is not there cannot be recognised.
    if (count > bytes_max - out.bytes.size()) {
      out.error = budget.exhaust(Limit::object_bytes).value();
      return out;
    }
    const auto paid = budget.bring_out(count);
    if (!paid) {
      out.error = paid.error();
      out.purse_empty = true;
      return out;
    }
    const Bytes piece = view_of(block, count);
    out.bytes.insert(out.bytes.end(), piece.begin(), piece.end());
  }
}

void hand_out(const std::string& name, const Brought& brought, const Visitor& visitor) {
  if (!brought.error || !brought.bytes.empty()) visitor.child({name, brought.bytes});
  if (brought.error) visitor.missed({name, *brought.error});
}

// A directory of one member (APPNOTE 4.3.12, 4.3.16), to stand behind the member's own bytes.
Buffer directory_of(const zip::Member& member, std::size_t local_bytes) {
  Buffer out;
  append_u32_le(out, 0x02014b50);
  append_u16_le(out, 45);
  append_u16_le(out, 45);
  append_u16_le(out, member.flags);
  append_u16_le(out, member.method);
  append_u32_le(out, 0);  // time, date
  append_u32_le(out, member.crc32);
  append_u32_le(out, static_cast<std::uint32_t>(member.data_end - member.data_offset));
  append_u32_le(out, static_cast<std::uint32_t>(member.unpacked_bytes));
  append_u16_le(out, 1);  // name
  for (int i = 0; i < 4; ++i) append_u16_le(out, 0);
  append_u32_le(out, 0);
  append_u32_le(out, 0);  // the local header stands at the start
  out.push_back(static_cast<std::byte>('m'));
  const auto directory_bytes = static_cast<std::uint32_t>(out.size());
  append_u32_le(out, 0x06054b50);
  append_u32_le(out, 0);
  append_u16_le(out, 1);
  append_u16_le(out, 1);
  append_u32_le(out, directory_bytes);
  append_u32_le(out, static_cast<std::uint32_t>(local_bytes));
  append_u16_le(out, 0);
  return out;
}

Result<Brought> read_member(const zip::Member& member, Bytes bytes, Budget& budget) {
  const auto begin = static_cast<std::size_t>(member.local_offset);
  const Bytes local = bytes.subspan(begin, static_cast<std::size_t>(member.data_end) - begin);
  if (member.unpacked_bytes > budget.limits().object_bytes_max) {
    return budget.exhaust(Limit::object_bytes);
  }
  if (local.size() > zip32_bytes_max || member.unpacked_bytes > zip32_bytes_max) {
    return fail(ErrorKind::unsupported, "a member of 4 GiB or more");
  }
  const Buffer directory = directory_of(member, local.size());
  Source source(local, directory);
  const ArchiveReader reader(archive_read_new());
  if (!reader || archive_read_support_format_zip_seekable(reader.get()) != ARCHIVE_OK) {
    return fail(ErrorKind::internal, "libarchive has no zip reader");
  }
  ANTIDOTARY_CHECK(source.open(reader.get()));
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(reader.get(), &entry);
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    return fail(ErrorKind::malformed, "{}", Source::sentence(reader.get()));
  }
  Brought brought = read_data(reader.get(), budget);
  if (!brought.error && brought.bytes.size() != member.unpacked_bytes) {
    brought.error = Error{ErrorKind::malformed,
                          fmt::format("holds {} bytes where its archive declares {}",
                                      brought.bytes.size(), member.unpacked_bytes),
                          std::nullopt};
  }
  return brought;
}

bool known_method(std::uint16_t method) { return method == 0 || method == 8; }

// Says of one member why it cannot be read, or nullopt.
std::optional<Error> obstacle(const zip::Member& member) {
  if (member.encrypted) {
    return Error{ErrorKind::encrypted, "the member is encrypted", std::nullopt};
  }
  if (!member.readable) {
    return Error{ErrorKind::malformed, "the member's header is not where the archive says",
                 member.local_offset};
  }
  if (!known_method(member.method)) {
    return Error{ErrorKind::unsupported,
                 fmt::format("packed by method {}, which is not read", member.method),
                 std::nullopt};
  }
  return std::nullopt;
}

// Tells of the container what none of its members can.
void tell_of_directory(const zip::Directory& directory, std::size_t refused,
                       const Visitor& visitor) {
  if (refused > 0) {
    visitor.missed({"", Error{ErrorKind::refused,
                              fmt::format("{} members overlap others in the archive", refused),
                              std::nullopt}});
  }
  for (const zip::Anomaly anomaly :
       {zip::Anomaly::directory_missing, zip::Anomaly::directory_damaged,
        zip::Anomaly::too_many_members}) {
    if (!directory.has(anomaly)) continue;
    const bool limit = anomaly == zip::Anomaly::too_many_members;
    visitor.missed({"", Error{limit ? ErrorKind::refused : ErrorKind::malformed,
                              limit ? "the archive has too many members"
                              : anomaly == zip::Anomaly::directory_missing
                                  ? "the archive's directory is missing: it may be cut"
                                  : "the archive's directory is damaged",
                              std::nullopt}});
  }
}

struct Filter {
  Format format;
  int (*enable)(archive*);
};
constexpr std::array filters = {
    Filter{Format::gzip, &archive_read_support_filter_gzip},
    Filter{Format::bzip2, &archive_read_support_filter_bzip2},
    Filter{Format::xz, &archive_read_support_filter_xz},
    Filter{Format::zstd, &archive_read_support_filter_zstd},
    Filter{Format::tar, &archive_read_support_format_tar},
    Filter{Format::seven_zip, &archive_read_support_format_7zip},
};

// libarchive answers ARCHIVE_WARN where it would start a program instead: that is refused.
Status enable(archive* reader, Format format) {
  for (const Filter& filter : filters) {
    if (filter.format != format) continue;
    const bool itself = filter.enable(reader) == ARCHIVE_OK;
    const bool container = format == Format::tar || format == Format::seven_zip;
    if (itself && (container || archive_read_support_format_raw(reader) == ARCHIVE_OK)) return {};
  }
  return fail(ErrorKind::unsupported, "this build reads no {}", formats::name_of(format));
}

std::string name_of_entry(archive_entry* entry, std::size_t number, bool single) {
  if (single) return "content";
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) name = archive_entry_pathname_utf8(entry);
  if (name == nullptr || *name == '\0') return fmt::format("member {}", number);
  return mime::to_utf8("", name);
}

// One entry of a tar or 7z. False where the container is to be left.
Result<bool> next_entry(archive* reader, std::size_t number, bool single, Budget& budget,
                        const Visitor& visitor) {
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(reader, &entry);
  if (code == ARCHIVE_EOF) return false;
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    if (archive_read_has_encrypted_entries(reader) > 0) {
      return fail(ErrorKind::encrypted, "the archive is encrypted");
    }
    return fail(ErrorKind::malformed, "{}", Source::sentence(reader));
  }
  ANTIDOTARY_CHECK(budget.new_object());
  if (!single && archive_entry_filetype(entry) != AE_IFREG) return true;
  const std::string name = name_of_entry(entry, number, single);
  if (archive_entry_is_encrypted(entry) != 0) {
    visitor.missed({name, Error{ErrorKind::encrypted, "the member is encrypted", std::nullopt}});
    return true;
  }
  if (visitor.member && !single) {
    const auto size =
        static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
    visitor.member({name, size, size, false, number, std::nullopt});
  }
  if (visitor.wanted && !visitor.wanted(number - 1)) return true;  // libarchive skips its data
  const Brought brought = read_data(reader, budget);
  hand_out(name, brought, visitor);
  return !brought.purse_empty;
}

}  // namespace

void unpack_zip(Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto directory = zip::read_directory(bytes, budget);
  if (!directory) {
    visitor.missed({"", directory.error()});
    return;
  }
  std::size_t refused = 0;
  std::uint64_t position = 0;
  for (const zip::Member& member : directory->members) {
    ++position;
    if (member.directory) continue;
    if (visitor.wanted && !visitor.wanted(position - 1)) continue;
    if (visitor.member) {
      visitor.member({member.name, member.packed_bytes, member.unpacked_bytes, member.encrypted,
                      position, member.crc32});
    }
    if (const auto paid = budget.new_object(); !paid) {
      visitor.missed({member.name, paid.error()});
      break;
    }
    if (member.overlaps) {
      ++refused;
      continue;
    }
    if (auto error = obstacle(member)) {
      visitor.missed({member.name, std::move(*error)});
      continue;
    }
    auto brought = read_member(member, bytes, budget);
    if (!brought) {
      visitor.missed({member.name, brought.error()});
      continue;
    }
    hand_out(member.name, *brought, visitor);
    if (brought->purse_empty) break;
  }
  tell_of_directory(*directory, refused, visitor);
}

void unpack_stream(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const ArchiveReader reader(archive_read_new());
  const auto start = [&]() -> Status {
    if (!reader) return fail(ErrorKind::internal, "out of memory");
    return enable(reader.get(), format);
  };
  if (const auto status = start(); !status) {
    visitor.missed({"", status.error()});
    return;
  }
  Source source(bytes, {});
  if (const auto opened = source.open(reader.get()); !opened) {
    visitor.missed({"", opened.error()});
    return;
  }
  const bool single = format != Format::tar && format != Format::seven_zip;
  for (std::size_t number = 1;; ++number) {
    const auto more = next_entry(reader.get(), number, single, budget, visitor);
    if (!more) visitor.missed({"", more.error()});
    if (!more || !*more) return;
  }
}

}  // namespace antidotary::unpack
