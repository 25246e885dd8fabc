// ZipWriter: local headers, data, central directory, end record.
#include "simulate/zip_writer.h"

#include <array>

#include "core/reader.h"

namespace antidotary::simulate {
namespace {

// 2003-08-01 09:00 in MS-DOS form: year - 1980 in bits 9.., month 5.., day; hour in bits 11...
constexpr std::uint16_t dos_date = (23 << 9) | (8 << 5) | 1;
constexpr std::uint16_t dos_time = 9 << 11;
constexpr std::uint16_t version_needed = 10;
constexpr std::uint16_t name_is_utf8 = 0x0800;
constexpr std::uint64_t local_header_size = 30;
constexpr std::uint64_t central_header_size = 46;
constexpr std::uint64_t end_record_size = 22;

std::uint32_t crc32(Bytes bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> rows{};
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      std::uint32_t row = i;
      for (int bit = 0; bit < 8; ++bit) row = (row & 1) != 0 ? (row >> 1) ^ 0xedb88320u : row >> 1;
      rows[i] = row;
    }
    return rows;
  }();
  std::uint32_t sum = 0xffffffff;
  for (const std::byte byte : bytes) {
    sum = table[(sum ^ std::to_integer<std::uint32_t>(byte)) & 0xff] ^ (sum >> 8);
  }
  return sum ^ 0xffffffff;
}

void append(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

// The fields that local and central header share (APPNOTE 4.3.7 and 4.3.12).
void append_common(Buffer& out, const ZipMember& member) {
  const auto size = static_cast<std::uint32_t>(member.data.size());
  append_u16_le(out, version_needed);
  append_u16_le(out, name_is_utf8);
  append_u16_le(out, 0);  // stored
  append_u16_le(out, dos_time);
  append_u16_le(out, dos_date);
  append_u32_le(out, crc32(member.data));
  append_u32_le(out, size);
  append_u32_le(out, size);
  append_u16_le(out, static_cast<std::uint16_t>(member.name.size()));
  append_u16_le(out, 0);  // extra field
}

}  // namespace

std::uint64_t zip_overhead(const std::string& member_name) {
  return local_header_size + central_header_size + end_record_size + 2 * member_name.size();
}

Buffer write_zip(const std::vector<ZipMember>& members) {
  Buffer out;
  Buffer central;
  for (const ZipMember& member : members) {
    const auto offset = static_cast<std::uint32_t>(out.size());
    append_u32_le(out, 0x04034b50);
    append_common(out, member);
    append(out, as_bytes(member.name));
    append(out, member.data);

    append_u32_le(central, 0x02014b50);
    append_u16_le(central, version_needed);  // made by
    append_common(central, member);
    append_u16_le(central, 0);  // comment
    append_u16_le(central, 0);  // disk
    append_u16_le(central, 0);  // internal attributes
    append_u32_le(central, 0);  // external attributes
    append_u32_le(central, offset);
    append(central, as_bytes(member.name));
  }
  const auto central_offset = static_cast<std::uint32_t>(out.size());
  append(out, central);
  append_u32_le(out, 0x06054b50);
  append_u16_le(out, 0);
  append_u16_le(out, 0);
  append_u16_le(out, static_cast<std::uint16_t>(members.size()));
  append_u16_le(out, static_cast<std::uint16_t>(members.size()));
  append_u32_le(out, static_cast<std::uint32_t>(central.size()));
  append_u32_le(out, central_offset);
  append_u16_le(out, 0);
  return out;
}

}  // namespace antidotary::simulate
