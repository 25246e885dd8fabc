#include "files/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>

#include "core/text.h"
#include "files/root.h"

namespace antidotary::files {
namespace {

// EAGAIN says that a rename or mount raced with the resolution (openat2(2)); an attacker may keep
// that up, so it is not retried for ever.
constexpr int attempts_max = 128;

Result<Fd> open_one(int folder, const std::string& name, int flags) {
  const int number = ::openat(folder, name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW);
  if (number >= 0) return Fd(number);
  const int why = errno;
  // A link under O_DIRECTORY answers ENOTDIR; say what it is.
  struct stat status {};
  if (why == ENOTDIR && ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISLNK(status.st_mode)) {
    return tl::unexpected(system_error(ELOOP, "open", name));
  }
  return tl::unexpected(system_error(why, "open", name));
}

/// Which mount a file is on. Device numbers do not tell: on an overlay files and folders of one
/// mount differ in them. Kernels before 5.8 give no id, and there the device number has to do.
Result<std::uint64_t> mount_of(int descriptor) {
  struct statx status {};
  if (::statx(descriptor, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) == 0 &&
      (status.stx_mask & STATX_MNT_ID) != 0) {
    return status.stx_mnt_id;
  }
  return ANTIDOTARY_TRY(stat_of(descriptor)).device;
}

}  // namespace

Status check_relative(std::string_view relative) {
  if (relative.empty()) return {};
  if (relative.find('\0') != std::string_view::npos) {
    return fail(ErrorKind::bad_input, "a path holds a NUL byte");
  }
  for (const std::string_view name : split(relative, '/')) {
    if (name.empty() || name == "." || name == "..") {
      return fail(ErrorKind::bad_input, "not a path below a root: {}",
                  escape_for_terminal(relative));
    }
  }
  return {};
}

Result<Fd> open_by_openat2(int root, std::string_view relative, int flags, Mounts mounts) {
  ANTIDOTARY_CHECK(check_relative(relative));
  const std::string path(relative.empty() ? "." : relative);
  open_how how{};
  // No O_NOFOLLOW: RESOLVE_NO_SYMLINKS says more, and without it a link answers ELOOP, not ENOTDIR.
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  if (mounts == Mounts::stay) how.resolve |= RESOLVE_NO_XDEV;
  for (int attempt = 1;; ++attempt) {
    const long number = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    if (number >= 0) return Fd(static_cast<int>(number));
    if ((errno == EAGAIN || errno == EINTR) && attempt < attempts_max) continue;
    if (errno == ENOSYS) return fail(ErrorKind::unsupported, "this kernel has no openat2");
    return tl::unexpected(system_error(errno, "open", relative));
  }
}

Result<Fd> open_by_walking(int root, std::string_view relative, int flags, Mounts mounts) {
  ANTIDOTARY_CHECK(check_relative(relative));
  if (relative.empty()) return open_one(root, ".", flags);
  const std::uint64_t mount = ANTIDOTARY_TRY(mount_of(root));
  const auto names = split(relative, '/');
  Fd folder;
  int at = root;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    auto next = open_one(at, std::string(names[i]), last ? flags : O_PATH | O_DIRECTORY);
    if (!next) {
      next.error().what =
          fmt::format("{} (in {})", next.error().what, escape_for_terminal(relative));
      return next;
    }
    folder = std::move(*next);
    at = folder.get();
    if (mounts == Mounts::stay && ANTIDOTARY_TRY(mount_of(at)) != mount) {
      return fail(ErrorKind::refused, "another file system is mounted there");
    }
  }
  return folder;
}

Result<Fd> open_beneath(int root, std::string_view relative, int flags, Mounts mounts) {
  static std::atomic<bool> has_openat2{true};
  if (has_openat2) {
    auto opened = open_by_openat2(root, relative, flags, mounts);
    if (opened || opened.error().kind != ErrorKind::unsupported) return opened;
    has_openat2 = false;
  }
  return open_by_walking(root, relative, flags, mounts);
}

}  // namespace antidotary::files
