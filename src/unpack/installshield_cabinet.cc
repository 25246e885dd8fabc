// InstallShield's cabinets, versions 5 to 13 as `unshield` knows them.
//
// No library of Debian's brings a file out of memory: libunshield reads its volumes by their paths.
// By the format's public description (the unshield project's notes on the layout): a common header
// of 20 bytes, a volume header, and in the file that has the directory a descriptor with a table of
// directories and files. A file is packed as chunks, a size of 16 bits before each DEFLATE stream.
#include "unpack/installshield_cabinet.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <set>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "formats/mime/encoding.h"
#include "unpack/codecs/streams.h"

namespace antidotary::unpack {
namespace {

constexpr std::uint32_t signature = 0x28635349;  // "ISc("
constexpr std::size_t common_bytes = 20, descriptor_bytes = 0x57, narrow_row_bytes = 0x2a,
                      md5_bytes = 16;
constexpr std::uint32_t split_flag = 1, obfuscated_flag = 2, compressed_flag = 4, invalid_flag = 8;
constexpr std::uint8_t link_earlier_flag = 1;
constexpr unsigned major_wide_rows = 6, major_utf16 = 17;
constexpr std::size_t name_bytes_max = 4096;

struct Entry {
  std::uint32_t flags = 0;
  std::uint64_t unpacked_bytes = 0, packed_bytes = 0, offset = 0;
  std::uint32_t name_at = 0, directory = 0;
  Bytes md5;  ///< Empty where the version keeps none.
  std::size_t volume = 1;
  std::uint32_t row = 0;  ///< Whose bytes these are.
  /// The file whose bytes are these, where an earlier one has them already.
  std::optional<std::uint32_t> earlier;
};

/// Where a volume's first and last file stand in it, which is how a split file is put together.
struct Volume {
  Bytes bytes;
  std::uint32_t first_index = 0, last_index = 0;
  std::uint64_t first_offset = 0, first_packed = 0, first_unpacked = 0;
  std::uint64_t last_offset = 0, last_packed = 0, last_unpacked = 0;
};

unsigned major_of(Bytes header) {
  const std::uint32_t version = load_u32_le(header, 4);
  if (version >> 24 == 1) return (version >> 12) & 0xf;
  return (version & 0xffff) / 100;
}

Result<Volume> read_volume(Bytes bytes, unsigned major) {
  Volume out;
  out.bytes = bytes;
  Reader reader(bytes, common_bytes);
  const bool wide = major >= major_wide_rows;
  const auto number = [&]() -> Result<std::uint64_t> {
    if (wide) return reader.u64_le();
    return ANTIDOTARY_TRY(reader.u32_le());
  };
  ANTIDOTARY_CHECK(reader.skip(8));  // where the data begin
  out.first_index = ANTIDOTARY_TRY(reader.u32_le());
  out.last_index = ANTIDOTARY_TRY(reader.u32_le());
  out.first_offset = ANTIDOTARY_TRY(number());
  out.first_unpacked = ANTIDOTARY_TRY(number());
  out.first_packed = ANTIDOTARY_TRY(number());
  out.last_offset = ANTIDOTARY_TRY(number());
  out.last_unpacked = ANTIDOTARY_TRY(number());
  out.last_packed = ANTIDOTARY_TRY(number());
  return out;
}

/// The directory: rows are read one at a time, so that a count alone costs nothing.
class Directory {
 public:
  static Result<Directory> read(Bytes header) {
    Directory out;
    out.major_ = major_of(header);
    const std::uint32_t at = load_u32_le(header, 12);
    if (at > header.size()) return fail(ErrorKind::truncated, "its directory is not there");
    Reader reader(header.subspan(at));
    ANTIDOTARY_CHECK(reader.seek(0xc));
    const std::uint32_t table_at = ANTIDOTARY_TRY(reader.u32_le());
    ANTIDOTARY_CHECK(reader.skip(12));
    out.directories_ = ANTIDOTARY_TRY(reader.u32_le());
    ANTIDOTARY_CHECK(reader.skip(8));
    out.files_ = ANTIDOTARY_TRY(reader.u32_le());
    out.rows_at_ = ANTIDOTARY_TRY(reader.u32_le());
    const Bytes descriptor = header.subspan(at);
    if (table_at > descriptor.size()) return fail(ErrorKind::truncated, "its table is not there");
    out.table_ = descriptor.subspan(table_at);
    out.table_at_ = std::uint64_t{at} + table_at;
    return out;
  }

