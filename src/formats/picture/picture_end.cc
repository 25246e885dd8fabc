#include "formats/picture/picture_end.h"

#include "core/reader.h"

namespace antidotary::picture {
namespace {

using formats::Format;
using End = Result<std::optional<std::size_t>>;

unsigned octet(Bytes bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }

// Section 15: sub-blocks up to an empty one. Nullopt: cut.
Result<bool> skip_sub_blocks(Reader& reader, Budget& budget) {
  while (true) {
    ANTIDOTARY_CHECK(budget.step());
    const auto size = reader.u8();
    if (!size) return false;
    if (*size == 0) return true;
    if (!reader.skip(*size)) return false;
  }
}

std::size_t color_table_bytes(std::uint8_t packed) {
  return (packed & 0x80) == 0 ? 0 : std::size_t{3} << ((packed & 7) + 1);
}

End end_of_gif(Bytes bytes, Budget& budget) {
  Reader reader(bytes);
  const auto screen = reader.take(13);
  if (!screen || !reader.skip(color_table_bytes(static_cast<std::uint8_t>(octet(*screen, 10))))) {
    return std::nullopt;
  }
  while (true) {
    ANTIDOTARY_CHECK(budget.step());
    const auto kind = reader.u8();
    if (!kind) return std::nullopt;
    if (*kind == 0x3b) return reader.offset();  // the trailer
    if (*kind == 0x21) {
      if (!reader.skip(1)) return std::nullopt;  // the extension's label
    } else if (*kind == 0x2c) {
      const auto image = reader.take(9);
      const std::size_t table =
          image ? color_table_bytes(static_cast<std::uint8_t>(octet(*image, 8))) : 0;
      if (!image || !reader.skip(table + 1)) return std::nullopt;
    } else {
      return std::nullopt;
    }
    if (!ANTIDOTARY_TRY(skip_sub_blocks(reader, budget))) return std::nullopt;
  }
}

End end_of_png(Bytes bytes, Budget& budget) {
  Reader reader(bytes, 8);
  while (true) {
    ANTIDOTARY_CHECK(budget.step());
    const auto size = reader.u32_be();
    const auto kind = reader.take(4);
    if (!size || !kind || !reader.skip(std::size_t{*size} + 4)) return std::nullopt;
    if (as_text(*kind) == "IEND") return reader.offset();
  }
}

End end_of_jpeg(Bytes bytes, Budget& budget) {
  std::size_t at = 2;
  while (bytes.size() - at >= 2) {
    ANTIDOTARY_CHECK(budget.step());
    if (octet(bytes, at) != 0xff) return std::nullopt;
    const unsigned marker = octet(bytes, at + 1);
    if (marker == 0xff) {
      ++at;  // fill bytes may stand before a marker
      continue;
    }
    at += 2;
    if (marker == 0xd9) return at;
    if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (bytes.size() - at < 2) return std::nullopt;
    const std::size_t size = octet(bytes, at) << 8 | octet(bytes, at + 1);
    if (size < 2 || size > bytes.size() - at) return std::nullopt;
    at += size;
    if (marker != 0xda) continue;
    // Entropy-coded data: a 0xff in them is followed by 0 or a restart.
    const std::size_t from = at;
    const auto more = [&] {
      const unsigned next = octet(bytes, at + 1);
      return octet(bytes, at) != 0xff || next == 0 || (next >= 0xd0 && next <= 0xd7);
    };
    while (bytes.size() - at >= 2 && more()) ++at;
    ANTIDOTARY_CHECK(budget.step((at - from) / 64 + 1));
  }
  return std::nullopt;
}

}  // namespace

End end_of(Format format, Bytes bytes, Budget& budget) {
  if (format == Format::gif) return end_of_gif(bytes, budget);
  if (format == Format::png) return end_of_png(bytes, budget);
  if (format == Format::jpeg) return end_of_jpeg(bytes, budget);
  if (bytes.size() < 14) return std::nullopt;
  if (format != Format::bmp && format != Format::riff) return std::nullopt;
  const std::size_t stated =
      format == Format::bmp ? load_u32_le(bytes, 2) : std::size_t{load_u32_le(bytes, 4)} + 8;
  if (stated < 14 || stated > bytes.size()) return std::nullopt;
  return stated;
}

}  // namespace antidotary::picture
