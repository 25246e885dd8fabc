// UDF: the file system of DVDs, of larger discs and of many .iso and .img files.
//
// libarchive and libtsk read none. Images that are ISO 9660 as well are opened as each: the two
// directories may name different files. Spec: ECMA-167 (3rd edition, 1997) and OSTA UDF 2.01;
// numbers in comments are ECMA-167's parts and sections. Partitions that are virtual or have their
// metadata in a file (UDF 2.50) are not read.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/reader.h"
#include "core/text.h"
#include "unpack/brought.h"
#include "unpack/opener.h"
#include "unpack/paths.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t descriptors_max = 256, extents_max = 100'000;
constexpr std::size_t anchor_sector = 256;
constexpr std::array<std::size_t, 3> sectors_tried = {2048, 512, 4096};
constexpr std::size_t folders_max = 100'000, depth_max = 64;
constexpr std::size_t folder_bytes_max = 64u << 20;
enum Tag : unsigned {
  anchor_tag = 2,
  partition_tag = 5,
  volume_tag = 6,
  end_tag = 8,
  file_set_tag = 256,
  name_tag = 257,
  continuation_tag = 258,
  file_tag = 261,
  extended_file_tag = 266,
};

struct Place {
  std::uint32_t block = 0;
  unsigned partition = 0;  ///< By the volume's table of them.
  bool operator<(const Place& other) const {
    return std::pair(partition, block) < std::pair(other.partition, other.block);
  }
};

struct Extent {
  Place place;
  std::uint32_t size = 0;
  unsigned kind = 0;  ///< 0 recorded, 1 and 2 not, 3: more extents stand there.
};

struct File {
  bool folder = false;
  std::uint64_t size = 0;
  std::vector<Extent> extents;
  Bytes inside;  ///< What is small enough stands in the entry itself.
};

/// A long_ad (4/14.14.2.2).
Extent long_extent(Bytes bytes, std::size_t at) {
  const std::uint32_t size = load_u32_le(bytes, at);
  return {{load_u32_le(bytes, at + 4), load_u16_le(bytes, at + 8)}, size & 0x3fffffff, size >> 30};
}

/// A name (OSTA 2.1.1): a first byte that says how wide its letters are.
std::string name_of(Bytes bytes) {
  if (bytes.empty()) return "";
  const Bytes rest = bytes.subspan(1);
  if (bytes[0] != std::byte{16}) return utf8_from_latin1(as_text(rest));
  Buffer swapped = to_buffer(rest.first(rest.size() & ~std::size_t{1}));
  for (std::size_t i = 0; i + 1 < swapped.size(); i += 2) std::swap(swapped[i], swapped[i + 1]);
  return utf8_from_utf16_le(swapped);
}

class Volume {
 public:
  Volume(Bytes bytes, Budget& budget, const Visitor& visitor)
      : bytes_(bytes), budget_(budget), visitor_(visitor) {}

  Status run() {
    ANTIDOTARY_CHECK(read_descriptors());
    const Bytes set = ANTIDOTARY_TRY(block(file_set_, block_bytes_));
    if (tag_of(set) != file_set_tag || set.size() < 416) {
      return fail(ErrorKind::malformed, "no file set where it should stand");
    }
    struct Folder {
      Place place;
      std::string path;
      std::size_t depth;
    };
    std::vector<Folder> folders = {{long_extent(set, 400).place, "", 0}};
    std::set<Place> seen;
    bool too_deep = false;
    while (!folders.empty()) {
      const Folder folder = std::move(folders.back());
      folders.pop_back();
      if (!seen.insert(folder.place).second) continue;
      if (seen.size() > folders_max) {
        return fail(ErrorKind::refused, "more than {} folders", folders_max);
      }
      const auto listed = list(folder.place, folder.path);
      if (!listed) {
        visitor_.missed({folder.path, listed.error()});
        if (listed.error().kind == ErrorKind::budget_spent) return {};
        continue;
      }
      for (const auto& [name, place] : *listed) {
        if (folder.depth < depth_max) {
          folders.push_back({place, name, folder.depth + 1});
        } else {
          too_deep = true;
        }
      }
    }
    if (too_deep) return fail(ErrorKind::refused, "folders deeper than {}", depth_max);
    return {};
  }

 private:
  static unsigned tag_of(Bytes bytes) { return bytes.size() < 16 ? 0 : load_u16_le(bytes, 0); }

  Bytes sector(std::uint64_t number) const {
    if (number > bytes_.size() / sector_bytes_) return {};
    const Bytes rest = bytes_.subspan(static_cast<std::size_t>(number) * sector_bytes_);
    return rest.first(std::min(rest.size(), sector_bytes_));
  }

  /// No field says how large the medium's sectors are: where the anchor stands does.
  Bytes anchor() {
    for (const std::size_t size : sectors_tried) {
      sector_bytes_ = size;
      const Bytes found = sector(anchor_sector);
      if (tag_of(found) == anchor_tag && found.size() >= 512) return found;
    }
    return {};
  }