  std::uint32_t files() const { return files_; }
  unsigned major() const { return major_; }

  Result<Entry> row(std::uint32_t index) const {
    return major_ >= major_wide_rows ? wide_row(index) : narrow_row(index);
  }

  /// How far into the header file what is read of the directory reaches: its rows and their names,
  /// up to the first row that is not there.
  Result<std::uint64_t> end(Budget& budget) const {
    std::size_t out = 0;
    for (std::uint32_t i = 0; i < files_; ++i) {
      ANTIDOTARY_CHECK(budget.step(descriptor_bytes));
      const auto at = row_at(i);
      const auto entry = row(i);
      if (!at || !entry) break;
      out = std::max(out, *at + row_bytes());
      const Bytes name = name_bytes(entry->name_at);
      if (!name.empty()) out = std::max(out, entry->name_at + name.size());
    }
    return table_at_ + out;
  }

  /// "DIRECTORY/NAME"; where either cannot be read it is left out.
  std::string name_of(const Entry& entry) const {
    std::string out;
    if (const auto at = offset_at(entry.directory); at && entry.directory < directories_) {
      out = text_at(*at);
    }
    if (!out.empty()) out += '/';
    return out + text_at(entry.name_at);
  }

 private:
  Result<std::uint32_t> offset_at(std::uint64_t index) const {
    if (index > table_.size() / 4) return fail(ErrorKind::truncated, "its table ends early");
    return Reader(table_, static_cast<std::size_t>(index) * 4).u32_le();
  }

  /// A name as it stands, without its end.
  Bytes name_bytes(std::size_t at) const {
    if (at >= table_.size()) return {};
    const Bytes rest = table_.subspan(at);
    const Bytes some = rest.first(std::min(rest.size(), name_bytes_max));
    std::size_t end = 0;
    if (major_ < major_utf16) {
      end = std::min(as_text(some).find('\0'), some.size());
    } else {
      while (some.size() - end >= 2 && load_u16_le(some, end) != 0) end += 2;
    }
    return some.first(end);
  }

  std::string text_at(std::size_t at) const {
    const Bytes name = name_bytes(at);
    return major_ < major_utf16 ? mime::to_utf8("", as_text(name)) : utf8_from_utf16_le(name);
  }

  std::size_t row_bytes() const {
    if (major_ >= major_wide_rows) return descriptor_bytes;
    return narrow_row_bytes + (major_ == 5 ? md5_bytes : 0);
  }

  Result<std::size_t> row_at(std::uint32_t index) const {
    if (major_ < major_wide_rows) return offset_at(std::uint64_t{directories_} + index);
    const std::uint64_t at = rows_at_ + std::uint64_t{index} * descriptor_bytes;
    if (at > table_.size()) return fail(ErrorKind::truncated, "its table ends early");
    return static_cast<std::size_t>(at);
  }

  Result<Entry> wide_row(std::uint32_t index) const {
    Reader reader(table_, ANTIDOTARY_TRY(row_at(index)));
    Entry out;
    out.flags = ANTIDOTARY_TRY(reader.u16_le());
    out.unpacked_bytes = ANTIDOTARY_TRY(reader.u64_le());
    out.packed_bytes = ANTIDOTARY_TRY(reader.u64_le());
    out.offset = ANTIDOTARY_TRY(reader.u64_le());
    out.md5 = ANTIDOTARY_TRY(reader.take(md5_bytes));
    ANTIDOTARY_CHECK(reader.skip(16));
    out.name_at = ANTIDOTARY_TRY(reader.u32_le());
    out.directory = ANTIDOTARY_TRY(reader.u16_le());
    ANTIDOTARY_CHECK(reader.skip(12));
    const std::uint32_t linked = ANTIDOTARY_TRY(reader.u32_le());
    ANTIDOTARY_CHECK(reader.skip(4));
    const bool is_link = (ANTIDOTARY_TRY(reader.u8()) & link_earlier_flag) != 0;
    if (is_link && linked < index) out.earlier = linked;
    out.volume = ANTIDOTARY_TRY(reader.u16_le());
    return out;
  }

