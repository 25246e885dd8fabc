// qcow and qcow2, the formats of QEMU.
//
// Spec: QEMU's docs/interop/qcow2.txt (versions 2 and 3); version 1 as it is described in "The QCOW
// Image Format" by Mark McLoughlin. A cluster is found through two tables, L1 and L2.
#include <algorithm>

#include "host/image/chunks.h"
#include "host/image/container.h"

namespace antidotary::host::image {
namespace {

constexpr std::size_t header_bytes = 112;
constexpr std::uint64_t feature_corrupt = 2, feature_external = 4, feature_packing = 8,
                        feature_extended = 16;

struct Shape {
  std::uint64_t size_bytes = 0;
  std::uint64_t l1_offset = 0;
  std::uint64_t l1_entries = 0;
  unsigned cluster_bits = 0;
  unsigned l2_bits = 0;  ///< Of the number of entries in one L2 table.
  bool first_version = false;
  bool has_parent = false;
  std::uint32_t cipher = 0;
};

Result<Shape> shape_of(Bytes header) {
  Shape out;
  const std::uint32_t version = load_u32_be(header, 4);
  out.has_parent = load_u64_be(header, 8) != 0;
  out.size_bytes = load_u64_be(header, 24);
  if (version == 1) {
    out.first_version = true;
    out.cluster_bits = std::to_integer<unsigned>(header[32]);
    out.l2_bits = std::to_integer<unsigned>(header[33]);
    out.cipher = load_u32_be(header, 36);
    out.l1_offset = load_u64_be(header, 40);
    out.l1_entries = ~0ull;  // it does not say: the table is as long as the disk asks for
  } else if (version == 2 || version == 3) {
    out.cluster_bits = load_u32_be(header, 20);
    out.l2_bits = out.cluster_bits - 3;
    out.cipher = load_u32_be(header, 32);
    out.l1_entries = load_u32_be(header, 36);
    out.l1_offset = load_u64_be(header, 40);
  } else {
    return fail_at(4, ErrorKind::unsupported, "qcow of version {} is not read", version);
  }
  // qemu takes 9 to 21; what is larger would make a chunk that fills the memory.
  if (out.cluster_bits < 9 || out.cluster_bits > 21 || out.l2_bits < 6 || out.l2_bits > 18) {
    return fail_at(20, ErrorKind::malformed, "the qcow image's cluster size cannot be");
  }
  if (version < 3) return out;
  const std::uint64_t features = load_u64_be(header, 72);
  const bool other_packing = load_u32_be(header, 100) > 104 && header[104] != std::byte{0};
  if ((features & feature_corrupt) != 0) {
    return fail_at(72, ErrorKind::malformed, "the qcow2 image says of itself that it is corrupt");
  }
  if ((features & feature_packing) != 0 && other_packing) {
    return fail_at(104, ErrorKind::unsupported,
                   "the qcow2 image is packed otherwise than by zlib; convert it to raw first "
                   "(qemu-img convert)");
  }
  if ((features & (feature_external | feature_extended)) != 0 || features >= 32) {
    return fail_at(72, ErrorKind::unsupported,
                   "the qcow2 image has features that are not read; convert it to raw first "
                   "(qemu-img convert)");
  }
  return out;
}

class Qcow final : public ChunkedDisk {
 public:
  explicit Qcow(ImagePart part) : part_(std::move(part)), tables_(*part_.source) {}

  Status open() {
    Buffer header = ANTIDOTARY_TRY(read_up_to(*part_.source, 0, header_bytes));
    if (header.size() < 48) return fail(ErrorKind::truncated, "the qcow image ends in its header");
    header.resize(header_bytes);
    shape_ = ANTIDOTARY_TRY(shape_of(header));
    if (shape_.has_parent) {
      return fail(ErrorKind::unsupported,
                  "the qcow image stores only what differs from another; flatten it first "
                  "(qemu-img convert)");
    }
    if (shape_.cipher != 0) {
      return fail(ErrorKind::encrypted, "the qcow image is encrypted; decrypt it first (qemu-img)");
    }
    set_shape(shape_.size_bytes, 1ull << shape_.cluster_bits);
    return {};
  }

 private:
  static constexpr std::uint64_t offset_mask = 0x00ff'ffff'ffff'fe00;

  Result<std::uint64_t> entry_of(std::uint64_t chunk) {
    const std::uint64_t mask = shape_.first_version ? ~(1ull << 63) : offset_mask;
    const std::uint64_t l1 = chunk >> shape_.l2_bits;
    const std::uint64_t l2 = chunk & ((1ull << shape_.l2_bits) - 1);
    if (l1 >= shape_.l1_entries) {
      return fail(ErrorKind::malformed, "the qcow image's table is shorter than its disk");
    }
    const std::uint64_t table = ANTIDOTARY_TRY(tables_.u64_be(shape_.l1_offset + l1 * 8)) & mask;
    if (table == 0) return 0;
    return tables_.u64_be(table + l2 * 8);
  }

  Status read_chunk(std::uint64_t chunk, std::uint64_t within, std::span<std::byte> out) override {
    const std::uint64_t entry = ANTIDOTARY_TRY(entry_of(chunk));
    const bool packed = ((entry >> (shape_.first_version ? 63 : 62)) & 1) != 0;
    if (packed) return read_packed(chunk, entry, within, out);
    const bool zero = !shape_.first_version && (entry & 1) != 0;
    const std::uint64_t at = entry & (shape_.first_version ? ~0ull : offset_mask);
    if (at == 0 || zero) {
      std::fill(out.begin(), out.end(), std::byte{0});
      return {};
    }
    return read_whole(*part_.source, at + within, out);
  }

  Status read_packed(std::uint64_t chunk, std::uint64_t entry, std::uint64_t within,
                     std::span<std::byte> out) {
    const Buffer* cluster = kept_.find(chunk);
    if (cluster == nullptr) {
      std::uint64_t at = 0, count = 0;
      if (shape_.first_version) {
        const unsigned bits = 63 - shape_.cluster_bits;
        at = entry & ((1ull << bits) - 1);
        count = (entry >> bits) & ((1ull << shape_.cluster_bits) - 1);
      } else {
        const unsigned bits = 62 - (shape_.cluster_bits - 8);
        at = entry & ((1ull << bits) - 1);
        const std::uint64_t sectors = (entry >> bits) & ((1ull << (62 - bits)) - 1);
        count = (sectors + 1) * 512 - (at & 511);
      }
      const Buffer stored = ANTIDOTARY_TRY(read_up_to(*part_.source, at, count));
      cluster =
          &kept_.put(chunk, ANTIDOTARY_TRY(unpack_chunk(stored, Packing::deflate, chunk_bytes())));
    }
    const auto from = cluster->begin() + static_cast<std::ptrdiff_t>(within);
    std::copy_n(from, out.size(), out.begin());
    return {};
  }

  ImagePart part_;
  Tables tables_;
  Kept kept_{8};
  Shape shape_;
};

}  // namespace

Result<std::unique_ptr<BlockSource>> open_qcow(ImagePart part) {
  auto disk = std::make_unique<Qcow>(std::move(part));
  ANTIDOTARY_CHECK(disk->open());
  return std::unique_ptr<BlockSource>(std::move(disk));
}

}  // namespace antidotary::host::image
