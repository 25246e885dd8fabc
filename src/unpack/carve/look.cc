#include "unpack/carve/look.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "formats/executable/extent.h"
#include "unpack/carve/zip_extent.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using namespace std::string_view_literals;

// All of these are handed the bytes from the mark to the end of what holds it.
using Look = std::optional<Found> (*)(Bytes rest);

unsigned octet(Bytes bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }

std::uint32_t crc_of(Bytes bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, as_octets(bytes), static_cast<unsigned>(bytes.size())));
}

Found reaching(Format format, Bytes rest) { return {format, 0, rest.size(), false, {}}; }

Found certain(Found found) {
  found.certain = true;
  return found;
}

Found sized(Format format, Bytes rest, std::uint64_t size) {
  return {
      format, 0, static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), size)), true, {}};
}

std::optional<Found> look_at_pe(Bytes rest) {
  const auto size = executable::pe_extent(rest);
  if (!size) return std::nullopt;
  return sized(Format::pe, rest, *size);
}

std::optional<Found> look_at_elf(Bytes rest) {
  const auto size = executable::elf_extent(rest);
  if (!size) return std::nullopt;
  return sized(Format::elf, rest, *size);
}

// A first block's mark behind the four bytes of the head.
std::optional<Found> look_at_bzip2(Bytes rest) {
  const std::string_view text = as_text(rest);
  if (!text.starts_with("BZh"sv) || text[3] < '1' || text[3] > '9') return std::nullopt;
  return reaching(Format::bzip2, rest);
}

// "Microsoft Cabinet Format", CFHEADER: the size of the whole, at least one folder and file.
std::optional<Found> look_at_cab(Bytes rest) {
  if (rest.size() < 36 || load_u32_le(rest, 12) != 0 || octet(rest, 25) != 1) return std::nullopt;
  const std::uint32_t size = load_u32_le(rest, 8);
  const std::uint32_t files_at = load_u32_le(rest, 16);
  if (files_at < 36 || files_at >= size || load_u16_le(rest, 26) == 0) return std::nullopt;
  return sized(Format::cab, rest, size);
}

// 7zFormat.txt, "SignatureHeader": a checksum over where the next header stands.
std::optional<Found> look_at_seven_zip(Bytes rest) {
  if (rest.size() < 32 || crc_of(rest.subspan(12, 20)) != load_u32_le(rest, 8)) return std::nullopt;
  const std::uint64_t offset = load_u64_le(rest, 12), size = load_u64_le(rest, 20);
  if (offset > rest.size() || size > rest.size()) return reaching(Format::seven_zip, rest);
  return sized(Format::seven_zip, rest, 32 + offset + size);
}

// RAR 1.5 to 4: a header of type 0x73 with the low half of a CRC-32. RAR 5: a CRC-32 over a header
// whose size stands first, in 7-bit groups.
std::optional<Found> look_at_rar(Bytes rest) {
  if (rest.size() < 20) return std::nullopt;
  if (octet(rest, 6) == 0) {
    const std::size_t size = load_u16_le(rest, 12);
    if (octet(rest, 9) != 0x73 || size < 13 || size > rest.size() - 7) return std::nullopt;
    if ((crc_of(rest.subspan(9, size - 2)) & 0xffff) != load_u16_le(rest, 7)) return std::nullopt;
    return reaching(Format::rar, rest);
  }
  if (octet(rest, 6) != 1 || octet(rest, 7) != 0) return std::nullopt;
  std::size_t size = octet(rest, 12) & 0x7f, width = 1;
  if (octet(rest, 12) >= 0x80) {
    size |= static_cast<std::size_t>(octet(rest, 13) & 0x7f) << 7;
    width = 2;
  }
  if (size + width > rest.size() - 12) return std::nullopt;
  if (crc_of(rest.subspan(12, size + width)) != load_u32_le(rest, 8)) return std::nullopt;
  return reaching(Format::rar, rest);
}

