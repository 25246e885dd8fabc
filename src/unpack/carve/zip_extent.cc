#include "unpack/carve/zip_extent.h"

#include <algorithm>

#include "core/reader.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t local_bytes = 30, central_bytes = 46, end_bytes = 22;
constexpr std::uint32_t central_signature = 0x02014b50, local_signature = 0x04034b50;
// End records tried, and rows of a directory asked, before the archive counts as one without end.
constexpr std::size_t ends_max = 64, rows_max = 16;

// 4.4.2 to 4.4.5, 4.4.10: what writers put there.
bool sane_local(Bytes bytes, std::size_t at) {
  if (bytes.size() - at < local_bytes || load_u32_le(bytes, at) != local_signature) return false;
  const std::uint16_t version = load_u16_le(bytes, at + 4) & 0xff;
  const std::uint16_t method = load_u16_le(bytes, at + 8);
  const std::size_t name = load_u16_le(bytes, at + 26);
  if (version > 63 || (method > 20 && (method < 93 || method > 99))) return false;
  if (name == 0 || name > 1024 || name > bytes.size() - at - local_bytes) return false;
  const std::string_view text = as_text(bytes.subspan(at + local_bytes, name));
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

// From where the directory counts whose end record stands at `end`, if it names a member at `at`.
std::optional<std::size_t> base_of(Bytes bytes, std::size_t end, std::size_t at) {
  const std::size_t size = load_u32_le(bytes, end + 12);
  const std::size_t offset = load_u32_le(bytes, end + 16);
  if (size > end || end - size < at || offset > end - size) return std::nullopt;
  const std::size_t base = end - size - offset;
  if (base > at) return std::nullopt;
  std::size_t row = end - size;
  for (std::size_t i = 0; i < rows_max && end - row >= central_bytes; ++i) {
    if (load_u32_le(bytes, row) != central_signature) return std::nullopt;
    if (load_u32_le(bytes, row + 42) == at - base) return base;
    const std::size_t names = std::size_t{load_u16_le(bytes, row + 28)} +
                              load_u16_le(bytes, row + 30) + load_u16_le(bytes, row + 32);
    if (names > end - row - central_bytes) return std::nullopt;
    row += central_bytes + names;
  }
  return std::nullopt;
}

// How far local headers that state their sizes follow each other.
std::size_t walk(Bytes bytes, std::size_t at, Budget& budget) {
  while (bytes.size() - at >= local_bytes && load_u32_le(bytes, at) == local_signature) {
    if (!budget.step()) break;
    const std::size_t head =
        local_bytes + std::size_t{load_u16_le(bytes, at + 26)} + load_u16_le(bytes, at + 28);
    const std::uint64_t size = head + std::uint64_t{load_u32_le(bytes, at + 18)};
    if (size > bytes.size() - at) return bytes.size();
    at += static_cast<std::size_t>(size);
  }
  return at;
}

}  // namespace

std::optional<Found> zip_at(Bytes bytes, std::size_t at, Budget& budget) {
  if (!sane_local(bytes, at)) return std::nullopt;
  const std::string_view text = as_text(bytes);
  std::size_t end = at;
  for (std::size_t i = 0; i < ends_max; ++i) {
    const std::size_t from = end + 1;
    end = text.find("PK\x05\x06"sv, from);
    const std::size_t looked = std::min(end, text.size()) - from;
    if (!budget.step(looked / 64 + 1)) break;
    if (end == text.npos || bytes.size() - end < end_bytes) break;
    const auto base = base_of(bytes, end, at);
    if (!base) continue;
    const std::size_t comment = load_u16_le(bytes, end + 20);
    const std::size_t last = end + end_bytes + std::min(comment, bytes.size() - end - end_bytes);
    Found found{formats::Format::zip, at, last - at, true, {}};
    if (*base != at) found.base = *base;
    return found;
  }
  // No directory: members are walked. What follows the last of them may be anything.
  const std::size_t last = walk(bytes, at, budget);
  const bool walked = last - at > local_bytes && last < bytes.size();
  return Found{formats::Format::zip, at, (walked ? last : bytes.size()) - at, walked, {}};
}

}  // namespace antidotary::unpack
