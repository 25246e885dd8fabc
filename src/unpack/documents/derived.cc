#include "unpack/documents/derived.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/reader.h"
#include "unpack/codecs/inflate.h"

namespace antidotary::unpack {
namespace {

// [MS-PPT] 2.3.1: the head of a record.
constexpr std::size_t record_bytes = 8;
constexpr std::uint16_t ole_object_storage = 0x1011;

}  // namespace

Status hand_out_derived(const std::string& name, const Brought& brought, Budget& budget,
                        const Visitor& visitor) {
  if (const auto paid = budget.new_object(); !paid) {
    visitor.missed({name, paid.error()});
    return paid;
  }
  hand_out(name, brought, visitor);
  if (brought.purse_empty) return tl::unexpected(*brought.error);
  return {};
}

Status hand_out_view(const std::string& name, Bytes bytes, Budget& budget, const Visitor& visitor) {
  if (const auto paid = budget.new_object(); !paid) {
    visitor.missed({name, paid.error()});
    return paid;
  }
  visitor.child({name, bytes});
  return {};
}

// Records lie in a row; those that hold others are entered by not skipping what they hold.
Status derive_from_powerpoint(Bytes stream, Budget& budget, const Visitor& visitor) {
  std::size_t at = 0;
  unsigned count = 0;
  while (at < stream.size() && record_bytes <= stream.size() - at) {
    ANTIDOTARY_CHECK(budget.step());
    const std::uint16_t version = load_u16_le(stream, at);
    const std::uint16_t type = load_u16_le(stream, at + 2);
    const std::uint32_t stated = load_u32_le(stream, at + 4);
    at += record_bytes;
    const std::size_t size = std::min<std::size_t>(stated, stream.size() - at);
    if (type == ole_object_storage) {
      const std::string name = fmt::format("object {}", ++count);
      const Bytes body = stream.subspan(at, size);
      // 2.10.35: instance 1 is packed, behind its real size.
      if (version >> 4 == 1 && body.size() > 4) {
        const Brought brought = inflate(body.subspan(4), Wrapping::zlib, budget).brought;
        ANTIDOTARY_CHECK(hand_out_derived(name, brought, budget, visitor));
      } else {
        ANTIDOTARY_CHECK(hand_out_view(name, body, budget, visitor));
      }
      if (size < stated) {
        visitor.missed({name, Error{ErrorKind::truncated, "the object is cut", std::nullopt}});
      }
    }
    if ((version & 15u) != 15u) at += size;
  }
  return {};
}

bool workbook_is_encrypted(Bytes stream) {
  constexpr std::uint16_t file_pass = 0x2f;
  // It stands among the first records.
  std::size_t at = 0;
  for (unsigned count = 0; count < 16 && at < stream.size() && 4 <= stream.size() - at; ++count) {
    if (load_u16_le(stream, at) == file_pass) return true;
    at += 4 + std::size_t{load_u16_le(stream, at + 2)};
  }
  return false;
}

}  // namespace antidotary::unpack
