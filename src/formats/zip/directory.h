// Zip: what an archive says about its members, before anything is inflated.
//
// The central directory is read, and each member's local header beside it, so that a lie between
// the two (a name, an overlap of the data) shows. Where there is no central directory the local
// headers are walked instead: a cut download still tells its members. Inflating lives in unpack/.
//
// Why not libarchive's own directory: it drops what is evidence here (overlaps, two names for one
// member, bytes before the archive) and orders members by its own rules.
//
// Spec: PKWARE APPNOTE 6.3.10. Section numbers in comments are its sections.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::zip {

/// Members kept of one archive. A zip32 directory cannot hold more.
inline constexpr std::size_t members_max = 65536;

/// Oddities that are read past and reported, each at most once for an archive.
enum class Anomaly : std::uint8_t {
  directory_missing,     ///< No central directory: members come from the local headers.
  directory_damaged,     ///< The central directory ends inside a record, or one is malformed.
  bytes_before,          ///< Something stands before the archive: a self-extractor, a picture.
  bytes_after,           ///< Something stands behind its end.
  count_differs,         ///< The end record counts other than what is there.
  ranges_overlap,        ///< Two members claim the same bytes: a bomb, or a trick on readers.
  local_header_missing,  ///< A member's local header is not where the directory says.
  names_differ,          ///< Directory and local header name a member differently.
  sizes_differ,          ///< They state different sizes.
  encryption_differs,    ///< One says encrypted, the other does not.
  duplicate_name,        ///< Two members of the same name: which one opens depends on the reader.
  climbing_name,         ///< A name with `..`, a leading slash or a drive.
  data_cut,              ///< A member's data reach past the end of the input.
  too_many_members,      ///< More than members_max; the rest is left out.
  methods_differ,        ///< Directory and local header name different packings.
  unlisted_member,       ///< A local header that the directory does not know.
  several_disks,         ///< A part of a split archive.
};
std::string_view name_of(Anomaly anomaly);

/// What a local header says of the same bytes, where readers that believe it bring out others.
struct LocalReading {
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc32 = 0;
  std::uint64_t unpacked_bytes = 0;
  std::uint64_t data_end = 0;  ///< data_offset <= data_end <= size of the input.
};

struct Member {
  std::string name;  ///< UTF-8; from code page 437 where the flag does not say UTF-8 (appendix D).
  std::uint16_t flags = 0;
  std::uint16_t method = 0;  ///< 0 stored, 8 deflated.
  std::uint32_t crc32 = 0;
  std::uint64_t packed_bytes = 0;    ///< As declared.
  std::uint64_t unpacked_bytes = 0;  ///< As declared: believe it only as far as it limits.
  // Invariant: local_offset <= data_offset <= data_end <= size of the input.
  std::uint64_t local_offset = 0;  ///< Of the local header, from the start of the input.
  std::uint64_t data_offset = 0;
  std::uint64_t data_end = 0;
  bool encrypted = false;  ///< Said by the directory or by the local header.
  bool directory = false;  ///< A name that ends in a slash, without data.
  bool readable = false;   ///< The local header is there, so that data_offset means something.
  bool cut = false;        ///< data_end is where the input ends, not where the data would.
  bool overlaps = false;   ///< Its range begins inside an earlier member's.
  bool elsewhere = false;  ///< Of a split archive, in a part that is not in the input.
  bool unlisted = false;   ///< Told by its local header alone, though there is a directory.
  std::uint16_t time = 0;  ///< As stored; checks a password where there is a descriptor (6.1.6).
  std::optional<LocalReading> local;
};

struct Directory {
  std::vector<Member> members;  ///< In the directory's order.
  std::vector<Anomaly> anomalies;
  std::uint64_t end = 0;  ///< Where the end record with its comment ends; 0 where there is none.
  bool cut_off = false;   ///< Of a split archive, the other parts not being in the input.
  bool has(Anomaly anomaly) const;
};

/// Reads the directory of the archive in `input`. Parts of a split archive, put together in order,
/// are read as one where all but the last are of one size, as writers make them. Pays one budget
/// step for each member and for each 64 bytes searched. Errors: not_this_format where neither a
/// directory nor a local header is found, budget_spent.
Result<Directory> read_directory(Bytes input, Budget& budget);

}  // namespace antidotary::zip
