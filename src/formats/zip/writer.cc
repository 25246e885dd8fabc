#include "formats/zip/writer.h"

#include <array>

#include "core/reader.h"

namespace antidotary::zip {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320u : 0);
    table[i] = value;
  }
  return table;
}
constexpr auto crc_table = make_crc_table();

constexpr std::uint16_t utf8_flag = 0x800;

void append(Buffer& out, std::string_view text) {
  const Bytes bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

std::uint32_t crc32(Bytes bytes) {
  std::uint32_t value = 0xffffffffu;
  for (const std::byte b : bytes) {
    value = (value >> 8) ^ crc_table[(value ^ std::to_integer<std::uint32_t>(b)) & 0xff];
  }
  return ~value;
}

void Writer::add(std::string_view name, Bytes data, bool encrypted) {
  Written member{std::string(name), static_cast<std::uint16_t>(utf8_flag | (encrypted ? 1 : 0)),
                 crc32(data), static_cast<std::uint32_t>(data.size()),
                 static_cast<std::uint32_t>(out_.size())};
  append(out_, "PK\x03\x04");  // 4.3.7 local file header
  append_u16_le(out_, 20);     // version needed: 2.0
  append_u16_le(out_, member.flags);
  append_u16_le(out_, 0);       // method: stored
  append_u16_le(out_, 0);       // time
  append_u16_le(out_, 0x2f01);  // date: 2003-08-01
  append_u32_le(out_, member.crc);
  append_u32_le(out_, member.bytes);
  append_u32_le(out_, member.bytes);
  append_u16_le(out_, static_cast<std::uint16_t>(name.size()));
  append_u16_le(out_, 0);
  append(out_, name);
  out_.insert(out_.end(), data.begin(), data.end());
  written_.push_back(std::move(member));
}

void Writer::add_overlap(std::string_view name, std::size_t index) {
  Written member = written_.at(index);
  member.name = name;
  written_.push_back(std::move(member));
}

Buffer Writer::finish() {
  const auto directory_offset = static_cast<std::uint32_t>(out_.size());
  for (const Written& member : written_) {
    append(out_, "PK\x01\x02");  // 4.3.12 central directory header
    append_u16_le(out_, 20);
    append_u16_le(out_, 20);
    append_u16_le(out_, member.flags);
    append_u16_le(out_, 0);
    append_u16_le(out_, 0);
    append_u16_le(out_, 0x2f01);
    append_u32_le(out_, member.crc);
    append_u32_le(out_, member.bytes);
    append_u32_le(out_, member.bytes);
    append_u16_le(out_, static_cast<std::uint16_t>(member.name.size()));
    append_u16_le(out_, 0);  // extra
    append_u16_le(out_, 0);  // comment
    append_u16_le(out_, 0);  // disk
    append_u16_le(out_, 0);  // internal attributes
    append_u32_le(out_, 0);  // external attributes
    append_u32_le(out_, member.offset);
    append(out_, member.name);
  }
  const auto directory_bytes = static_cast<std::uint32_t>(out_.size()) - directory_offset;
  append(out_, "PK\x05\x06");  // 4.3.16 end of central directory
  append_u16_le(out_, 0);
  append_u16_le(out_, 0);
  append_u16_le(out_, static_cast<std::uint16_t>(written_.size()));
  append_u16_le(out_, static_cast<std::uint16_t>(written_.size()));
  append_u32_le(out_, directory_bytes);
  append_u32_le(out_, directory_offset);
  append_u16_le(out_, 0);
  return std::move(out_);
}

}  // namespace antidotary::zip
