// WIM: Microsoft's imaging format, of Windows' installation media and of backups.
//
// Files are kept once by their SHA-1, whole or in chunks that are each packed for itself; the
// images name them in metadata of their own. libwim reads by path alone, so this is own code. Spec:
// Microsoft, "Windows Imaging File Format (WIM)" (2007). Solid resources (.esd) are not read.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "unpack/brought.h"
#include "unpack/codecs/wim_methods.h"
#include "unpack/opener.h"
#include "unpack/paths.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t images_at = 44, header_bytes = 208, row_bytes = 50, digest_bytes = 20,
                      entry_bytes = 102;
constexpr std::uint32_t xpress_flag = 0x20000, lzx_flag = 0x40000, any_packing_flag = 0x2;
constexpr std::size_t chunk_bytes_min = 1u << 12, chunk_bytes_max = 1u << 21;
constexpr std::size_t folders_max = 100'000, resources_max = 500'000;
constexpr std::size_t names_bytes_max = 32u << 20;
enum Flag : unsigned { metadata = 2, packed = 4, spanned = 8, solid = 16 };

using Digest = std::array<std::byte, digest_bytes>;  ///< A SHA-1.

Digest digest_at(Bytes bytes, std::size_t at) {
  Digest out;
  const Bytes from = bytes.subspan(at, out.size());
  std::copy(from.begin(), from.end(), out.begin());
  return out;
}

struct Resource {
  std::uint64_t offset = 0, size = 0, unpacked = 0;
  unsigned flags = 0;
  unsigned part = 1;
  Digest digest = {};
};

Resource resource_at(Bytes bytes) {
  Resource out;
  const std::uint64_t first = load_u64_le(bytes, 0);
  out.size = first & 0x00ffffffffffffffull;
  out.flags = static_cast<unsigned>(first >> 56);
  out.offset = load_u64_le(bytes, 8);
  out.unpacked = load_u64_le(bytes, 16);
  return out;
}

/// Paths by SHA-1, of the files whose bytes the table of resources knows. Other files have none to
/// name, however many the metadata speak of.
class Names {
 public:
  explicit Names(std::vector<Digest> known) : known_(std::move(known)) {
    std::sort(known_.begin(), known_.end());
  }

  const std::string* find(const Digest& digest) const {
    const auto found = names_.find(digest);
    return found == names_.end() ? nullptr : &found->second;
  }

  /// Of one image's metadata; of folders with the same contents the first.
  void read(Bytes image, Budget& budget) {
    if (image.size() < 8) return;
    const std::size_t root = (load_u32_le(image, 0) + std::size_t{7}) & ~std::size_t{7};
    std::vector<Folder> folders = {{root, ""}};
    for (std::size_t seen = 0; !folders.empty() && seen < folders_max; ++seen) {
      const Folder folder = std::move(folders.back());
      folders.pop_back();
      held_bytes_ -= folder.path.size();
      std::size_t at = folder.at;
      while (at <= image.size() && image.size() - at >= entry_bytes) {
        const auto next = read_entry(image, at, folder, folders, budget);
        if (!next) break;
        at = *next;
      }
    }
  }

 private:
  struct Folder {
    std::size_t at = 0;
    std::string path;
  };

  /// Answers where the next entry stands; nullopt behind the last and where the purse is empty.
  std::optional<std::size_t> read_entry(Bytes image, std::size_t at, const Folder& folder,
                                        std::vector<Folder>& folders, Budget& budget) {
    const Bytes entry = image.subspan(at);
    const std::uint64_t length = load_u64_le(entry, 0);
    if (length < entry_bytes || length > entry.size()) return std::nullopt;
    const std::size_t name_bytes = load_u16_le(entry, 100);
    if (name_bytes > length - entry_bytes) return std::nullopt;
    const Digest digest = digest_at(entry, 64);
    const std::uint64_t below = load_u64_le(entry, 16);
    const bool holds = below > at && below < image.size();
    const bool named = std::binary_search(known_.begin(), known_.end(), digest);
    if (!budget.step(64 + (holds || named ? name_bytes / 8 : 0))) return std::nullopt;
    if (holds || named) {
      const Bytes name = entry.subspan(entry_bytes, std::min(name_bytes, path_bytes_max));
      std::string full = joined(folder.path, utf8_from_utf16_le(name));
      if (held_bytes_ + full.size() > names_bytes_max) return std::nullopt;
      if (named && !full.empty() && names_.emplace(digest, full).second) {
        held_bytes_ += full.size();
      }
      if (holds) {
        held_bytes_ += full.size();
        folders.push_back({static_cast<std::size_t>(below), std::move(full)});
      }
    }
    at += (static_cast<std::size_t>(length) + 7) & ~std::size_t{7};
    // Streams of their own stand behind their entry.
    for (unsigned streams = load_u16_le(entry, 96); streams > 0 && at < image.size(); --streams) {
      if (image.size() - at < 8 || !budget.step(16)) break;
      const std::uint64_t size = load_u64_le(image, at);
      if (size < 8 || size > image.size() - at) break;
      at += (static_cast<std::size_t>(size) + 7) & ~std::size_t{7};
    }
    return at;
  }

