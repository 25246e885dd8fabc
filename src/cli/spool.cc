#include "cli/spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/bytes.h"
#include "files/act.h"
#include "files/root.h"

namespace antidotary::cli {
namespace {

constexpr std::size_t block_bytes = 1 << 20;

/// Appends what `from` holds, from its start, to `to`.
Status copy(int from, int to, Buffer& block) {
  for (std::uint64_t at = 0;;) {
    const std::size_t count = ANTIDOTARY_TRY(files::read_at(from, at, block));
    if (count == 0) return {};
    ANTIDOTARY_CHECK(files::act::write_all(to, Bytes(block).first(count)));
    at += count;
  }
}

/// Moves what is in memory to the disk; where there is no room for such files it stays.
Status move_to_disk(Spooled& spooled, const SpoolLimits& limits, Buffer& block) {
  files::Fd file(::open(limits.folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.valid()) return {};
  ANTIDOTARY_CHECK(copy(spooled.descriptor.get(), file.get(), block));
  spooled.descriptor = std::move(file);
  spooled.on_disk = true;
  return {};
}

}  // namespace

Result<Spooled> spool(int descriptor, const SpoolLimits& limits) {
  Spooled out;
  out.descriptor = files::Fd(memfd_create("object", MFD_CLOEXEC));
  if (!out.descriptor.valid()) {
    return tl::unexpected(files::system_error(errno, "keep", "what is read"));
  }
  Buffer block(block_bytes);
  Buffer moving;
  for (;;) {
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(files::system_error(errno, "read", "what is piped in"));
    if (count == 0) return out;
    out.size_bytes += static_cast<std::uint64_t>(count);
    if (out.size_bytes > limits.bytes_max) {
      return fail(ErrorKind::budget_spent,
                  "more than {} MiB are piped in; scan it as a file instead",
                  limits.bytes_max >> 20);
    }
    const bool tried = !moving.empty();
    if (!tried && out.size_bytes > limits.memory_bytes_max) {
      moving.resize(block_bytes);
      ANTIDOTARY_CHECK(move_to_disk(out, limits, moving));
    }
    const auto piece = Bytes(block).first(static_cast<std::size_t>(count));
    ANTIDOTARY_CHECK(files::act::write_all(out.descriptor.get(), piece));
  }
}

}  // namespace antidotary::cli
