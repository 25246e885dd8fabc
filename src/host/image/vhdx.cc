// VHDX, the format of Hyper-V.
//
// Spec: MS-VHDX 7.0. An image whose log is not empty was not put away: what the log holds would
// have to be played back first, which is left to who made it.
#include <algorithm>
#include <array>
#include <optional>

#include "core/reader.h"
#include "host/image/chunks.h"
#include "host/image/container.h"

namespace antidotary::host::image {
namespace {

constexpr std::size_t header_bytes = 4096, guid_bytes = 16, entry_bytes = 32;
constexpr std::size_t region_header_bytes = 16, metadata_header_bytes = 32;
constexpr std::uint32_t regions_max = 2047, items_max = 2047;
constexpr std::uint64_t mib = 1u << 20;

// GUIDs as they lie in the file (2.2.3.2, 2.6.2).
constexpr auto bat_region = octets(0x66, 0x77, 0xc2, 0x2d, 0x23, 0xf6, 0x00, 0x42, 0x9d, 0x64, 0x11,
                                   0x5e, 0x9b, 0xfd, 0x4a, 0x08);
constexpr auto metadata_region = octets(0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b, 0xb8, 0xfe,
                                        0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e);
constexpr auto file_parameters = octets(0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d, 0xb3, 0xb6,
                                        0x33, 0xf0, 0xaa, 0x44, 0xe7, 0x6b);
constexpr auto disk_size = octets(0x24, 0x42, 0xa5, 0x2f, 0x1b, 0xcd, 0x76, 0x48, 0xb2, 0x11, 0x5d,
                                  0xbe, 0xd8, 0x3b, 0xf4, 0xb8);
constexpr auto sector_size = octets(0x1d, 0xbf, 0x41, 0x81, 0x6f, 0xa9, 0x09, 0x47, 0xba, 0x47,
                                    0xf2, 0x33, 0xa8, 0xfa, 0xab, 0x5f);

std::uint32_t crc32c(Bytes bytes) {
  std::uint32_t out = ~0u;
  for (const std::byte byte : bytes) {
    out ^= std::to_integer<std::uint32_t>(byte);
    for (int i = 0; i < 8; ++i) out = (out >> 1) ^ ((out & 1) != 0 ? 0x82f6'3b78u : 0u);
  }
  return ~out;
}

bool equal(Bytes bytes, Bytes guid) {
  return std::equal(bytes.begin(), bytes.end(), guid.begin(), guid.end());
}

/// The current header: the one that is sound and has the higher number (2.2.2).
Result<Buffer> current_header(BlockSource& source) {
  std::optional<Buffer> out;
  for (const std::uint64_t at : {64 * 1024, 128 * 1024}) {
    Buffer header(header_bytes);
    ANTIDOTARY_CHECK(read_whole(source, at, header));
    const std::uint32_t sum = load_u32_le(header, 4);
    Buffer summed = header;
    store_u32_le(summed, 4, 0);
    if (!as_text(header).starts_with("head") || crc32c(summed) != sum) continue;
    if (!out || load_u64_le(header, 8) > load_u64_le(*out, 8)) out = std::move(header);
  }
  if (!out) return fail(ErrorKind::malformed, "neither header of the VHDX image is sound");
  return *out;
}

struct Place {
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
};

class Vhdx final : public ChunkedDisk {
 public:
  explicit Vhdx(ImagePart part) : part_(std::move(part)), tables_(*part_.source) {}

  Status open() {
    const Buffer header = ANTIDOTARY_TRY(current_header(*part_.source));
    const Bytes log = Bytes(header).subspan(48, guid_bytes);
    if (std::any_of(log.begin(), log.end(), [](std::byte one) { return one != std::byte{0}; })) {
      return fail(ErrorKind::unsupported,
                  "the VHDX image was not put away cleanly: its log has to be played back first "
                  "(qemu-img check -r all, or mount it once in Windows)");
    }
    bat_ = ANTIDOTARY_TRY(region(bat_region));
    metadata_ = ANTIDOTARY_TRY(region(metadata_region));
    return read_metadata();
  }

 private:
  Result<Place> region(Bytes guid) {
    for (const std::uint64_t at : {192 * 1024, 256 * 1024}) {
      std::array<std::byte, region_header_bytes> head{};
      ANTIDOTARY_CHECK(tables_.read(at, head));
      if (!as_text(head).starts_with("regi")) continue;
      const std::uint32_t count = std::min(load_u32_le(head, 8), regions_max);
      for (std::uint32_t i = 0; i < count; ++i) {
        std::array<std::byte, entry_bytes> entry{};
        ANTIDOTARY_CHECK(tables_.read(at + region_header_bytes + i * entry_bytes, entry));
        if (equal(Bytes(entry).first(guid_bytes), guid)) {
          return Place{load_u64_le(entry, 16), load_u32_le(entry, 24)};
        }
      }
    }
    return fail(ErrorKind::malformed, "a table of the VHDX image is missing");
  }

  /// Where a metadata item lies in the file.
  Result<Place> item(Bytes guid) {
    std::array<std::byte, metadata_header_bytes> head{};
    ANTIDOTARY_CHECK(tables_.read(metadata_.offset, head));
    const std::uint32_t count = std::min<std::uint32_t>(load_u16_le(head, 10), items_max);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::array<std::byte, entry_bytes> entry{};
      ANTIDOTARY_CHECK(
          tables_.read(metadata_.offset + metadata_header_bytes + i * entry_bytes, entry));
      if (equal(Bytes(entry).first(guid_bytes), guid)) {
        return Place{metadata_.offset + load_u32_le(entry, 16), load_u32_le(entry, 20)};
      }
    }
    return fail(ErrorKind::malformed, "the VHDX image does not say its shape");
  }

  Status read_metadata() {
    const Place parameters = ANTIDOTARY_TRY(item(file_parameters));
    const std::uint32_t block = ANTIDOTARY_TRY(tables_.u32_le(parameters.offset));
    const std::uint32_t flags = ANTIDOTARY_TRY(tables_.u32_le(parameters.offset + 4));
    if ((flags & 2) != 0) {
      return fail(ErrorKind::unsupported,
                  "the VHDX image stores only what differs from another; flatten it first "
                  "(qemu-img convert)");
    }
    const Place size_place = ANTIDOTARY_TRY(item(disk_size));
    const std::uint64_t size = ANTIDOTARY_TRY(tables_.u64_le(size_place.offset));
    const Place sector_place = ANTIDOTARY_TRY(item(sector_size));
    const std::uint32_t sector = ANTIDOTARY_TRY(tables_.u32_le(sector_place.offset));
    const bool block_can_be = block >= mib && block <= 256 * mib && (block & (block - 1)) == 0;
    if (!block_can_be || (sector != 512 && sector != 4096)) {
      return fail(ErrorKind::malformed, "the VHDX image's block or sector size cannot be");
    }
    chunk_ratio_ = (std::uint64_t{1} << 23) * sector / block;
    set_shape(size, block);
    return {};
  }

  // Behind every `chunk_ratio_` blocks' entries stands one for their bitmap (2.5.1).
  Status read_chunk(std::uint64_t chunk, std::uint64_t within, std::span<std::byte> out) override {
    constexpr std::uint64_t fully_present = 6, partially_present = 7;
    const std::uint64_t index = chunk + chunk / chunk_ratio_;
    if (index >= bat_.size / 8) {
      return fail(ErrorKind::malformed, "the VHDX image's table is shorter than its disk");
    }
    const std::uint64_t entry = ANTIDOTARY_TRY(tables_.u64_le(bat_.offset + index * 8));
    const std::uint64_t state = entry & 7;
    if (state == fully_present) {
      return read_whole(*part_.source, (entry >> 20) * mib + within, out);
    }
    if (state == partially_present) {
      return fail(ErrorKind::malformed, "a block of the VHDX image stands in another image");
    }
    std::fill(out.begin(), out.end(), std::byte{0});
    return {};
  }

  ImagePart part_;
  Tables tables_;
  Place bat_;
  Place metadata_;
  std::uint64_t chunk_ratio_ = 1;
};

}  // namespace

Result<std::unique_ptr<BlockSource>> open_vhdx(ImagePart part) {
  auto disk = std::make_unique<Vhdx>(std::move(part));
  ANTIDOTARY_CHECK(disk->open());
  return std::unique_ptr<BlockSource>(std::move(disk));
}

}  // namespace antidotary::host::image
