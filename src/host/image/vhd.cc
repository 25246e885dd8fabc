// VHD, the format of Virtual PC: the raw disk with a footer behind it, or blocks found by a table.
//
// Spec: Microsoft, "Virtual Hard Disk Image Format Specification" 1.0 (2006). The bitmap before
// each block is not looked at: a writer puts zeros where it has no bit, and QEMU reads so as well.
#include <algorithm>

#include "host/image/chunks.h"
#include "host/image/container.h"

namespace antidotary::host::image {
namespace {

constexpr std::size_t sector_bytes = 512, dynamic_header_bytes = 1024;
constexpr std::uint32_t kind_fixed = 2, kind_dynamic = 3, kind_differencing = 4;
constexpr std::uint32_t no_block = 0xffff'ffff;
constexpr std::uint32_t block_bytes_max = 256u << 20;

/// The copy in front of a disk that grows, else the footer itself.
Result<Buffer> footer_of(BlockSource& source) {
  Buffer footer(vhd_footer_bytes);
  ANTIDOTARY_CHECK(read_whole(source, 0, footer));
  if (as_text(footer).starts_with("conectix")) return footer;
  ANTIDOTARY_CHECK(read_whole(source, source.size_bytes() - vhd_footer_bytes, footer));
  return footer;
}

class FixedVhd final : public BlockSource {
 public:
  FixedVhd(ImagePart part, std::uint64_t size_bytes)
      : part_(std::move(part)), size_bytes_(size_bytes) {}
  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
    if (offset >= size_bytes_) return 0;
    return part_.source->read(offset,
                              out.first(std::min<std::uint64_t>(out.size(), size_bytes_ - offset)));
  }

 private:
  ImagePart part_;
  std::uint64_t size_bytes_;
};

class DynamicVhd final : public ChunkedDisk {
 public:
  explicit DynamicVhd(ImagePart part) : part_(std::move(part)), tables_(*part_.source) {}

  Status open(Bytes footer) {
    Buffer header(dynamic_header_bytes);
    const std::uint64_t at = load_u64_be(footer, 16);
    ANTIDOTARY_CHECK(read_whole(*part_.source, at, header));
    if (!as_text(header).starts_with("cxsparse")) {
      return fail_at(at, ErrorKind::malformed, "the VHD image's second header is not there");
    }
    table_ = load_u64_be(header, 16);
    entries_ = load_u32_be(header, 28);
    const std::uint32_t block = load_u32_be(header, 32);
    if (block < sector_bytes || block > block_bytes_max || block % sector_bytes != 0) {
      return fail_at(at + 32, ErrorKind::malformed, "the VHD image's block size cannot be");
    }
    const std::uint64_t bitmap_bytes = (block / sector_bytes + 7) / 8;
    bitmap_bytes_ = (bitmap_bytes + sector_bytes - 1) / sector_bytes * sector_bytes;
    set_shape(load_u64_be(footer, 48), block);
    return {};
  }

 private:
  Status read_chunk(std::uint64_t chunk, std::uint64_t within, std::span<std::byte> out) override {
    if (chunk >= entries_) {
      return fail(ErrorKind::malformed, "the VHD image's table is shorter than its disk");
    }
    const std::uint32_t sector = ANTIDOTARY_TRY(tables_.u32_be(table_ + chunk * 4));
    if (sector == no_block) {
      std::fill(out.begin(), out.end(), std::byte{0});
      return {};
    }
    return read_whole(*part_.source, std::uint64_t{sector} * sector_bytes + bitmap_bytes_ + within,
                      out);
  }

  ImagePart part_;
  Tables tables_;
  std::uint64_t table_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t bitmap_bytes_ = 0;
};

}  // namespace

bool is_fixed_vhd_footer(Bytes footer, std::uint64_t disk_bytes) {
  if (!as_text(footer).starts_with("conectix") || load_u32_be(footer, 60) != kind_fixed) {
    return false;
  }
  constexpr std::size_t checksum_at = 64;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < footer.size(); ++i) {
    const bool own = i >= checksum_at && i < checksum_at + 4;
    if (!own) sum += std::to_integer<std::uint32_t>(footer[i]);
  }
  return load_u32_be(footer, checksum_at) == ~sum && load_u64_be(footer, 48) == disk_bytes;
}

Result<std::unique_ptr<BlockSource>> open_vhd(ImagePart part) {
  const Buffer footer = ANTIDOTARY_TRY(footer_of(*part.source));
  const std::uint32_t kind = load_u32_be(footer, 60);
  if (kind == kind_differencing) {
    return fail(ErrorKind::unsupported,
                "the VHD image stores only what differs from another; flatten it first "
                "(qemu-img convert)");
  }
  if (kind == kind_fixed) {
    const std::uint64_t stored = part.source->size_bytes() - sector_bytes;
    const std::uint64_t size = std::min(load_u64_be(footer, 48), stored);
    return std::unique_ptr<BlockSource>(std::make_unique<FixedVhd>(std::move(part), size));
  }
  if (kind != kind_dynamic) {
    return fail_at(60, ErrorKind::unsupported, "the VHD image is of no kind that is known");
  }
  auto disk = std::make_unique<DynamicVhd>(std::move(part));
  ANTIDOTARY_CHECK(disk->open(footer));
  return std::unique_ptr<BlockSource>(std::move(disk));
}

}  // namespace antidotary::host::image
