#include "unpack/codecs/zip_methods.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/reader.h"
#include "unpack/codecs/streams.h"

namespace antidotary::unpack {
namespace {

enum Method : std::uint16_t {
  stored = 0,
  shrunk = 1,
  imploded = 6,
  deflated = 8,
  deflated64 = 9,
  bzip2 = 12,
  lzma = 14,
  zstd_old = 20,
  zstd = 93,
  xz = 95,
};

constexpr std::uint16_t lzma_end_marker_flag = 0x2;

// 5.8.8: a version, the length of the properties, the properties, the data. As a .lzma file is
// the same but for a size, one is put before them.
Brought unpack_lzma(const ZipPacked& packed, Budget& budget) {
  Brought out;
  if (packed.data.size() < 9 || load_u16_le(packed.data, 2) != 5) {
    out.error = Error{ErrorKind::malformed, "the LZMA properties are damaged", std::nullopt};
    return out;
  }
  Buffer stream = to_buffer(packed.data.subspan(4, 5));
  const bool marked = (packed.flags & lzma_end_marker_flag) != 0;
  append_u64_le(stream, marked ? ~std::uint64_t{0} : packed.unpacked_bytes);
  stream.insert(stream.end(), packed.data.begin() + 9, packed.data.end());
  unpack_stream_onto(out, Packing::lzma, stream, budget);
  return out;
}

Brought by_library(Packing packing, Bytes data, Budget& budget) {
  return unpack_stream(packing, data, budget).brought;
}

Brought copy(Bytes data, Budget& budget) {
  Brought out;
  bring(out, data, budget);
  return out;
}

}  // namespace

bool reads_zip_method(std::uint16_t method) {
  switch (method) {
    case stored:
    case shrunk:
    case imploded:
    case deflated:
    case deflated64:
    case bzip2:
    case lzma:
    case zstd_old:
    case zstd:
    case xz:
      return true;
    default:
      return false;
  }
}

Brought unpack_zip_method(const ZipPacked& packed, Budget& budget) {
  switch (packed.method) {
    case stored:
      return copy(packed.data, budget);
    case shrunk:
      return unshrink(packed, budget);
    case imploded:
      return explode(packed, budget);
    case deflated:
      return by_library(Packing::deflate, packed.data, budget);
    case deflated64:
      return inflate64(packed.data, budget);
    case bzip2:
      return by_library(Packing::bzip2, packed.data, budget);
    case lzma:
      return unpack_lzma(packed, budget);
    case zstd_old:
    case zstd:
      return by_library(Packing::zstd, packed.data, budget);
    case xz:
      return by_library(Packing::xz, packed.data, budget);
    default: {
      Brought out;
      out.error =
          Error{ErrorKind::unsupported,
                fmt::format("packed by method {}, which is not read", packed.method), std::nullopt};
      return out;
    }
  }
}

}  // namespace antidotary::unpack
