// VMDK, the format of VMware: one sparse file, or a descriptor with its extents beside it.
//
// Spec: VMware, "Virtual Disk Format 5.0" (2011): the descriptor (section "The descriptor file"),
// hosted sparse extents, and stream-optimised ones. ESX' own sparse form (COWD) is refused.
#include <algorithm>
#include <charconv>
#include <optional>

#include "core/reader.h"
#include "core/text.h"
#include "host/image/chunks.h"
#include "host/image/container.h"

namespace antidotary::host::image {
namespace {

constexpr std::uint64_t sector_bytes = 512;
constexpr std::size_t header_bytes = 512, descriptor_bytes_max = 64 * 1024, extents_max = 1024;
constexpr std::uint64_t grain_sectors_max = 4096, sectors_max = 1ull << 48;
constexpr std::uint64_t directory_at_end = ~std::uint64_t{0};
constexpr std::uint32_t flag_zero_grains = 1u << 2, flag_packed = 1u << 16;

/// An extent whose grains are found by a directory and its tables.
class SparseExtent final : public ChunkedDisk {
 public:
  /// `source` must outlive the extent.
  explicit SparseExtent(BlockSource& source) : source_(source), tables_(source) {}

  Status open() {
    Buffer header(header_bytes);
    ANTIDOTARY_CHECK(read_whole(source_, 0, header));
    if (load_u64_le(header, 56) == directory_at_end) {
      // A stream: the header that counts stands at the end, before the end's own mark.
      if (source_.size_bytes() < 3 * header_bytes) {
        return fail(ErrorKind::truncated, "the VMDK image has no end");
      }
      ANTIDOTARY_CHECK(read_whole(source_, source_.size_bytes() - 2 * header_bytes, header));
      if (!as_text(header).starts_with("KDMV")) {
        return fail(ErrorKind::truncated, "the VMDK image was not written to its end");
      }
    }
    flags_ = load_u32_le(header, 8);
    const std::uint64_t capacity = load_u64_le(header, 12), grain = load_u64_le(header, 20);
    table_entries_ = load_u32_le(header, 44);
    directory_ = load_u64_le(header, 56);
    const bool can_be = capacity <= sectors_max && grain > 0 && grain <= grain_sectors_max &&
                        table_entries_ > 0 && table_entries_ <= 1u << 20 &&
                        directory_ <= sectors_max;
    if (!can_be) return fail(ErrorKind::malformed, "the VMDK image's header says what cannot be");
    if ((flags_ & flag_packed) != 0 && load_u16_le(header, 77) != 1) {
      return fail(ErrorKind::unsupported, "the VMDK image is packed otherwise than by zlib");
    }
    set_shape(capacity * sector_bytes, grain * sector_bytes);
    descriptor_ = {load_u64_le(header, 28), load_u64_le(header, 36)};
    return {};
  }

  /// The descriptor that it carries within itself; empty where there is none.
  Result<Buffer> descriptor() {
    const auto [at, count] = descriptor_;
    if (at == 0 || count == 0 || at > sectors_max) return Buffer{};
    return read_up_to(
        source_, at * sector_bytes,
        std::min<std::uint64_t>(count, descriptor_bytes_max / sector_bytes) * sector_bytes);
  }

 private:
  Result<std::uint64_t> grain_of(std::uint64_t chunk) {
    const std::uint64_t table =
        ANTIDOTARY_TRY(tables_.u32_le(directory_ * sector_bytes + chunk / table_entries_ * 4));
    if (table == 0) return 0;
    const std::uint64_t grain =
        ANTIDOTARY_TRY(tables_.u32_le(table * sector_bytes + chunk % table_entries_ * 4));
    return grain == 1 && (flags_ & flag_zero_grains) != 0 ? 0 : grain;
  }

  Status read_chunk(std::uint64_t chunk, std::uint64_t within, std::span<std::byte> out) override {
    const std::uint64_t at = ANTIDOTARY_TRY(grain_of(chunk)) * sector_bytes;
    if (at == 0) {
      std::fill(out.begin(), out.end(), std::byte{0});
      return {};
    }
    if ((flags_ & flag_packed) == 0) return read_whole(source_, at + within, out);
    const Buffer* kept = kept_.find(chunk);
    if (kept == nullptr) kept = &kept_.put(chunk, ANTIDOTARY_TRY(bring_out(chunk, at)));
    std::copy_n(kept->begin() + static_cast<std::ptrdiff_t>(within), out.size(), out.begin());
    return {};
  }

