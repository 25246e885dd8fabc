#include "unpack/codecs/inflate.h"

namespace antidotary::unpack {

Inflated inflate(Bytes packed, Wrapping wrapping, Budget& budget) {
  switch (wrapping) {
    case Wrapping::none:
      return unpack_stream(Packing::deflate, packed, budget);
    case Wrapping::zlib:
      return unpack_stream(Packing::zlib, packed, budget);
    case Wrapping::gzip:
      return unpack_stream(Packing::gzip, packed, budget);
  }
  return {};
}

}  // namespace antidotary::unpack
