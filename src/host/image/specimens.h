// Images in each form, written field by field from their specifications, for the test and the
// fuzzer; real tools' images are compared in tests/images.
//
// The disk is small: chunks of 512 bytes (qcow2, VMDK), or what the form asks for at least.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "host/image/container.h"

namespace antidotary::host::image {

inline void put(Buffer& out, std::size_t at, Bytes bytes) {
  if (out.size() < at + bytes.size()) out.resize(at + bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
}
inline void put_text(Buffer& out, std::size_t at, std::string_view text) {
  put(out, at, as_bytes(text));
}
inline void put_le(Buffer& out, std::size_t at, std::uint64_t value, std::size_t bytes) {
  if (out.size() < at + bytes) out.resize(at + bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    out[at + i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
  }
}
inline void put_be(Buffer& out, std::size_t at, std::uint64_t value, std::size_t bytes) {
  if (out.size() < at + bytes) out.resize(at + bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    out[at + i] = static_cast<std::byte>((value >> (8 * (bytes - 1 - i))) & 0xff);
  }
}

inline Buffer packed(Bytes bytes, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  Buffer out(bytes.size() + 128);
  stream.next_in = const_cast<Bytef*>(as_octets(bytes));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = as_octets(std::span<std::byte>(out));
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

inline std::uint32_t adler(Bytes bytes) {
  return static_cast<std::uint32_t>(
      adler32(adler32(0, nullptr, 0), as_octets(bytes), static_cast<uInt>(bytes.size())));
}

/// A disk of four chunks: words, zeros, words that pack well, words.
inline Buffer sample_disk(std::size_t chunk_bytes = 512) {
  Buffer out(4 * chunk_bytes);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t chunk = i / chunk_bytes;
    if (chunk == 1) continue;
    out[i] = static_cast<std::byte>(chunk == 2 ? 'x' : (i * 7 + i / 251) & 0xff);
  }
  return out;
}
inline Bytes chunk_of(const Buffer& disk, std::size_t chunk) {
  const std::size_t bytes = disk.size() / 4;
  return Bytes(disk).subspan(chunk * bytes, bytes);
}

// qcow2.txt, "Header"; clusters of 512 bytes; the third one packed.
inline Buffer qcow2_specimen(const Buffer& disk) {
  Buffer out;
  put_text(out, 0, "QFI\xfb");
  put_be(out, 4, 3, 4);
  put_be(out, 20, 9, 4);  // cluster_bits
  put_be(out, 24, disk.size(), 8);
  put_be(out, 36, 1, 4);     // l1_size
  put_be(out, 40, 512, 8);   // l1_table_offset
  put_be(out, 100, 104, 4);  // header_length
  put_be(out, 512, (1ull << 63) | 1024, 8);
  put_be(out, 1024, (1ull << 63) | 1536, 8);
  put_be(out, 1024 + 8, 1, 8);  // zeros
  const Buffer third = packed(chunk_of(disk, 2), -12);
  put_be(out, 1024 + 16, (1ull << 62) | 2560, 8);  // no further sector
  put_be(out, 1024 + 24, (1ull << 63) | 2048, 8);
  put(out, 1536, chunk_of(disk, 0));
  put(out, 2048, chunk_of(disk, 3));
  put(out, 2560, third);
  out.resize(3072);
  return out;
}

inline Buffer vhd_footer(std::uint64_t size, std::uint32_t kind, std::uint64_t header_at) {
  Buffer out(512);
  put_text(out, 0, "conectix");
  put_be(out, 12, 0x00010000, 4);
  put_be(out, 16, header_at, 8);
  put_be(out, 48, size, 8);
  put_be(out, 60, kind, 4);
  std::uint32_t sum = 0;
  for (const std::byte byte : out) sum += std::to_integer<std::uint32_t>(byte);
  put_be(out, 64, ~sum, 4);
  return out;
}
inline Buffer fixed_vhd_specimen(const Buffer& disk) {
  Buffer out = disk;
  put(out, disk.size(), vhd_footer(disk.size(), 2, ~0ull));
  return out;
}
inline Buffer dynamic_vhd_specimen(const Buffer& disk) {
  Buffer out = vhd_footer(disk.size(), 3, 512);
  put_text(out, 512, "cxsparse");
  put_be(out, 512 + 16, 1536, 8);  // the table
  put_be(out, 512 + 28, 4, 4);     // its entries
  put_be(out, 512 + 32, disk.size() / 4, 4);
  std::size_t at = 2048;
  for (std::size_t chunk = 0; chunk < 4; ++chunk) {
    put_be(out, 1536 + chunk * 4, chunk == 1 ? 0xffffffff : at / 512, 4);
    if (chunk == 1) continue;
    put(out, at + 512, chunk_of(disk, chunk));  // behind the bitmap
    at += 512 + disk.size() / 4;
  }
  put(out, at, vhd_footer(disk.size(), 3, 512));
  return out;
}

inline std::uint32_t castagnoli(Bytes bytes) {
  std::uint32_t out = ~0u;
  for (const std::byte byte : bytes) {
    out ^= std::to_integer<std::uint32_t>(byte);
    for (int i = 0; i < 8; ++i) out = (out >> 1) ^ (0x82f63b78u & (0u - (out & 1)));
  }
  return ~out;
}

// MS-VHDX 2.2 to 2.6. The tables stand below the first MiB, where no writer puts them, so that the
// specimen stays small; its disk is one block of which the file holds the beginning.
inline Buffer vhdx_specimen(const Buffer& disk) {
  Buffer out;
  put_text(out, 0, "vhdxfile");
  for (const std::size_t at : {64 * 1024, 128 * 1024}) {
    Buffer header(4096);
    put_text(header, 0, "head");
    put_le(header, 8, at, 8);  // the second is the newer
    put_le(header, 66, 1, 2);
    put_le(header, 4, castagnoli(header), 4);
    put(out, at, header);
  }
  const std::size_t regions = 192 * 1024, metadata = 200 * 1024, bat = 210 * 1024;
  put_text(out, regions, "regi");
  put_le(out, regions + 8, 2, 4);
  put(out, regions + 16, *from_hex("6677c22d23f600429d64115e9bfd4a08"));
  put_le(out, regions + 32, bat, 8);
  put_le(out, regions + 40, 4096, 4);
  put(out, regions + 48, *from_hex("06a27c8b90479a4bb8fe575f050f886e"));
  put_le(out, regions + 64, metadata, 8);
  put_le(out, regions + 72, 4096, 4);
  put_text(out, metadata, "metadata");
  put_le(out, metadata + 10, 3, 2);
  const std::string_view items[] = {"3767a1ca36fa434db3b633f0aa44e76b",
                                    "2442a52f1bcd7648b2115dbed83bf4b8",
                                    "1dbf41816fa90947ba47f233a8faab5f"};
  const std::uint64_t values[] = {1u << 20, disk.size(), 512};
  for (std::size_t i = 0; i < 3; ++i) {
    put(out, metadata + 32 + i * 32, *from_hex(items[i]));
    put_le(out, metadata + 32 + i * 32 + 16, 1024 + i * 8, 4);
    put_le(out, metadata + 32 + i * 32 + 20, 8, 4);
    put_le(out, metadata + 1024 + i * 8, values[i], 8);
  }
  put_le(out, bat, (1ull << 20) | 6, 8);
  put(out, 1u << 20, disk);
  return out;
}

inline std::string vmdk_descriptor(std::string_view extents) {
  return "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n"
         "createType=\"monolithicSparse\"\n\n# Extent description\n" +
         std::string(extents) + "\n# The Disk Data Base\n";
}
// Virtual Disk Format 5.0, "Hosted sparse extents"; grains of one sector.
inline Buffer vmdk_specimen(const Buffer& disk) {
  Buffer out;
  put_text(out, 0, "KDMV");
  put_le(out, 4, 1, 4);
  put_le(out, 8, 3, 4);
  put_le(out, 12, disk.size() / 512, 8);
  put_le(out, 20, 1, 8);    // grainSize
  put_le(out, 28, 1, 8);    // descriptorOffset
  put_le(out, 36, 1, 8);    // descriptorSize
  put_le(out, 44, 512, 4);  // numGTEsPerGT
  put_le(out, 56, 2, 8);    // gdOffset
  put_text(out, 512, vmdk_descriptor("RW 4 SPARSE \"disk.vmdk\""));
  put_le(out, 1024, 3, 4);  // the one table
  const std::uint32_t grains[] = {7, 0, 8, 9};
  for (std::size_t i = 0; i < 4; ++i) {
    put_le(out, 1536 + i * 4, grains[i], 4);
    if (grains[i] != 0) put(out, grains[i] * 512, chunk_of(disk, i));
  }
  return out;
}

inline std::vector<ImagePart> one_part(Buffer bytes, std::string name = "disk") {
  std::vector<ImagePart> out;
  out.push_back({std::move(name), std::make_unique<MemorySource>(std::move(bytes))});
  return out;
}

/// Sections of an EWF file, one behind the other, each with its own checksum.
class EwfWriter {
 public:
  explicit EwfWriter(std::uint16_t number) {
    put_text(out_, 0, std::string_view("EVF\x09\x0d\x0a\xff\x00\x01", 9));
    put_le(out_, 9, number, 2);
    put_le(out_, 11, 0, 2);
  }
  /// Where the section's contents begin.
  std::size_t section(std::string_view type, Bytes contents) {
    const std::size_t at = out_.size();
    const bool last = type == "done" || type == "next";
    Buffer head(76);
    put_text(head, 0, type);
    put_le(head, 16, last ? at : at + 76 + contents.size(), 8);
    put_le(head, 24, 76 + contents.size(), 8);
    put_le(head, 72, adler(Bytes(head).first(72)), 4);
    put(out_, at, head);
    put(out_, at + 76, contents);
    return at + 76;
  }
  std::size_t size() const { return out_.size(); }
  Buffer take() { return std::move(out_); }

 private:
  Buffer out_;
};

/// Chunks of 512 bytes from `first` on, in a section of sectors and the table behind it.
inline void put_chunks(EwfWriter& file, const Buffer& disk, std::size_t first, std::size_t count) {
  Buffer sectors, table(24);
  const std::size_t at = file.size() + 76;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes chunk = chunk_of(disk, first + i);
    const bool packs = first + i == 1 || first + i == 2;
    put_le(table, 24 + i * 4, (at + sectors.size()) | (packs ? 0x80000000u : 0u), 4);
    if (packs) {
      put(sectors, sectors.size(), packed(chunk, 15));
    } else {
      put(sectors, sectors.size(), chunk);
      put_le(sectors, sectors.size(), adler(chunk), 4);
    }
  }
  file.section("sectors", sectors);
  put_le(table, 0, count, 4);
  put_le(table, 20, adler(Bytes(table).first(20)), 4);
  file.section("table", table);
}

/// What ewfacquire writes of sectors that the disk did not give: first and number of each run.
inline Buffer ewf_errors(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& runs) {
  Buffer out(520);
  put_le(out, 0, runs.size(), 4);
  put_le(out, 516, adler(Bytes(out).first(516)), 4);
  for (const auto& [first, count] : runs) {
    put_le(out, out.size(), first, 4);
    put_le(out, out.size(), count, 4);
  }
  put_le(out, out.size(), adler(Bytes(out).subspan(520)), 4);
  return out;
}

/// Two files: E01 with the first three chunks, E02 with the last, and read errors where given.
inline std::vector<Buffer> ewf_specimen(const Buffer& disk, const Buffer& errors = {}) {
  Buffer volume(1052);
  put_le(volume, 4, 4, 4);
  put_le(volume, 8, 1, 4);  // sectors a chunk
  put_le(volume, 12, 512, 4);
  put_le(volume, 16, disk.size() / 512, 8);
  put_le(volume, 1048, adler(Bytes(volume).first(1048)), 4);
  EwfWriter first(1), second(2);
  first.section("volume", volume);
  put_chunks(first, disk, 0, 3);
  first.section("next", {});
  put_chunks(second, disk, 3, 1);
  if (!errors.empty()) second.section("error2", errors);
  second.section("done", {});
  return {first.take(), second.take()};
}

}  // namespace antidotary::host::image
