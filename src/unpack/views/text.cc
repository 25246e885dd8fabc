#include "unpack/views/text.h"

#include <array>

namespace antidotary::unpack {
namespace {

// What a byte becomes; 0: it is left out.
constexpr std::array<unsigned char, 256> made_table() {
  std::array<unsigned char, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool blank = c == ' ' || (c >= 9 && c <= 13);
    const bool kept = c > ' ' && c < 0x80;
    const bool capital = c >= 'A' && c <= 'Z';
    table[c] = static_cast<unsigned char>(blank ? ' ' : kept ? (capital ? c + 32 : c) : 0);
  }
  return table;
}
constexpr std::array<unsigned char, 256> becomes = made_table();

}  // namespace

Buffer text_view(Bytes bytes) {
  Buffer out(bytes.size());
  std::byte* next = out.data();
  unsigned blank_before = 0;
  for (const std::byte byte : bytes) {
    const unsigned char c = becomes[std::to_integer<unsigned char>(byte)];
    *next = static_cast<std::byte>(c);
    const unsigned kept = c != 0;
    const unsigned blank = c == ' ';
    next += kept & ~(blank & blank_before);
    blank_before = blank | (blank_before & ~kept & 1u);
  }
  out.resize(static_cast<std::size_t>(next - out.data()));
  return out;
}

}  // namespace antidotary::unpack