  std::vector<Digest> known_;
  std::map<Digest, std::string> names_;
  std::size_t held_bytes_ = 0;  ///< Of names, and of paths of folders that are still to be read.
};

class Image {
 public:
  Image(Bytes bytes, Budget& budget, const Visitor& visitor)
      : bytes_(bytes), budget_(budget), visitor_(visitor) {}

  Status run() {
    if (bytes_.size() < header_bytes) return fail(ErrorKind::truncated, "the header ends early");
    flags_ = load_u32_le(bytes_, 16);
    chunk_bytes_ = load_u32_le(bytes_, 20);
    part_ = load_u16_le(bytes_, 40);
    if ((flags_ & any_packing_flag) == 0) chunk_bytes_ = 1u << 15;
    if (chunk_bytes_ < chunk_bytes_min || chunk_bytes_ > chunk_bytes_max) {
      return fail(ErrorKind::unsupported, "chunks of {} bytes", chunk_bytes_);
    }
    Resource table = resource_at(bytes_.subspan(48));
    const Brought rows = bring_resource(table);
    if (rows.error && rows.bytes.empty()) return tl::unexpected(*rows.error);
    for (std::size_t at = 0; rows.bytes.size() - at >= row_bytes; at += row_bytes) {
      ANTIDOTARY_CHECK(budget_.step(row_bytes));
      const Bytes row = Bytes(rows.bytes).subspan(at, row_bytes);
      Resource resource = resource_at(row);
      resource.part = load_u16_le(row, 24);
      resource.digest = digest_at(row, 30);
      if (resources_.size() >= resources_max) {
        return fail(ErrorKind::refused, "more than {} resources", resources_max);
      }
      resources_.push_back(resource);
    }
    std::vector<Digest> known;
    for (const Resource& resource : resources_) known.push_back(resource.digest);
    Names names(std::move(known));
    ANTIDOTARY_CHECK(open_all(true, names));
    ANTIDOTARY_CHECK(open_all(false, names));
    if (rows.error) return tl::unexpected(*rows.error);
    if (resources_.empty() && load_u32_le(bytes_, images_at) > 0) {
      return fail(ErrorKind::malformed, "its images have no resources");
    }
    if (rows.bytes.size() % row_bytes != 0) {
      return fail(ErrorKind::malformed, "its table of resources ends inside a row");
    }
    return {};
  }

 private:
  /// The images' names first, then the files that bear them.
  Status open_all(bool metadata_alone, Names& names) {
    for (const Resource& resource : resources_) {
      const bool is_names = (resource.flags & metadata) != 0;
      if (is_names != metadata_alone || resource.size == 0) continue;
      ANTIDOTARY_CHECK(budget_.new_object());
      ++number_;
      std::string name = fmt::format("{} {}", is_names ? "metadata" : "file", number_);
      if (const std::string* const known = names.find(resource.digest)) name = *known;
      if (visitor_.member) {
        visitor_.member({name, resource.size, resource.unpacked, false, number_, std::nullopt});
      }
      const bool wanted = !visitor_.wanted || visitor_.wanted(number_ - 1);
      if (!wanted && !is_names) continue;
      Brought brought = bring_resource(resource);
      if (!brought.error &&
          hex_digest(DigestKind::sha1, brought.bytes) != to_hex(resource.digest)) {
        brought.error = Error{ErrorKind::malformed, "its checksum is wrong", std::nullopt};
      }
      if (is_names) names.read(brought.bytes, budget_);
      if (wanted) hand_out(name, brought, visitor_);
      if (brought.purse_empty) return {};
    }
    return {};
  }

