#include "host/image/chunks.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "core/reader.h"

namespace antidotary::host::image {

Status read_whole(BlockSource& source, std::uint64_t offset, std::span<std::byte> out) {
  const std::size_t got = ANTIDOTARY_TRY(source.read(offset, out));
  if (got < out.size()) {
    return fail_at(offset, ErrorKind::truncated, "the image ends where {} bytes should stand",
                   out.size());
  }
  return {};
}

Result<Buffer> read_up_to(BlockSource& source, std::uint64_t offset, std::size_t bytes_max) {
  const std::uint64_t size = source.size_bytes();
  Buffer out(std::min<std::uint64_t>(bytes_max, offset < size ? size - offset : 0));
  out.resize(ANTIDOTARY_TRY(source.read(offset, out)));
  return out;
}

std::uint32_t load_u32_be(Bytes bytes, std::size_t offset) {
  return __builtin_bswap32(load_u32_le(bytes, offset));
}
std::uint64_t load_u64_be(Bytes bytes, std::size_t offset) {
  return __builtin_bswap64(load_u64_le(bytes, offset));
}

const Buffer* Kept::find(std::uint64_t key) {
  const auto found = std::find_if(pieces_.begin(), pieces_.end(),
                                  [&](const auto& piece) { return piece.first == key; });
  if (found == pieces_.end()) return nullptr;
  pieces_.splice(pieces_.begin(), pieces_, found);
  return &pieces_.front().second;
}

const Buffer& Kept::put(std::uint64_t key, Buffer piece) {
  if (pieces_.size() >= pieces_max_) pieces_.pop_back();
  pieces_.emplace_front(key, std::move(piece));
  return pieces_.front().second;
}

Status Tables::read(std::uint64_t offset, std::span<std::byte> out) {
  while (!out.empty()) {
    const std::uint64_t page = offset / page_bytes;
    const Buffer* kept = pages_.find(page);
    if (kept == nullptr) {
      kept = &pages_.put(page, ANTIDOTARY_TRY(read_up_to(source_, page * page_bytes, page_bytes)));
    }
    const std::size_t within = offset % page_bytes;
    if (within >= kept->size()) {
      return fail_at(offset, ErrorKind::truncated, "the image ends inside a table of it");
    }
    const std::size_t count = std::min(out.size(), kept->size() - within);
    std::copy_n(kept->begin() + static_cast<std::ptrdiff_t>(within), count, out.begin());
    out = out.subspan(count);
    offset += count;
  }
  return {};
}

Result<std::uint32_t> Tables::u32_le(std::uint64_t offset) {
  std::array<std::byte, 4> field{};
  ANTIDOTARY_CHECK(read(offset, field));
  return load_u32_le(field, 0);
}
Result<std::uint64_t> Tables::u64_le(std::uint64_t offset) {
  std::array<std::byte, 8> field{};
  ANTIDOTARY_CHECK(read(offset, field));
  return load_u64_le(field, 0);
}
Result<std::uint32_t> Tables::u32_be(std::uint64_t offset) {
  return __builtin_bswap32(ANTIDOTARY_TRY(u32_le(offset)));
}
Result<std::uint64_t> Tables::u64_be(std::uint64_t offset) {
  return __builtin_bswap64(ANTIDOTARY_TRY(u64_le(offset)));
}

Result<std::size_t> ChunkedDisk::read(std::uint64_t offset, std::span<std::byte> out) {
  if (offset >= size_bytes_) return 0;
  if (out.size() > size_bytes_ - offset) {
    out = out.first(static_cast<std::size_t>(size_bytes_ - offset));
  }
  std::size_t done = 0;
  while (done < out.size()) {
    const std::uint64_t within = offset % chunk_bytes_;
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size() - done, chunk_bytes_ - within));
    ANTIDOTARY_CHECK(read_chunk(offset / chunk_bytes_, within, out.subspan(done, count)));
    done += count;
    offset += count;
  }
  return done;
}

Result<Buffer> unpack_chunk(Bytes packed, Packing packing, std::size_t size) {
  z_stream stream{};
  const int window = packing == Packing::zlib ? MAX_WBITS : -MAX_WBITS;
  if (inflateInit2(&stream, window) != Z_OK)
    return fail(ErrorKind::internal, "zlib does not start");
  Buffer out(size);
  // zlib's older interface asks for bytes that it does not write to without const.
  stream.next_in = const_cast<Bytef*>(as_octets(packed));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = as_octets(std::span<std::byte>(out));
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = inflate(&stream, Z_FINISH);
  // zlib's checksum stands behind the last byte: only a stream that ended was held against it. A
  // bare stream has none, and qcow2 writers may cut it at a sector.
  const bool ends = ended == Z_STREAM_END || (packing == Packing::deflate && ended == Z_BUF_ERROR);
  const bool whole = stream.avail_out == 0 && ends;
  inflateEnd(&stream);
  if (!whole) return fail(ErrorKind::malformed, "a packed piece of the image is damaged");
  return out;
}

}  // namespace antidotary::host::image
