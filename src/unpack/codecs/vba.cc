#include "unpack/codecs/vba.h"

#include <algorithm>

#include "core/reader.h"

namespace antidotary::unpack {
namespace {

constexpr std::size_t chunk_bytes_max = 4096;

// 2.4.1.3.19.1: how many bits of a token say the offset depends on how much has come out.
unsigned offset_bits(std::size_t out) {
  unsigned bits = 4;
  while ((std::size_t{1} << bits) < out) ++bits;
  return bits;
}

// 2.4.1.3.2: appends what the tokens of one chunk say; false where they cannot be meant.
bool unpack_chunk(Bytes tokens, Buffer& chunk) {
  std::size_t at = 0;
  while (at < tokens.size()) {
    const auto flags = std::to_integer<unsigned>(tokens[at++]);
    for (unsigned bit = 0; bit < 8 && at < tokens.size(); ++bit) {
      if ((flags >> bit & 1u) == 0) {
        chunk.push_back(tokens[at++]);
      } else {
        if (tokens.size() - at < 2 || chunk.empty()) return false;
        const std::uint16_t token = load_u16_le(tokens, at);
        at += 2;
        const unsigned bits = offset_bits(chunk.size());
        const std::size_t offset = (static_cast<std::size_t>(token) >> (16 - bits)) + 1;
        const std::size_t length = (token & (0xffffu >> bits)) + 3u;
        if (offset > chunk.size() || length > chunk_bytes_max - chunk.size()) return false;
        for (std::size_t i = 0; i < length; ++i) chunk.push_back(chunk[chunk.size() - offset]);
      }
      if (chunk.size() >= chunk_bytes_max) return true;
    }
  }
  return true;
}

}  // namespace

Brought unpack_vba(Bytes packed, Budget& budget) {
  Brought out;
  if (packed.empty() || packed[0] != std::byte{1}) {
    out.error = Error{ErrorKind::malformed, "no compressed text of a macro", std::nullopt};
    return out;
  }
  std::size_t at = 1;
  while (packed.size() - at >= 2) {
    // 2.4.1.1.5: 12 bits of size, three fixed, one that says whether it is compressed.
    const std::uint16_t header = load_u16_le(packed, at);
    if ((header & 0x7000u) != 0x3000u) {
      // Whatever stands behind the container.
      if (at > 1) break;
      out.error = Error{ErrorKind::malformed, "the text of a macro is damaged", std::nullopt};
      return out;
    }
    at += 2;
    const std::size_t stated = (header & 0x0fffu) + 1u;
    const std::size_t size = std::min(stated, packed.size() - at);
    const Bytes data = packed.subspan(at, size);
    at += size;
    Buffer chunk;
    bool sound = size == stated;
    if ((header & 0x8000u) != 0) {
      sound = unpack_chunk(data, chunk) && sound;
    } else {
      chunk.assign(data.begin(), data.end());
    }
    if (!bring(out, chunk, budget)) return out;
    if (sound) continue;
    out.error = Error{size == stated ? ErrorKind::malformed : ErrorKind::truncated,
                      "the text of a macro is damaged", std::nullopt};
    return out;
  }
  return out;
}

std::size_t find_vba(Bytes module) {
  // Signature, chunk header, a flag byte without copies, then eight characters as they are.
  static constexpr std::string_view mark("\0Attribut", 9);
  const std::string_view text = as_text(module);
  for (std::size_t at = text.find(mark, 3); at != std::string_view::npos;
       at = text.find(mark, at + 1)) {
    const bool compressed = (load_u16_le(module, at - 2) & 0xf000u) == 0xb000u;
    if (text[at - 3] == '\1' && compressed) return at - 3;
  }
  return std::string_view::npos;
}

}  // namespace antidotary::unpack
