// Compares and writes the bytes of an edit; see placed_bytes.h.
#include "remedy/placed_bytes.h"

#include <algorithm>
#include <optional>

#include "files/act.h"
#include "files/root.h"

namespace antidotary::remedy {
namespace {

constexpr std::uint64_t sector = regf::base_sector_size;

const Buffer& side_of(const ByteEdit& edit, Side side) {
  return side == Side::before ? edit.before : edit.after;
}

Result<Buffer> bytes_at(int file, std::uint64_t offset, std::size_t size) {
  Buffer bytes(size);
  if (ANTIDOTARY_TRY(files::read_at(file, offset, bytes)) != size) {
    return fail(ErrorKind::changed, "the file ends before offset {}", offset + size);
  }
  return bytes;
}

Result<std::optional<regf::BaseStates>> base_of(int file, Form form,
                                                const std::vector<ByteEdit>& edits) {
  if (form == Form::text) return std::nullopt;
  Buffer base(sector);
  if (ANTIDOTARY_TRY(files::read_at(file, 0, base)) != sector) return std::nullopt;
  return regf::base_states(base, edits);
}

Status write_from(int file, const std::vector<ByteEdit>& edits, Side side, std::uint64_t begin) {
  for (const ByteEdit& edit : edits) {
    const std::uint64_t cut = begin > edit.offset ? begin - edit.offset : 0;
    const Bytes bytes = side_of(edit, side);
    if (cut >= bytes.size()) continue;
    ANTIDOTARY_CHECK(files::act::write_at(file, edit.offset + cut, bytes.subspan(cut)));
  }
  return files::act::sync(file);
}

Status write_side(int file, Form form, const std::vector<ByteEdit>& edits, Side side) {
  const auto base = ANTIDOTARY_TRY(base_of(file, form, edits));
  if (!base) return write_from(file, edits, side, 0);
  ANTIDOTARY_CHECK(files::act::write_at(file, 0, base->half));
  ANTIDOTARY_CHECK(files::act::sync(file));
  ANTIDOTARY_CHECK(write_from(file, edits, side, sector));
  const Buffer& whole = side == Side::before ? base->before : base->after;
  ANTIDOTARY_CHECK(files::act::write_at(file, 0, whole));
  return files::act::sync(file);
}

}  // namespace

Status check_side(int file, const std::vector<ByteEdit>& edits, Side side) {
  for (const ByteEdit& edit : edits) {
    if (ANTIDOTARY_TRY(bytes_at(file, edit.offset, edit.before.size())) != side_of(edit, side)) {
      return fail(ErrorKind::changed, "the file was changed since: other bytes at offset {}",
                  edit.offset);
    }
  }
  return {};
}

Status check_either(int file, Form form, const std::vector<ByteEdit>& edits) {
  const auto base = ANTIDOTARY_TRY(base_of(file, form, edits));
  for (const ByteEdit& edit : edits) {
    const Buffer now = ANTIDOTARY_TRY(bytes_at(file, edit.offset, edit.before.size()));
    for (std::size_t i = 0; i < now.size(); ++i) {
      const std::uint64_t at = edit.offset + i;
      if (now[i] == edit.before[i] || now[i] == edit.after[i]) continue;
      if (base && at < sector && now[i] == base->half[at]) continue;
      return fail(ErrorKind::changed,
                  "the file was changed while its edit was half done: other bytes at offset {}",
                  at);
    }
  }
  return {};
}

Status write_verified(int file, Form form, const std::vector<ByteEdit>& edits, Side side) {
  ANTIDOTARY_CHECK(write_side(file, form, edits, side));
  return check_side(file, edits, side);
}

}  // namespace antidotary::remedy
