#include "core/reader.h"

namespace antidotary {
namespace {

template <class Number>
Number load_le(Bytes bytes, std::size_t offset) {
  Number value = 0;
  const Bytes field = bytes.subspan(offset, sizeof(Number));
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    value = static_cast<Number>((static_cast<std::uint64_t>(value) << 8) |
                                std::to_integer<std::uint64_t>(field[i]));
  }
  return value;
}

template <class Number>
void store_le(std::span<std::byte> out, std::size_t offset, Number value) {
  const auto field = out.subspan(offset, sizeof(Number));
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    field[i] = static_cast<std::byte>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xff);
  }
}

template <class Number>
void append_le(Buffer& out, Number value) {
  const std::size_t offset = out.size();
  out.resize(offset + sizeof(Number));
  store_le(out, offset, value);
}

template <class Number>
Result<Number> read_le(Reader& reader) {
  const Bytes field = ANTIDOTARY_TRY(reader.take(sizeof(Number)));
  return load_le<Number>(field, 0);
}

}  // namespace

Result<Bytes> Reader::take(std::size_t count) {
  if (count > remaining()) {
    return fail_at(offset_, ErrorKind::truncated, "{} bytes wanted, {} left", count, remaining());
  }
  const Bytes taken = bytes_.subspan(offset_, count);
  offset_ += count;
  return taken;
}

Status Reader::seek(std::size_t offset) {
  if (offset > bytes_.size()) {
    return fail_at(offset, ErrorKind::truncated, "offset lies outside the {} bytes", bytes_.size());
  }
  offset_ = offset;
  return {};
}

Status Reader::skip(std::size_t count) {
  ANTIDOTARY_TRY(take(count));
  return {};
}

Result<std::uint8_t> Reader::u8() { return read_le<std::uint8_t>(*this); }
Result<std::uint16_t> Reader::u16_le() { return read_le<std::uint16_t>(*this); }
Result<std::uint32_t> Reader::u32_le() { return read_le<std::uint32_t>(*this); }
Result<std::uint64_t> Reader::u64_le() { return read_le<std::uint64_t>(*this); }

Result<std::uint16_t> Reader::u16_be() {
  const std::uint16_t value = ANTIDOTARY_TRY(u16_le());
  return static_cast<std::uint16_t>((value >> 8) | (value << 8));
}

Result<std::uint32_t> Reader::u32_be() { return __builtin_bswap32(ANTIDOTARY_TRY(u32_le())); }

std::uint16_t load_u16_le(Bytes bytes, std::size_t offset) {
  return load_le<std::uint16_t>(bytes, offset);
}
std::uint32_t load_u32_le(Bytes bytes, std::size_t offset) {
  return load_le<std::uint32_t>(bytes, offset);
}
std::uint64_t load_u64_le(Bytes bytes, std::size_t offset) {
  return load_le<std::uint64_t>(bytes, offset);
}

void append_u16_le(Buffer& out, std::uint16_t value) { append_le(out, value); }
void append_u32_le(Buffer& out, std::uint32_t value) { append_le(out, value); }
void append_u64_le(Buffer& out, std::uint64_t value) { append_le(out, value); }
void store_u16_le(std::span<std::byte> out, std::size_t offset, std::uint16_t value) {
  store_le(out, offset, value);
}
void store_u32_le(std::span<std::byte> out, std::size_t offset, std::uint32_t value) {
  store_le(out, offset, value);
}
void store_u64_le(std::span<std::byte> out, std::size_t offset, std::uint64_t value) {
  store_le(out, offset, value);
}

}  // namespace antidotary
