// A single compressed file: its one child is "content", what all its streams hold one behind the
// other (RFC 1952 2.2 and kin); what stands behind the last is "trailing data".
#include <lz4.h>

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "unpack/codecs/streams.h"
#include "unpack/library_archive.h"
#include "unpack/opener.h"
#include "unpack/trailing.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;

using formats::Format;

constexpr std::uint32_t lz4_legacy_magic = 0x184c2102;
constexpr std::size_t lz4_legacy_block_bytes = 8u << 20;

struct Row {
  Format format;
  Packing packing;
  std::string_view magic;  ///< Of each stream; empty: there is but one.
};
constexpr std::array rows_read = {Row{Format::gzip, Packing::gzip, "\x1f\x8b"sv},
                                  Row{Format::bzip2, Packing::bzip2, "BZh"sv},
                                  Row{Format::xz, Packing::xz, "\xfd\x37zXZ\0"sv},
                                  Row{Format::lzma, Packing::lzma, ""sv},
                                  Row{Format::zstd, Packing::zstd, "\x28\xb5\x2f\xfd"sv},
                                  Row{Format::lz4, Packing::lz4, "\x04\x22\x4d\x18"sv}};

// 0x184D2A50 to 0x184D2A5F: what zstd and lz4 both skip.
bool is_skippable(Bytes bytes) {
  return bytes.size() >= 4 && (load_u32_le(bytes, 0) & 0xfffffff0u) == 0x184d2a50u;
}

bool goes_on(const Row& row, Bytes rest) {
  if (row.magic.empty()) return false;
  if (as_text(rest).starts_with(row.magic)) return true;
  return (row.packing == Packing::zstd || row.packing == Packing::lz4) && is_skippable(rest);
}

bool is_lz4_legacy(Bytes bytes) {
  return bytes.size() >= 4 && load_u32_le(bytes, 0) == lz4_legacy_magic;
}

// LZ4 Frame Format, "Legacy frame": blocks of at most 8 MiB behind their packed sizes, without an
// end: what is no size of a block is another frame's.
// `block` is kept from frame to frame, and is there only once a block is.
std::size_t unpack_lz4_legacy(Brought& out, Bytes bytes, Buffer& block, Budget& budget) {
  std::size_t at = 4;
  while (bytes.size() - at >= 4) {
    const std::size_t size = load_u32_le(bytes, at);
    if (size > static_cast<std::size_t>(LZ4_compressBound(lz4_legacy_block_bytes))) break;
    if (size > bytes.size() - at - 4) {
      out.error = Error{ErrorKind::truncated, "the compressed data end early", at};
      return bytes.size();
    }
    if (const auto paid = budget.step(size + 64); !paid) {
      out.error = paid.error();
      return at;
    }
    // No byte of a block stands for more than 255.
    block.resize(std::max(block.size(), std::min(lz4_legacy_block_bytes, size * 255)));
    const int got = LZ4_decompress_safe(as_chars(bytes.subspan(at + 4, size)),
                                        as_chars(std::span<std::byte>(block)),
                                        static_cast<int>(size), static_cast<int>(block.size()));
    if (got < 0) {
      out.error = Error{ErrorKind::malformed, "the compressed data are damaged", at};
      return at;
    }
    at += 4 + size;
    out.packed_bytes = at;
    if (!bring(out, Bytes(block).first(static_cast<std::size_t>(got)), budget)) return at;
  }
  return at;
}

// xz allows zero bytes between streams, in fours (.xz 1.2.0, 2.2); tapes leave them behind others.
std::size_t zeros_at(Bytes bytes) {
  const auto end =
      std::find_if(bytes.begin(), bytes.end(), [](std::byte b) { return b != std::byte{0}; });
  return static_cast<std::size_t>(end - bytes.begin());
}

void open_streams(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Row& row = *std::find_if(rows_read.begin(), rows_read.end(),
                                 [format](const Row& one) { return one.format == format; });
  if (const auto paid = budget.new_object(); !paid) return visitor.missed({"", paid.error()});
  Brought brought;
  Buffer block;
  std::size_t at = 0;
  std::size_t end = 0;
  do {
    const Bytes rest = bytes.subspan(at);
    const bool legacy = row.packing == Packing::lz4 && is_lz4_legacy(rest);
    at += legacy ? unpack_lz4_legacy(brought, rest, block, budget)
                 : unpack_stream_onto(brought, row.packing, rest, budget);
    end = at;
    if (const auto paid = budget.step(64); !brought.error && !paid) {
      brought.error = paid.error();
    }
    if (brought.error) break;
    at += zeros_at(bytes.subspan(at));
  } while (goes_on(row, bytes.subspan(at)) ||
           (format == Format::lz4 && is_lz4_legacy(bytes.subspan(at))));
  if (brought.error && brought.bytes.empty() && brought.error->kind == ErrorKind::malformed &&
      row.magic.empty()) {
    // No magic, and nothing came out: it was never such a stream.
    brought.error->kind = ErrorKind::not_this_format;
  }
  if (!visitor.wanted || visitor.wanted(0)) hand_out("content", brought, visitor);
  if (!brought.error) hand_out_trailing(bytes, end, budget, visitor);
}

// compress (.Z) alone is left to libarchive, which has it built in.
void open_compress(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const ArchiveReader reader(archive_read_new());
  ArchiveSource source(bytes);
  if (!reader || archive_read_support_filter_compress(reader.get()) != ARCHIVE_OK ||
      archive_read_support_format_raw(reader.get()) != ARCHIVE_OK) {
    return visitor.missed({"", Error{ErrorKind::internal, "no decoder of compress", {}}});
  }
  Status status = source.open(reader.get());
  if (status) status = budget.new_object();
  if (!status) return visitor.missed({"", status.error()});
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(reader.get(), &entry);
  if (code == ARCHIVE_EOF) return;
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    return visitor.missed(
        {"", Error{ErrorKind::malformed, ArchiveSource::sentence(reader.get()), std::nullopt}});
  }
  hand_out("content", read_data(reader.get(), source, budget), visitor);
}

}  // namespace

std::span<const Opener> compressed_openers() {
  static const std::array rows = [] {
    std::array<Opener, rows_read.size() + 1> out{};
    for (std::size_t i = 0; i < rows_read.size(); ++i)
      out[i] = {rows_read[i].format, &open_streams};
    out.back() = {Format::compress, &open_compress};
    return out;
  }();
  return rows;
}

}  // namespace antidotary::unpack