  /// The volume's own table: where partitions begin, and which of them files count from.
  Status read_descriptors() {
    const Bytes found = anchor();
    if (found.empty()) {
      return fail(ErrorKind::malformed, "no volume descriptor where it should stand");
    }
    const std::size_t count =
        std::min<std::size_t>(load_u32_le(found, 16) / sector_bytes_, descriptors_max);
    const std::uint64_t first = load_u32_le(found, 20);
    std::map<unsigned, std::uint64_t> starts;
    Bytes volume;
    for (std::size_t i = 0; i < count; ++i) {
      ANTIDOTARY_CHECK(budget_.step(64));
      const Bytes descriptor = sector(first + i);
      const unsigned tag = tag_of(descriptor);
      if (descriptor.size() < 512 || tag == end_tag) break;
      if (tag == partition_tag) starts[load_u16_le(descriptor, 22)] = load_u32_le(descriptor, 188);
      if (tag == volume_tag) volume = descriptor;
    }
    if (volume.empty()) return fail(ErrorKind::malformed, "it describes no volume");
    block_bytes_ = load_u32_le(volume, 212);
    if (block_bytes_ < 512 || block_bytes_ > 32768) {
      return fail(ErrorKind::malformed, "blocks of {} bytes", block_bytes_);
    }
    file_set_ = long_extent(volume, 248).place;
    return read_maps(volume, starts);
  }

  Status read_maps(Bytes volume, const std::map<unsigned, std::uint64_t>& starts) {
    std::size_t at = 440;
    for (std::uint32_t i = load_u32_le(volume, 268); i > 0; --i) {
      if (volume.size() - at < 6) return fail(ErrorKind::malformed, "its map ends early");
      const unsigned kind = std::to_integer<unsigned>(volume[at]);
      const std::size_t size = std::to_integer<std::size_t>(volume[at + 1]);
      if (size < 6 || size > volume.size() - at) {
        return fail(ErrorKind::malformed, "its map is damaged");
      }
      const Bytes map = volume.subspan(at, size);
      at += size;
      unsigned number = load_u16_le(map, 4);
      if (kind == 2) {
        const std::string_view name = as_text(map.subspan(std::min<std::size_t>(5, map.size())));
        if (map.size() < 64 || !name.starts_with("*UDF Sparable")) {
          return fail(ErrorKind::unsupported, "a kind of partition that is not read");
        }
        number = load_u16_le(map, 38);
      }
      const auto start = starts.find(number);
      if (start == starts.end()) return fail(ErrorKind::malformed, "a partition is not described");
      partitions_.push_back(start->second);
    }
    return {};
  }