  // A packed grain has a marker before it: its first sector, and how many bytes follow.
  Result<Buffer> bring_out(std::uint64_t chunk, std::uint64_t at) {
    constexpr std::size_t marker_bytes = 12;
    const std::uint64_t sector = ANTIDOTARY_TRY(tables_.u64_le(at));
    const std::uint32_t count = ANTIDOTARY_TRY(tables_.u32_le(at + 8));
    if (sector != chunk * (chunk_bytes() / sector_bytes) || count > 2 * chunk_bytes() + 4096) {
      return fail_at(at, ErrorKind::malformed, "a grain of the VMDK image is not where it says");
    }
    Buffer stored(count);
    ANTIDOTARY_CHECK(read_whole(source_, at + marker_bytes, stored));
    // The last grain may hold no more than the disk does.
    const std::uint64_t size = std::min(chunk_bytes(), size_bytes() - chunk * chunk_bytes());
    auto whole = unpack_chunk(stored, Packing::zlib, chunk_bytes());
    return whole ? whole : unpack_chunk(stored, Packing::zlib, size);
  }

  BlockSource& source_;
  Tables tables_;
  std::uint32_t flags_ = 0;
  std::uint64_t table_entries_ = 1;
  std::uint64_t directory_ = 0;
  std::pair<std::uint64_t, std::uint64_t> descriptor_;  ///< Sector and number of sectors.
  Kept kept_{8};
};

enum class ExtentKind : std::uint8_t { flat, sparse, zero };

struct ExtentLine {
  std::uint64_t sectors = 0;
  ExtentKind kind = ExtentKind::zero;
  std::string file;
  std::uint64_t offset_sectors = 0;
};

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

/// `RW 65536 SPARSE "disk-s001.vmdk"`; nothing where the line is no extent.
Result<std::optional<ExtentLine>> extent_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(line.substr(0, line.find('"')), ' ')) {
    if (!trim(word).empty()) words.push_back(trim(word));
  }
  const bool is_extent = words.size() >= 3 && (words[0] == "RW" || words[0] == "RDONLY");
  if (!is_extent) return std::nullopt;
  ExtentLine out;
  const auto sectors = number_in(words[1]);
  if (!sectors || *sectors > sectors_max) {
    return fail(ErrorKind::malformed, "an extent of the VMDK image has no size");
  }
  out.sectors = *sectors;
  if (words[2] == "ZERO") return out;
  const std::size_t quote = line.find('"'), end = line.rfind('"');
  if (quote == line.npos || end == quote) {
    return fail(ErrorKind::malformed, "an extent of the VMDK image names no file");
  }
  out.file = line.substr(quote + 1, end - quote - 1);
  if (words[2] == "SPARSE") {
    out.kind = ExtentKind::sparse;
  } else if (words[2] == "FLAT" || words[2] == "VMFS") {
    out.kind = ExtentKind::flat;
    out.offset_sectors = number_in(trim(line.substr(end + 1))).value_or(0);
  } else {
    return fail(ErrorKind::unsupported, "the VMDK image's extents are of the kind {}, not read",
                escape_for_terminal(words[2].substr(0, 40)));
  }
  return out;
}

/// The extents that a descriptor lists.
Result<std::vector<ExtentLine>> extents_of(std::string_view text) {
  std::vector<ExtentLine> out;
  text = text.substr(0, text.find('\0'));
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    constexpr std::string_view parent = "parentCID=";
    if (line.starts_with(parent) &&
        !equal_ascii_ignoring_case(line.substr(parent.size()), "ffffffff")) {
      return fail(ErrorKind::unsupported,
                  "the VMDK image stores only what differs from another; flatten it first "
                  "(qemu-img convert)");
    }
    auto extent = ANTIDOTARY_TRY(extent_of(line));
    if (!extent) continue;
    if (out.size() == extents_max) {
      return fail(ErrorKind::malformed, "the VMDK image has more than {} extents", extents_max);
    }
    out.push_back(std::move(*extent));
  }
  return out;
}