  Result<Entry> narrow_row(std::uint32_t index) const {
    const std::size_t at = ANTIDOTARY_TRY(row_at(index));
    Reader reader(table_);
    ANTIDOTARY_CHECK(reader.seek(at));
    Entry out;
    out.name_at = ANTIDOTARY_TRY(reader.u32_le());
    out.directory = ANTIDOTARY_TRY(reader.u32_le());
    out.flags = ANTIDOTARY_TRY(reader.u16_le());
    out.unpacked_bytes = ANTIDOTARY_TRY(reader.u32_le());
    out.packed_bytes = ANTIDOTARY_TRY(reader.u32_le());
    ANTIDOTARY_CHECK(reader.skip(0x14));
    out.offset = ANTIDOTARY_TRY(reader.u32_le());
    if (major_ == 5) out.md5 = ANTIDOTARY_TRY(reader.take(md5_bytes));
    out.volume = 0;  // it is said by the volumes
    return out;
  }

  unsigned major_ = 0;
  std::uint32_t directories_ = 0, files_ = 0, rows_at_ = 0;
  std::uint64_t table_at_ = 0;  ///< In the header file.
  Bytes table_;
};

/// A file's bytes as they stand in the volumes, one behind the other; paid for in steps.
Result<Buffer> gather(const Entry& entry, std::span<const Volume> volumes, Budget& budget) {
  Buffer out;
  std::uint64_t left =
      (entry.flags & compressed_flag) != 0 ? entry.packed_bytes : entry.unpacked_bytes;
  std::uint64_t at = entry.offset;
  for (std::size_t number = entry.volume; left > 0; ++number) {
    if (number == 0 || number > volumes.size()) {
      return fail(ErrorKind::unsupported, "its bytes are in another file (volume {})", number);
    }
    const Volume& volume = volumes[number - 1];
    const bool packed = (entry.flags & compressed_flag) != 0;
    if (number != entry.volume) at = volume.first_offset;
    std::uint64_t here = left;
    if ((entry.flags & split_flag) != 0) {
      const bool goes_on = number != entry.volume && entry.row == volume.first_index;
      const bool starts = number == entry.volume && entry.row == volume.last_index;
      if (goes_on) here = packed ? volume.first_packed : volume.first_unpacked;
      if (starts) here = packed ? volume.last_packed : volume.last_unpacked;
      here = std::min(here, left);
    }
    if (at > volume.bytes.size() || here > volume.bytes.size() - at || here == 0) {
      return fail(ErrorKind::truncated, "its volume ends early");
    }
    const Bytes piece =
        volume.bytes.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(here));
    ANTIDOTARY_CHECK(budget.step(piece.size() / 8 + 1));
    out.insert(out.end(), piece.begin(), piece.end());
    left -= here;
  }
  return out;
}

void reveal(Buffer& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = static_cast<std::uint8_t>(std::to_integer<unsigned>(bytes[i]) ^ 0xd5);
    bytes[i] = static_cast<std::byte>(
        static_cast<std::uint8_t>(std::rotr(value, 2) - static_cast<unsigned>(i % 0x47)));
  }
}

void unpack_chunks(Brought& out, Bytes packed, std::uint64_t unpacked_bytes, Budget& budget) {
  Reader reader(packed);
  while (out.bytes.size() < unpacked_bytes && !out.error) {
    const auto size = reader.u16_le();
    const auto chunk = size ? reader.take(*size) : Result<Bytes>(tl::unexpected(size.error()));
    if (!chunk) {
      out.error = chunk.error();
      return;
    }
    if (const auto paid = budget.step(64); !paid) {
      out.error = paid.error();
      out.purse_empty = true;
      return;
    }
    const std::size_t taken = unpack_stream_onto(out, Packing::deflate, *chunk, budget);
    // A chunk may end at a flush and not at a last block; whether all is there says the size.
    const bool flushed = out.error && out.error->kind == ErrorKind::truncated;
    if (flushed && taken == chunk->size()) out.error.reset();
  }
}

