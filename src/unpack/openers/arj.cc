// ARJ: archives of Robert Jung's ARJ 2 and its kin.
//
// No library of Debian reads them. Methods 0 (stored), 1 to 3 (codes of Huffman over a window of
// 26,624 bytes, the same as LHA's -lh5- but for its sizes) and 4 (fixed codes).
// By the format's public description ("ARJ TECHNICAL INFORMATION", 1993-1997).
#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "formats/mime/encoding.h"
#include "unpack/codecs/arj_methods.h"
#include "unpack/opener.h"
#include "unpack/trailing.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t header_bytes_max = 2600;
constexpr std::size_t first_part_bytes_min = 30;
constexpr unsigned garbled_flag = 0x01;
constexpr unsigned continued_flags = 0x04 | 0x08;
constexpr unsigned main_header_type = 2;
constexpr unsigned directory_type = 3;

struct Header {
  unsigned flags = 0;
  unsigned method = 0;
  unsigned type = 0;
  std::uint32_t packed_bytes = 0;
  std::uint32_t unpacked_bytes = 0;
  std::uint32_t crc32 = 0;
  std::string name;
  bool end = false;
  bool checksum_wrong = false;
};

std::uint32_t crc_of(Bytes bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, as_octets(bytes), bytes.size()));
}

Result<Header> read_header(Reader& reader) {
  const auto at = reader.offset();
  if (ANTIDOTARY_TRY(reader.u16_le()) != 0xea60) {
    return fail_at(at, ErrorKind::malformed, "no header where one should stand");
  }
  Header out;
  const std::size_t size = ANTIDOTARY_TRY(reader.u16_le());
  if (size == 0) {
    out.end = true;
    return out;
  }
  if (size > header_bytes_max || size < first_part_bytes_min) {
    return fail_at(at, ErrorKind::malformed, "a header of {} bytes", size);
  }
  const Bytes header = ANTIDOTARY_TRY(reader.take(size));
  out.checksum_wrong = ANTIDOTARY_TRY(reader.u32_le()) != crc_of(header);
  // Extended headers, each with a checksum, to a size of 0.
  while (const std::size_t more = ANTIDOTARY_TRY(reader.u16_le())) {
    ANTIDOTARY_CHECK(reader.skip(more));
    ANTIDOTARY_CHECK(reader.skip(4));
  }
  out.flags = std::to_integer<unsigned>(header[4]);
  out.method = std::to_integer<unsigned>(header[5]);
  out.type = std::to_integer<unsigned>(header[6]);
  out.packed_bytes = load_u32_le(header, 12);
  out.unpacked_bytes = load_u32_le(header, 16);
  out.crc32 = load_u32_le(header, 20);
  const std::size_t first = std::to_integer<std::size_t>(header[0]);
  const std::string_view rest = as_text(header.subspan(std::min(first, header.size())));
  out.name = mime::to_utf8("", rest.substr(0, rest.find('\0')));
  return out;
}

Brought unpack_member(const Header& header, Bytes data, Budget& budget) {
  Brought out;
  if (header.method == 0) {
    bring(out, data, budget);
  } else if (header.method <= 3) {
    out = unarj_huffman(data, header.unpacked_bytes, budget);
  } else if (header.method == 4) {
    out = unarj_fastest(data, header.unpacked_bytes, budget);
  } else {
    out.error = Error{ErrorKind::unsupported,
                      fmt::format("packed by method {}, which is not read", header.method),
                      {}};
  }
  if (!out.error && (crc_of(out.bytes) != header.crc32 || header.checksum_wrong)) {
    out.error = Error{ErrorKind::malformed, "its checksum is wrong", std::nullopt};
  }
  return out;
}

// One member; errors end the archive.
Result<Next> next_member(Reader& reader, Bytes bytes, std::size_t number, Budget& budget,
                         const Visitor& visitor) {
  ANTIDOTARY_CHECK(budget.step(64));
  Header header = ANTIDOTARY_TRY(read_header(reader));
  if (header.end) return Next::end;
  if (header.type == main_header_type) return Next::member;
  if (header.name.empty()) header.name = fmt::format("member {}", number);
  const Bytes data = bytes.subspan(reader.offset())
                         .first(std::min<std::size_t>(reader.remaining(), header.packed_bytes));
  static_cast<void>(reader.skip(data.size()));
  if (header.type == directory_type) return Next::member;
  ANTIDOTARY_CHECK(budget.new_object());
  const bool locked = (header.flags & garbled_flag) != 0;
  if (visitor.member) {
    visitor.member(
        {header.name, header.packed_bytes, header.unpacked_bytes, locked, number, header.crc32});
  }
  if (visitor.wanted && !visitor.wanted(number - 1)) return Next::member;
  if (locked) {
    visitor.missed({header.name, Error{ErrorKind::encrypted, "the member is encrypted", {}}});
    return Next::member;
  }
  Brought brought = unpack_member(header, data, budget);
  if (data.size() < header.packed_bytes && !brought.purse_empty) {
    brought.error = Error{ErrorKind::truncated, "the archive ends early", std::nullopt};
  } else if ((header.flags & continued_flags) != 0 && !brought.error) {
    brought.error = Error{ErrorKind::unsupported, "it goes on in another file", std::nullopt};
  }
  hand_out(header.name, brought, visitor);
  return next_after(brought);
}

void open_arj(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  Reader reader(bytes);
  for (std::size_t number = 0;; ++number) {
    const auto next = next_member(reader, bytes, number, budget, visitor);
    if (!next) return visitor.missed({"", next.error()});
    if (*next == Next::purse_empty) return;
    if (*next == Next::end) return hand_out_trailing(bytes, reader.offset(), budget, visitor);
  }
}

}  // namespace

std::span<const Opener> arj_openers() {
  static constexpr std::array rows = {Opener{Format::arj, &open_arj}};
  return rows;
}

}  // namespace antidotary::unpack