/// A part of another source.
class Window final : public BlockSource {
 public:
  /// `source` must outlive it, or be null: then it reads as zeros.
  Window(BlockSource* source, std::uint64_t offset, std::uint64_t size_bytes)
      : source_(source), offset_(offset), size_bytes_(size_bytes) {}
  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
    if (offset >= size_bytes_) return 0;
    out = out.first(std::min<std::uint64_t>(out.size(), size_bytes_ - offset));
    if (source_ != nullptr) return source_->read(offset_ + offset, out);
    std::fill(out.begin(), out.end(), std::byte{0});
    return out.size();
  }

 private:
  BlockSource* source_;
  std::uint64_t offset_;
  std::uint64_t size_bytes_;
};

/// Extents one behind the other, and the files that they lie in.
class Joined final : public BlockSource {
 public:
  Joined(std::vector<ImagePart> files, std::vector<std::unique_ptr<BlockSource>> between,
         std::vector<ImagePart> extents)
      : files_(std::move(files)), between_(std::move(between)), disk_(std::move(extents)) {}
  std::uint64_t size_bytes() const override { return disk_.size_bytes(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
    return disk_.read(offset, out);
  }

 private:
  std::vector<ImagePart> files_;  // outlive what reads from them
  std::vector<std::unique_ptr<BlockSource>> between_;
  JoinedSource disk_;
};

Result<std::unique_ptr<BlockSource>> open_described(std::vector<ImagePart> parts) {
  const Buffer text = ANTIDOTARY_TRY(read_up_to(*parts[0].source, 0, descriptor_bytes_max));
  const auto lines = ANTIDOTARY_TRY(extents_of(as_text(text)));
  if (lines.empty()) return fail(ErrorKind::malformed, "the VMDK image has no extent");
  std::vector<std::unique_ptr<BlockSource>> between;
  std::vector<ImagePart> extents;
  for (const ExtentLine& line : lines) {
    BlockSource* source = nullptr;
    if (line.kind != ExtentKind::zero) {
      const auto part = std::find_if(parts.begin() + 1, parts.end(), [&](const ImagePart& one) {
        return equal_ignoring_case(one.name, line.file);
      });
      if (part == parts.end()) {
        return fail(ErrorKind::not_found, "the VMDK image's extent {} is not beside it",
                    escape_for_terminal(line.file));
      }
      source = part->source.get();
    }
    if (line.kind == ExtentKind::sparse) {
      auto sparse = std::make_unique<SparseExtent>(*source);
      ANTIDOTARY_CHECK(sparse->open());
      source = sparse.get();
      between.push_back(std::move(sparse));
    }
    extents.push_back(
        {line.file, std::make_unique<Window>(source, line.offset_sectors * sector_bytes,
                                             line.sectors * sector_bytes)});
  }
  return std::unique_ptr<BlockSource>(
      std::make_unique<Joined>(std::move(parts), std::move(between), std::move(extents)));
}

}  // namespace

Result<std::unique_ptr<BlockSource>> open_vmdk(std::vector<ImagePart> parts) {
  const Buffer head = ANTIDOTARY_TRY(read_up_to(*parts[0].source, 0, 4));
  if (as_text(head) != "KDMV") return open_described(std::move(parts));
  auto sparse = std::make_unique<SparseExtent>(*parts[0].source);
  ANTIDOTARY_CHECK(sparse->open());
  const Buffer text = ANTIDOTARY_TRY(sparse->descriptor());
  const auto lines = ANTIDOTARY_TRY(extents_of(as_text(text)));
  if (lines.size() != 1) {
    return fail(ErrorKind::bad_input,
                "it is one of several extents of a VMDK image; name the "
                "descriptor that lists them");
  }
  const std::uint64_t size = sparse->size_bytes();
  std::vector<ImagePart> extents;
  extents.push_back({"", std::make_unique<Window>(sparse.get(), 0, size)});
  std::vector<std::unique_ptr<BlockSource>> between;
  between.push_back(std::move(sparse));
  return std::unique_ptr<BlockSource>(
      std::make_unique<Joined>(std::move(parts), std::move(between), std::move(extents)));
}

}  // namespace antidotary::host::image