Brought bring_file(const Entry& entry, std::span<const Volume> volumes, Budget& budget) {
  Brought out;
  auto stored = gather(entry, volumes, budget);
  if (!stored) {
    out.error = stored.error();
    out.purse_empty = stored.error().kind == ErrorKind::budget_spent;
    return out;
  }
  if ((entry.flags & obfuscated_flag) != 0) reveal(*stored);
  if ((entry.flags & compressed_flag) != 0) {
    unpack_chunks(out, *stored, entry.unpacked_bytes, budget);
  } else {
    bring(out, *stored, budget);
  }
  if (out.error || entry.md5.empty()) return out;
  const bool none =
      std::all_of(entry.md5.begin(), entry.md5.end(), [](std::byte b) { return b == std::byte{}; });
  if (!none && hex_digest(DigestKind::md5, out.bytes) != to_hex(entry.md5)) {
    out.error = Error{ErrorKind::malformed, "its checksum is wrong", std::nullopt};
  }
  return out;
}

/// A row whose bytes stand nowhere: a file that the project names and the setup does not hold.
bool is_nowhere(const Entry& entry) {
  return entry.offset == 0 || entry.name_at == 0 || entry.unpacked_bytes == 0;
}

bool is_damage(ErrorKind kind) {
  return kind == ErrorKind::malformed || kind == ErrorKind::truncated;
}

class Cabinet {
 public:
  Cabinet(const Directory& directory, std::span<const Volume> volumes, Budget& budget,
          const Visitor& visitor)
      : directory_(directory), volumes_(volumes), budget_(budget), visitor_(visitor) {}

  Result<Next> open() {
    for (std::uint32_t i = 0; i < directory_.files(); ++i) {
      const auto entry = ANTIDOTARY_TRY(next(i));
      if (!entry) continue;
      const std::string name = ANTIDOTARY_TRY(tell(*entry, i));
      if (visitor_.wanted && !visitor_.wanted(i)) continue;
      const Brought brought = bring_file(*entry, volumes_, budget_);
      hand_out(name, brought, visitor_);
      if (brought.purse_empty) return Next::purse_empty;
    }
    return Next::end;
  }

  /// Of a header file, which lists what stands in others. That some of it may stand in the file
  /// itself no field says for sure: what does come out is handed out, and that it is damaged counts
  /// only where the bytes are not the directory's own, of which honest rows speak by chance. The
  /// directory's are those that it states and that are read as such.
  Result<Next> open_header(std::uint64_t directory_at, std::uint64_t directory_bytes) {
    const std::uint64_t size = volumes_.front().bytes.size();
    const std::uint64_t directory_end =
        std::min(directory_at + directory_bytes, ANTIDOTARY_TRY(directory_.end(budget_)));
    for (std::uint32_t i = 0; i < directory_.files(); ++i) {
      auto entry = ANTIDOTARY_TRY(next(i));
      if (!entry || entry->volume > 1) continue;
      if (visitor_.wanted && !visitor_.wanted(i)) continue;
      entry->volume = 1;
      if (entry->offset >= size) continue;
      const bool packed = (entry->flags & compressed_flag) != 0;
      const std::uint64_t bytes = packed ? entry->packed_bytes : entry->unpacked_bytes;
      if (bytes > size - entry->offset) continue;
      Brought brought = bring_file(*entry, volumes_, budget_);
      const bool by_chance = entry->offset >= directory_at && entry->offset < directory_end &&
                             (!packed || brought.bytes.size() != entry->unpacked_bytes);
      if (by_chance && brought.error && is_damage(brought.error->kind)) brought.error.reset();
      if (by_chance && brought.bytes.empty() && !brought.error) continue;
      hand_out(ANTIDOTARY_TRY(tell(*entry, i)), brought, visitor_);
      if (brought.purse_empty) return Next::purse_empty;
    }
    return Next::end;
  }