  /// `size` bytes from a block on.
  Result<Bytes> block(const Place& place, std::uint64_t size) const {
    if (place.partition >= partitions_.size()) {
      return fail(ErrorKind::malformed, "it names a partition that is not there");
    }
    // Partitions begin at sectors of the volume; both numbers have 32 bits.
    const std::uint64_t at =
        partitions_[place.partition] * sector_bytes_ + std::uint64_t{place.block} * block_bytes_;
    if (at > bytes_.size() || size > bytes_.size() - at) {
      return fail_at(at, ErrorKind::truncated, "the image ends early");
    }
    return bytes_.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(size));
  }

  /// A file entry (4/14.9) or an extended one (4/14.17).
  Result<File> read_file(const Place& place) {
    const Bytes entry = ANTIDOTARY_TRY(block(place, block_bytes_));
    const unsigned tag = tag_of(entry);
    if (tag != file_tag && tag != extended_file_tag) {
      return fail(ErrorKind::malformed, "no file entry where it should stand");
    }
    const std::size_t head = tag == file_tag ? 176 : 216;
    const std::size_t attributes = load_u32_le(entry, head - 8);
    const std::size_t size = load_u32_le(entry, head - 4);
    if (attributes > entry.size() - head || size > entry.size() - head - attributes) {
      return fail(ErrorKind::malformed, "a file entry is damaged");
    }
    File out;
    out.folder = entry[27] == std::byte{4};
    out.size = load_u64_le(entry, 56);
    const unsigned kind = load_u16_le(entry, 34) & 7u;
    const Bytes rows = entry.subspan(head + attributes, size);
    if (kind == 3) {
      out.inside = rows.first(static_cast<std::size_t>(std::min<std::uint64_t>(size, out.size)));
      return out;
    }
    if (kind > 1) return fail(ErrorKind::unsupported, "extents of kind {}", kind);
    ANTIDOTARY_CHECK(read_extents(rows, kind == 1, place.partition, out.extents));
    return out;
  }

  Status read_extents(Bytes rows, bool wide, unsigned partition, std::vector<Extent>& out) {
    const std::size_t width = wide ? 16 : 8;
    for (std::size_t at = 0; rows.size() - at >= width; at += width) {
      ANTIDOTARY_CHECK(budget_.step(width));
      Extent extent;
      if (wide) {
        extent = long_extent(rows, at);
      } else {
        const std::uint32_t size = load_u32_le(rows, at);
        extent = {{load_u32_le(rows, at + 4), partition}, size & 0x3fffffff, size >> 30};
      }
      if (extent.size == 0) break;
      if (out.size() >= extents_max) return fail(ErrorKind::refused, "too many extents");
      if (extent.kind != 3) {
        out.push_back(extent);
        continue;
      }
      const Bytes more = ANTIDOTARY_TRY(block(extent.place, block_bytes_));
      if (tag_of(more) != continuation_tag || ++continuations_ > extents_max) {
        return fail(ErrorKind::malformed, "its extents do not go on where they should");
      }
      const std::size_t size = std::min<std::size_t>(load_u32_le(more, 20), more.size() - 24);
      rows = more.subspan(24, size);
      at = 0 - width;  // the first of them next
    }
    return {};
  }

  Brought bring_file(const File& file) {
    Brought out;
    std::uint64_t left = file.size;
    if (!file.inside.empty() && bring(out, file.inside, budget_)) left -= file.inside.size();
    for (const Extent& extent : file.extents) {
      if (left == 0 || out.error) break;
      const std::uint64_t size = std::min<std::uint64_t>(extent.size, left);
      left -= size;
      if (extent.kind != 0) continue;  // a hole
      const auto piece = block(extent.place, size);
      if (piece) {
        bring(out, *piece, budget_);
      } else {
        out.error = piece.error();
      }
    }
    if (!out.error && left > 0) {
      out.error = Error{ErrorKind::malformed, "its extents hold less than its size", std::nullopt};
    }
    return out;
  }

  /// Hands out the files of a folder and answers its folders.
  Result<std::vector<std::pair<std::string, Place>>> list(const Place& place,
                                                          const std::string& path) {
    const File folder = ANTIDOTARY_TRY(read_file(place));
    if (!folder.folder) {  // its name alone says that it is one
      ANTIDOTARY_CHECK(hand_out_file(folder, path));
      return std::vector<std::pair<std::string, Place>>{};
    }
    if (folder.size > folder_bytes_max)
      return fail(ErrorKind::refused, "a folder of {} bytes", folder.size);
    const Brought names = bring_file(folder);
    std::vector<std::pair<std::string, Place>> out;
    const Bytes rows = names.bytes;
    for (std::size_t at = 0; rows.size() - at >= 38;) {
      ANTIDOTARY_CHECK(budget_.step(64));
      const Bytes row = rows.subspan(at);
      if (tag_of(row) != name_tag) return fail(ErrorKind::malformed, "a folder is damaged");
      const unsigned traits = std::to_integer<unsigned>(row[18]);
      const std::size_t name_bytes = std::to_integer<std::size_t>(row[19]);
      const std::size_t before = std::size_t{38} + load_u16_le(row, 36);
      if (before > row.size() || name_bytes > row.size() - before) {
        return fail(ErrorKind::malformed, "a folder is damaged");
      }
      at += std::min((before + name_bytes + 3) & ~std::size_t{3}, row.size());
      if ((traits & (4 | 8)) != 0) continue;  // deleted, or the folder above
      std::string name = joined(path, name_of(row.subspan(before, name_bytes)));
      ANTIDOTARY_CHECK(budget_.step(name.size() / 8));
      const Place where = long_extent(row, 20).place;
      if ((traits & 2) != 0 || ANTIDOTARY_TRY(open_file(where, name))) {
        ANTIDOTARY_CHECK(budget_.new_object());
        out.emplace_back(std::move(name), where);
      }
    }
    if (names.error) return tl::unexpected(*names.error);
    return out;
  }

  /// True where it is a folder whatever its name's row says: nothing is done then.
  Result<bool> open_file(const Place& place, const std::string& name) {
    const auto file = read_file(place);
    if (file && file->folder) return true;
    if (file) {
      ANTIDOTARY_CHECK(hand_out_file(*file, name));
      return false;
    }
    ANTIDOTARY_CHECK(budget_.new_object());
    ++number_;
    visitor_.missed({name.empty() ? fmt::format("file {}", number_) : name, file.error()});
    return false;
  }

  Status hand_out_file(const File& file, std::string name) {
    ANTIDOTARY_CHECK(budget_.new_object());
    ++number_;
    if (name.empty()) name = fmt::format("file {}", number_);
    if (visitor_.member) {
      visitor_.member({name, file.size, file.size, false, number_, std::nullopt});
    }
    if (visitor_.wanted && !visitor_.wanted(number_ - 1)) return {};
    const Brought brought = bring_file(file);
    hand_out(name, brought, visitor_);
    if (brought.purse_empty) return tl::unexpected(*brought.error);
    return {};
  }

  Bytes bytes_;
  Budget& budget_;
  const Visitor& visitor_;
  std::size_t sector_bytes_ = 2048, block_bytes_ = 2048;
  Place file_set_;
  std::vector<std::uint64_t> partitions_;  ///< First sectors.
  std::size_t continuations_ = 0;
  std::size_t number_ = 0;
};

void open_udf(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = Volume(bytes, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> udf_openers() {
  static constexpr std::array rows = {Opener{Format::udf, &open_udf}};
  return rows;
}

}  // namespace antidotary::unpack