// [MS-CFB] 2.2: byte order, version, and the sizes of sectors that go with it.
std::optional<Found> look_at_ole2(Bytes rest) {
  if (rest.size() < 512 || load_u16_le(rest, 28) != 0xfffe) return std::nullopt;
  const std::uint16_t shift = load_u16_le(rest, 30);
  if ((shift != 9 && shift != 12) || load_u16_le(rest, 32) != 6) return std::nullopt;
  return reaching(Format::ole2, rest);
}

// ARJ's main header: its size, and a CRC-32 behind it.
std::optional<Found> look_at_arj(Bytes rest) {
  if (rest.size() < 40) return std::nullopt;
  const std::size_t size = load_u16_le(rest, 2);
  if (size < 30 || size > 2600 || size > rest.size() - 8) return std::nullopt;
  if (crc_of(rest.subspan(4, size)) != load_u32_le(rest, 4 + size)) return std::nullopt;
  return reaching(Format::arj, rest);
}

// A version and the end of its line: what writes or reads PDF holds the mark without them.
std::optional<Found> look_at_pdf(Bytes rest) {
  if (rest.size() < 64) return std::nullopt;
  const auto digit = [&](std::size_t at) {
    return octet(rest, at) >= '0' && octet(rest, at) <= '9';
  };
  const unsigned end = octet(rest, 8);
  if (!digit(5) || octet(rest, 6) != '.' || !digit(7)) return std::nullopt;
  if (end != '\r' && end != '\n' && end != ' ') return std::nullopt;
  return reaching(Format::pdf, rest);
}

std::optional<Found> look_at_rtf(Bytes rest) {
  if (rest.size() < 32 || octet(rest, 5) != '1') return std::nullopt;
  return reaching(Format::rtf, rest);
}

// NSIS' "firstheader" has its mark behind four bytes of flags, of which four bits are known; its
// length comes last. look_behind() moves to its beginning.
std::optional<Found> look_at_nsis(Bytes rest) {
  if (rest.size() < 28 || load_u32_le(rest, 0) > 15) return std::nullopt;
  return certain(sized(Format::nsis, rest, std::max(28u, load_u32_le(rest, 24))));
}

// An InstallShield cabinet: a known family of versions, then nothing, then the place of its
// descriptor, behind a header of 512 bytes. It says of no end.
std::optional<Found> look_at_installshield(Bytes rest) {
  if (rest.size() < 512 || load_u32_le(rest, 8) != 0 || load_u32_le(rest, 12) != 0x200) {
    return std::nullopt;
  }
  const unsigned family = octet(rest, 7);
  if (family != 1 && family != 2 && family != 4) return std::nullopt;
  return certain(reaching(Format::installshield, rest));
}

std::optional<Found> look_at_autoit(Bytes rest) {
  if (rest.size() < 32 || as_text(rest.subspan(16, 6)) != "AU3!EA") return std::nullopt;
  return certain(reaching(Format::autoit, rest));
}

// RFC 1952: no reserved flag, a known system; and what follows inflates for some bytes.
std::optional<Found> look_at_gzip(Bytes rest) {
  if (rest.size() < 18 || (octet(rest, 3) & 0xe0) != 0) return std::nullopt;
  const unsigned extra = octet(rest, 8), system = octet(rest, 9);
  if ((extra != 0 && extra != 2 && extra != 4) || (system > 13 && system != 255)) {
    return std::nullopt;
  }
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return std::nullopt;
  const Bytes probe = rest.first(std::min<std::size_t>(rest.size(), 4096));
  std::array<std::byte, 1024> out{};
  // zlib does not write through next_in; its type lacks the const.
  stream.next_in = const_cast<unsigned char*>(as_octets(probe));
  stream.avail_in = static_cast<unsigned>(probe.size());
  stream.next_out = as_octets(std::span<std::byte>(out));
  stream.avail_out = out.size();
  const int code = inflate(&stream, Z_NO_FLUSH);
  const bool good = code == Z_STREAM_END || (code == Z_OK && stream.avail_out < out.size());
  inflateEnd(&stream);
  if (!good) return std::nullopt;
  return reaching(Format::gzip, rest);
}