 private:
  /// The row `index` with its bytes' place; nullopt where they stand nowhere or came out before.
  Result<std::optional<Entry>> next(std::uint32_t index) {
    ANTIDOTARY_CHECK(budget_.step(descriptor_bytes));
    Entry entry = ANTIDOTARY_TRY(directory_.row(index));
    entry.row = index;
    if ((entry.flags & invalid_flag) != 0) return std::nullopt;
    // A link's bytes are those of the row it leads to, which need not be valid by itself.
    while (entry.earlier) {
      ANTIDOTARY_CHECK(budget_.step(descriptor_bytes));
      const std::uint32_t earlier = *entry.earlier;
      entry.earlier.reset();
      if (opened_.contains(earlier)) return std::nullopt;
      const Entry linked = ANTIDOTARY_TRY(directory_.row(earlier));
      if (is_nowhere(linked)) break;
      opened_.insert(earlier);
      const auto [name_at, folder] = std::pair(entry.name_at, entry.directory);
      entry = linked;
      entry.row = earlier;
      entry.name_at = name_at;
      entry.directory = folder;
    }
    if (is_nowhere(entry)) return std::nullopt;
    opened_.insert(index);
    for (std::size_t v = 0; entry.volume == 0 && v < volumes_.size(); ++v) {
      if (index >= volumes_[v].first_index && index <= volumes_[v].last_index) entry.volume = v + 1;
    }
    return entry;
  }

  /// Pays for a file and tells of it; answers its name.
  Result<std::string> tell(const Entry& entry, std::uint32_t index) {
    ANTIDOTARY_CHECK(budget_.new_object());
    std::string name = directory_.name_of(entry);
    if (name.empty()) name = fmt::format("member {}", index + 1);
    if (visitor_.member) {
      visitor_.member(
          {name, entry.packed_bytes, entry.unpacked_bytes, false, index + 1u, std::nullopt});
    }
    return name;
  }

  const Directory& directory_;
  std::span<const Volume> volumes_;
  Budget& budget_;
  const Visitor& visitor_;
  std::set<std::uint32_t> opened_;  ///< Rows whose bytes came out.
};

Result<Next> open_volumes(Bytes header, std::span<const Bytes> volumes, bool alone, Budget& budget,
                          const Visitor& visitor) {
  const Directory directory = ANTIDOTARY_TRY(Directory::read(header));
  if (directory.files() == 0) return fail(ErrorKind::malformed, "its directory lists no file");
  std::vector<Volume> read;
  for (const Bytes bytes : volumes.first(std::min(volumes.size(), installshield_volumes_max))) {
    ANTIDOTARY_CHECK(budget.step(64));
    read.push_back(ANTIDOTARY_TRY(read_volume(bytes, directory.major())));
  }
  Cabinet cabinet(directory, read, budget, visitor);
  // In a header file no data begin.
  if (alone && load_u32_le(header, common_bytes) == 0) {
    return cabinet.open_header(load_u32_le(header, 12), load_u32_le(header, 16));
  }
  return cabinet.open();
}

}  // namespace

void open_installshield_alone(Bytes bytes, Budget& budget, const Visitor& visitor) {
  if (bytes.size() < common_bytes + 40 || load_u32_le(bytes, 0) != signature) {
    return visitor.missed({"", Error{ErrorKind::not_this_format, "not of this format", {}}});
  }
  if (!has_installshield_directory(bytes)) {
    return visitor.missed(
        {"", Error{ErrorKind::unsupported, "its directory is in another file (.hdr)", {}}});
  }
  const auto next = open_volumes(bytes, std::array{bytes}, true, budget, visitor);
  if (!next) visitor.missed({"", next.error()});
}

bool has_installshield_directory(Bytes bytes) {
  return bytes.size() >= common_bytes + 40 && load_u32_le(bytes, 0) == signature &&
         load_u32_le(bytes, 16) != 0;
}

bool open_installshield_cabinet(Bytes header, std::span<const Bytes> volumes, Budget& budget,
                                const Visitor& visitor) {
  if (!has_installshield_directory(header)) return true;
  const auto next = open_volumes(header, volumes, false, budget, visitor);
  if (next) return *next != Next::purse_empty;
  visitor.missed({"", next.error()});
  return next.error().kind != ErrorKind::budget_spent;
}

}  // namespace antidotary::unpack
