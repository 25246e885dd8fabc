#include "unpack/codecs/decoder.h"

#include <array>

namespace antidotary::unpack {
namespace {

constexpr std::size_t piece_bytes = 64u << 10;

}  // namespace

std::size_t drive(Decoder& decoder, Bytes packed, Brought& out, Budget& budget) {
  std::array<std::byte, piece_bytes> piece;
  const std::size_t before = out.packed_bytes;
  std::size_t consumed = 0;
  while (true) {
    Decoder::Step step = decoder.run(packed.subspan(consumed), piece);
    consumed += step.consumed;
    out.packed_bytes = before + consumed;
    if (!bring(out, Bytes(piece).first(step.produced), budget)) return consumed;
    if (step.error) {
      out.error = std::move(step.error);
      return consumed;
    }
    if (step.ended) return consumed;
    if (step.consumed > 0 || step.produced > 0) continue;
    out.error = consumed == packed.size()
                    ? Error{ErrorKind::truncated, "the compressed data end early", std::nullopt}
                    : Error{ErrorKind::malformed, "the compressed data are damaged", std::nullopt};
    return consumed;
  }
}

}  // namespace antidotary::unpack