  Brought bring_resource(const Resource& resource) {
    Brought out;
    const auto stop = [&out](ErrorKind kind, std::string words) {
      out.error = Error{kind, std::move(words), std::nullopt};
    };
    if ((resource.flags & spanned) != 0 || (part_ != 0 && resource.part != part_ && part_ > 1)) {
      stop(ErrorKind::unsupported, "it goes on in another file");
    } else if ((resource.flags & solid) != 0) {
      stop(ErrorKind::unsupported, "packed together with others, which is not read");
    } else if (resource.offset > bytes_.size() || resource.size > bytes_.size() - resource.offset) {
      stop(ErrorKind::truncated, "the archive ends early");
    } else {
      const Bytes data = bytes_.subspan(static_cast<std::size_t>(resource.offset),
                                        static_cast<std::size_t>(resource.size));
      if ((resource.flags & packed) == 0) {
        bring(out, data, budget_);
      } else {
        bring_chunks(out, data, resource.unpacked);
      }
    }
    return out;
  }

  void bring_chunks(Brought& out, Bytes data, std::uint64_t unpacked) {
    if ((flags_ & (xpress_flag | lzx_flag)) == 0) {
      out.error = Error{ErrorKind::unsupported, "packed by LZMS, which is not read", std::nullopt};
      return;
    }
    const std::uint64_t count = unpacked / chunk_bytes_ + (unpacked % chunk_bytes_ != 0 ? 1 : 0);
    const std::size_t width = unpacked >> 32 != 0 ? 8 : 4;
    if (count == 0) return;
    if (count - 1 > data.size() / width) {
      out.error = Error{ErrorKind::truncated, "its table of chunks ends early", std::nullopt};
      return;
    }
    const Bytes table = data.first(static_cast<std::size_t>(count - 1) * width);
    const Bytes chunks = data.subspan(table.size());
    const auto place = [&](std::uint64_t chunk) -> std::uint64_t {
      if (chunk == 0) return 0;
      if (chunk == count) return chunks.size();
      const auto at = static_cast<std::size_t>(chunk - 1) * width;
      return width == 8 ? load_u64_le(table, at) : load_u32_le(table, at);
    };
    for (std::uint64_t i = 0; i < count && !out.error; ++i) {
      const std::uint64_t begin = place(i), end = place(i + 1);
      if (begin > end || end > chunks.size()) {
        out.error = Error{ErrorKind::malformed, "its table of chunks is damaged", std::nullopt};
        return;
      }
      const auto size = static_cast<std::size_t>(
          std::min<std::uint64_t>(chunk_bytes_, unpacked - i * chunk_bytes_));
      out.packed_bytes = static_cast<std::size_t>(end) + table.size();
      bring_chunk(
          out,
          chunks.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)),
          size);
    }
  }

  /// A chunk that would not get smaller stands as it is.
  void bring_chunk(Brought& out, Bytes chunk, std::size_t size) {
    if (chunk.size() == size) {
      bring(out, chunk, budget_);
      return;
    }
    Brought plain = (flags_ & lzx_flag) != 0 ? unpack_lzx(chunk, size, chunk_bytes_, budget_)
                                             : unpack_xpress(chunk, size, budget_);
    if (!bring(out, plain.bytes, budget_) || !plain.error) return;
    out.error = std::move(plain.error);
    out.purse_empty = plain.purse_empty;
  }

  Bytes bytes_;
  Budget& budget_;
  const Visitor& visitor_;
  std::uint32_t flags_ = 0;
  std::size_t chunk_bytes_ = 0;
  unsigned part_ = 1;
  std::vector<Resource> resources_;
  std::size_t number_ = 0;
};

void open_wim(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = Image(bytes, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> wim_openers() {
  static constexpr std::array rows = {Opener{Format::wim, &open_wim}};
  return rows;
}

}  // namespace antidotary::unpack
