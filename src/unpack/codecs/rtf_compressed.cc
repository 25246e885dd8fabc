#include "unpack/codecs/rtf_compressed.h"

#include <array>

#include "core/reader.h"

namespace antidotary::unpack {
namespace {

// 2.1.2.1: what the dictionary holds before the first byte.
constexpr std::string_view first_words =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
static_assert(first_words.size() == 207);

constexpr std::size_t header_bytes = 16;
constexpr std::uint32_t packed_mark = 0x75465a4c;
constexpr std::uint32_t plain_mark = 0x414c454d;

Error damaged(ErrorKind kind) {
  return {kind, "the compressed text of the message is damaged", std::nullopt};
}

}  // namespace

Brought unpack_compressed_rtf(Bytes packed, Budget& budget) {
  Brought out;
  if (packed.size() < header_bytes) {
    out.error = damaged(ErrorKind::truncated);
    return out;
  }
  const std::uint32_t mark = load_u32_le(packed, 8);
  if (mark == plain_mark) {
    bring(out, packed.subspan(header_bytes), budget);
    return out;
  }
  if (mark != packed_mark) {
    out.error = damaged(ErrorKind::malformed);
    return out;
  }
  std::array<std::byte, 4096> window{};
  std::size_t write = 0;
  for (const std::byte b : as_bytes(first_words)) window[write++] = b;
  Buffer piece;
  const auto put = [&](std::byte b) {
    window[write] = b;
    write = (write + 1) % window.size();
    piece.push_back(b);
  };
  std::size_t at = header_bytes;
  while (at < packed.size()) {
    const auto control = std::to_integer<unsigned>(packed[at++]);
    for (unsigned bit = 0; bit < 8; ++bit) {
      if ((control >> bit & 1u) == 0) {
        if (at >= packed.size()) break;
        put(packed[at++]);
        continue;
      }
      if (packed.size() - at < 2) break;
      const auto token = static_cast<unsigned>(std::to_integer<unsigned>(packed[at]) << 8 |
                                               std::to_integer<unsigned>(packed[at + 1]));
      at += 2;
      std::size_t from = token >> 4;
      if (from == write) {
        bring(out, piece, budget);
        return out;
      }
      for (unsigned i = 0; i < (token & 15u) + 2; ++i) {
        put(window[from]);
        from = (from + 1) % window.size();
      }
    }
    if (piece.size() < 4096) continue;
    if (!bring(out, piece, budget)) return out;
    piece.clear();
  }
  if (bring(out, piece, budget)) out.error = damaged(ErrorKind::truncated);
  return out;
}

}  // namespace antidotary::unpack
