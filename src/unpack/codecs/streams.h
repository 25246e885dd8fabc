// Streams: the packings that a library each decodes, behind one name.
//
// zlib, libbz2, liblzma, libzstd and liblz4 (docs/decisions/0100). A dictionary that is larger than
// dictionary_bytes_max is refused before it is allocated. Internal to the room.
#pragma once

#include <cstdint>
#include <memory>

#include "unpack/codecs/decoder.h"

namespace antidotary::unpack {

enum class Packing : std::uint8_t {
  deflate,  ///< RFC 1951, bare.
  zlib,     ///< RFC 1950.
  gzip,     ///< RFC 1952, one member.
  bzip2,    ///< One stream.
  xz,       ///< One stream of the .xz format 1.2.0.
  lzma,     ///< The .lzma format: properties, size, data.
  zstd,     ///< One frame of RFC 8878, or a skippable one.
  lz4,      ///< One frame of LZ4 Frame Format 1.6, or a skippable one.
};

/// The largest memory of earlier bytes that a stream may ask for. `zstd --long` and `xz -9` ask for
/// 128 and 64 MiB.
inline constexpr std::size_t dictionary_bytes_max = 128u << 20;

/// Null where the library has no memory left.
std::unique_ptr<Decoder> make_decoder(Packing packing);

struct Unpacked {
  Brought brought;
  std::size_t consumed = 0;  ///< Bytes of the input that the stream took.
};

/// The one stream at the start of `packed`.
Unpacked unpack_stream(Packing packing, Bytes packed, Budget& budget);

/// The same, behind what `out` holds; answers what the stream took.
std::size_t unpack_stream_onto(Brought& out, Packing packing, Bytes packed, Budget& budget);

}  // namespace antidotary::unpack
