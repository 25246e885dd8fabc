// What the base block says before, during and after an edit; see editor.h.
#include "core/reader.h"
#include "formats/regf/editor.h"
#include "formats/regf/layout.h"

namespace antidotary::regf {
namespace {

// An edit holds only the bytes of the sum that differ between its sides, and `half` may differ in
// others: so the sum is made anew, and must then fit the edit.
std::optional<Buffer> with_side(Bytes now, const std::vector<Edit>& edits, Buffer Edit::*side) {
  Buffer sector = to_buffer(now);
  for (const Edit& edit : edits) {
    const Buffer& bytes = edit.*side;
    for (std::size_t i = 0; i < bytes.size() && edit.offset + i < sector.size(); ++i) {
      sector[edit.offset + i] = bytes[i];
    }
  }
  Buffer summed = sector;
  store_u32_le(summed, base::checksum, base_checksum(summed));
  for (const Edit& edit : edits) {
    for (std::size_t i = 0; i < edit.before.size() && edit.offset + i < sector.size(); ++i) {
      if (summed[edit.offset + i] != sector[edit.offset + i]) return std::nullopt;
    }
  }
  return summed;
}

}  // namespace

std::optional<BaseStates> base_states(Bytes now, const std::vector<Edit>& edits) {
  if (now.size() != base_sector_size || as_text(now.first(4)) != "regf") return std::nullopt;
  auto before = with_side(now, edits, &Edit::before);
  auto after = with_side(now, edits, &Edit::after);
  if (!before || !after) return std::nullopt;
  const std::uint32_t number = load_u32_le(*after, base::sequence_1);
  if (load_u32_le(*before, base::sequence_2) == number) return std::nullopt;
  Buffer half = *before;
  store_u32_le(half, base::sequence_1, number);
  store_u32_le(half, base::checksum, base_checksum(half));
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] != (*before)[i] && now[i] != half[i] && now[i] != (*after)[i]) return std::nullopt;
  }
  return BaseStates{std::move(*before), std::move(half), std::move(*after)};
}

}  // namespace antidotary::regf