// xz 1.0.4, 2.1.1: a CRC-32 over the flags.
std::optional<Found> look_at_xz(Bytes rest) {
  if (rest.size() < 32 || crc_of(rest.subspan(6, 2)) != load_u32_le(rest, 8)) return std::nullopt;
  return reaching(Format::xz, rest);
}

// "ITSF", version 3, a header of 96 bytes.
std::optional<Found> look_at_chm(Bytes rest) {
  if (rest.size() < 96 || load_u32_le(rest, 8) != 96) return std::nullopt;
  return reaching(Format::chm, rest);
}

// SWF 19, chapter 2: version, length; plain ones say where they end, the others hold a zlib stream
// or LZMA's properties.
std::optional<Found> look_at_swf(Bytes rest) {
  if (rest.size() < 21 || octet(rest, 3) == 0 || octet(rest, 3) > 50) return std::nullopt;
  const std::uint32_t length = load_u32_le(rest, 4);
  if (length < 21 || length > (64u << 20)) return std::nullopt;
  if (octet(rest, 0) == 'F') {
    if (length > rest.size()) return std::nullopt;
    return sized(Format::swf, rest, length);
  }
  const bool zlib = octet(rest, 0) == 'C' && octet(rest, 8) == 0x78;
  if (!zlib && (octet(rest, 0) != 'Z' || octet(rest, 12) != 0x5d)) return std::nullopt;
  return reaching(Format::swf, rest);
}

struct Mark {
  std::string_view bytes;
  Look look;               ///< Null for zip, which needs what stands before it.
  std::size_t behind = 0;  ///< Bytes of the object before its mark.
};

constexpr std::array marks = {
    Mark{"MZ"sv, &look_at_pe},
    Mark{"PK\x03\x04"sv, nullptr},
    Mark{"MSCF\0\0\0\0"sv, &look_at_cab},
    Mark{"7z\xbc\xaf\x27\x1c\0"sv, &look_at_seven_zip},
    Mark{"Rar!\x1a\x07"sv, &look_at_rar},
    Mark{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, &look_at_ole2},
    Mark{"\x60\xea"sv, &look_at_arj},
    Mark{"%PDF-"sv, &look_at_pdf},
    Mark{"{\\rtf"sv, &look_at_rtf},
    Mark{"\xef\xbe\xad\xdeNullsoftInst"sv, &look_at_nsis, 4},
    Mark{"\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7d"sv, &look_at_autoit},
    Mark{"ISc("sv, &look_at_installshield},
    Mark{"\x1f\x8b\x08"sv, &look_at_gzip},
    Mark{"1AY&SY"sv, &look_at_bzip2, 4},
    Mark{"\xfd"
         "7zXZ\0"sv,
         &look_at_xz},
    Mark{"\x7f"
         "ELF"sv,
         &look_at_elf},
    Mark{"ITSF\x03\0\0\0"sv, &look_at_chm},
    Mark{"FWS"sv, &look_at_swf},
    Mark{"CWS"sv, &look_at_swf},
    Mark{"ZWS"sv, &look_at_swf},
};

}  // namespace

std::span<const std::string_view> embedded_marks() {
  static const auto all = [] {
    std::array<std::string_view, marks.size()> out;
    for (std::size_t i = 0; i < marks.size(); ++i) out[i] = marks[i].bytes;
    return out;
  }();
  return all;
}

std::optional<Found> look_behind(std::size_t mark, Bytes bytes, std::size_t at, Budget& budget) {
  const Mark& row = marks[mark];
  if (row.look == nullptr) return zip_at(bytes, at, budget);
  if (at < row.behind) return std::nullopt;
  auto found = row.look(bytes.subspan(at - row.behind));
  if (found) found->begin += at - row.behind;
  return found;
}

}  // namespace antidotary::unpack
