#include "remedy/mailbox_bytes.h"

#include <algorithm>

#include "core/digest.h"
#include "files/act.h"
#include "files/root.h"

namespace antidotary::remedy {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;

/// Calls `each(offset, size)` for the chunks of `size` bytes.
template <class Each>
Status in_chunks(std::uint64_t size, Each each) {
  for (std::uint64_t at = 0; at < size; at += chunk_bytes) {
    ANTIDOTARY_CHECK(each(at, std::min<std::uint64_t>(chunk_bytes, size - at)));
  }
  return {};
}

Status read_exactly(int file, std::uint64_t offset, std::span<std::byte> out) {
  if (ANTIDOTARY_TRY(files::read_at(file, offset, out)) == out.size()) return {};
  return fail(ErrorKind::changed, "the mailbox ends before byte {}", offset + out.size());
}

}  // namespace

Stretch::Stretch(std::initializer_list<const Item*> items) {
  for (const Item* const item : items) {
    if (item == nullptr) continue;
    items_.push_back(item);
    size_ += item->metadata().size_bytes;
  }
}

Status Stretch::read(std::uint64_t offset, std::span<std::byte> out) const {
  for (const Item* const item : items_) {
    const std::uint64_t size = item->metadata().size_bytes;
    if (offset < size && !out.empty()) {
      const auto part = out.first(std::min<std::uint64_t>(out.size(), size - offset));
      if (ANTIDOTARY_TRY(item->read(offset, part)) != part.size()) {
        return fail(ErrorKind::io, "the copy in quarantine is cut");
      }
      out = out.subspan(part.size());
      offset = size;
    }
    offset -= size;
  }
  if (out.empty()) return {};
  return fail(ErrorKind::internal, "read behind the copies of a mailbox");
}

Status write_stretch(int file, std::uint64_t offset, const Stretch& stretch) {
  Buffer buffer(std::min<std::uint64_t>(chunk_bytes, stretch.size()));
  Status written = in_chunks(stretch.size(), [&](std::uint64_t at, std::uint64_t size) -> Status {
    const auto chunk = std::span(buffer).first(size);
    ANTIDOTARY_CHECK(stretch.read(at, chunk));
    return files::act::write_at(file, offset + at, chunk);
  });
  if (written) written = files::act::sync(file);
  return written;
}

Result<std::string> range_sha256(int file, std::uint64_t offset, std::uint64_t size) {
  Digester digester(DigestKind::sha256);
  Buffer buffer(std::min<std::uint64_t>(chunk_bytes, size));
  const Status read = in_chunks(size, [&](std::uint64_t at, std::uint64_t count) -> Status {
    const auto chunk = std::span(buffer).first(count);
    ANTIDOTARY_CHECK(read_exactly(file, offset + at, chunk));
    digester.update(chunk);
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return digester.finish_hex();
}

bool has_bytes(int file, std::uint64_t offset, std::uint64_t size, const std::string& sha256) {
  const auto now = range_sha256(file, offset, size);
  return now && *now == sha256;
}

Status check_mixed(int file, std::uint64_t offset, const Stretch& one, const Stretch& other,
                   std::uint64_t zeros_from) {
  Buffer ones(chunk_bytes);
  Buffer others(chunk_bytes);
  Buffer now(chunk_bytes);
  return in_chunks(one.size(), [&](std::uint64_t at, std::uint64_t size) -> Status {
    const std::uint64_t both = std::min(size, other.size() - std::min(at, other.size()));
    ANTIDOTARY_CHECK(read_exactly(file, offset + at, std::span(now).first(size)));
    ANTIDOTARY_CHECK(one.read(at, std::span(ones).first(size)));
    ANTIDOTARY_CHECK(other.read(at, std::span(others).first(both)));
    for (std::size_t i = 0; i < size; ++i) {
      const bool zero = at + i >= zeros_from && now[i] == std::byte{0};
      if (now[i] == ones[i] || (i < both && now[i] == others[i]) || zero) continue;
      return fail(ErrorKind::changed,
                  "the mailbox was changed while its message was half taken out: other bytes at "
                  "offset {}",
                  offset + at + i);
    }
    return {};
  });
}

}  // namespace antidotary::remedy
