// Zip: one member at a time, each by its own stretch of the input, as formats/zip found it.
//
// So what the inflating library would believe of the rest does not matter. Members whose stretches
// overlap an earlier member's are refused: honest archivers do not write them, bombs are made so.
#include <fmt/core.h>

#include <array>

#include "core/reader.h"
#include "formats/zip/directory.h"
#include "unpack/library_archive.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t zip32_bytes_max = 0xfffffffe;

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
  ArchiveSource source(local, directory);
  const ArchiveReader reader(archive_read_new());
  if (!reader || archive_read_support_format_zip_seekable(reader.get()) != ARCHIVE_OK) {
    return fail(ErrorKind::internal, "libarchive has no zip reader");
  }
  ANTIDOTARY_CHECK(source.open(reader.get()));
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(reader.get(), &entry);
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    return fail(ErrorKind::malformed, "{}", ArchiveSource::sentence(reader.get()));
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

void open_zip(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
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

}  // namespace

std::span<const Opener> zip_openers() {
  static constexpr std::array rows = {Opener{Format::zip, &open_zip}};
  return rows;
}

}  // namespace antidotary::unpack
