#include "files/act.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "files/root.h"

namespace antidotary::files {
namespace {

Checkpoint& checkpoint() {
  static Checkpoint installed;
  return installed;
}

// Linux: XATTR_NAME_MAX.
constexpr std::size_t attribute_name_bytes_max = 255;

void at(const char* place) {
  if (checkpoint()) checkpoint()(place);
}

// Runs one call between its two checkpoints, again where a signal cut it.
template <class Call>
Status between(const char* before, const char* after, const char* act, std::string_view path,
               Call call) {
  at(before);
  int why = 0;
  do {
    why = call() == 0 ? 0 : errno;
  } while (why == EINTR);
  if (why != 0) return tl::unexpected(system_error(why, act, path));
  at(after);
  return {};
}

Result<Fd> open_new(int directory, const std::string& name, int flags, std::uint32_t mode) {
  at("create:before");
  Fd fd(::openat(directory, name.c_str(), flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd.valid()) return tl::unexpected(system_error(errno, "create", name));
  at("create:after");
  return fd;
}

// `offset` below 0: where the descriptor stands.
Status put(int descriptor, std::int64_t offset, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t count = offset < 0 ? ::write(descriptor, bytes.data(), bytes.size())
                                     : ::pwrite(descriptor, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(system_error(errno, "write", "an open file"));
    if (count == 0) return fail(ErrorKind::io, "cannot write: the system took no bytes");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    if (offset >= 0) offset += count;
  }
  return {};
}

// Under test a write is done in two halves, so that the test sees torn ones.
Status put_between(int descriptor, std::int64_t offset, Bytes bytes) {
  at("write:before");
  if (checkpoint()) {
    const std::size_t half = bytes.size() / 2;
    ANTIDOTARY_CHECK(put(descriptor, offset, bytes.first(half)));
    at("write:half");
    bytes = bytes.subspan(half);
    if (offset >= 0) offset += static_cast<std::int64_t>(half);
  }
  ANTIDOTARY_CHECK(put(descriptor, offset, bytes));
  at("write:after");
  return {};
}

timespec time_from(std::int64_t unix_ns) {
  constexpr std::int64_t second = 1'000'000'000;
  std::int64_t seconds = unix_ns / second;
  if (unix_ns % second < 0) --seconds;
  return {seconds, unix_ns - seconds * second};
}

// FUSE file systems of the older protocol (ntfs-3g) know no flags of rename. There the check and
// the rename are two calls; nothing better is to be had.
int rename_where_absent(int from, const char* from_name, int to, const char* to_name) {
  if (::renameat2(from, from_name, to, to_name, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  struct stat there {};
  if (::fstatat(to, to_name, &there, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return -1;
  }
  return errno == ENOENT ? ::renameat(from, from_name, to, to_name) : -1;
}

}  // namespace

void set_checkpoint(Checkpoint installed) { checkpoint() = std::move(installed); }

namespace act {

Result<Fd> create(int directory, const std::string& name, std::uint32_t mode) {
  return open_new(directory, name, O_RDWR | O_EXCL, mode);
}

Result<Fd> append_open(int directory, const std::string& name, std::uint32_t mode) {
  return open_new(directory, name, O_RDWR | O_APPEND, mode);
}

Status make_directory(int directory, const std::string& name, std::uint32_t mode) {
  return between("mkdir:before", "mkdir:after", "make the folder", name,
                 [&] { return ::mkdirat(directory, name.c_str(), mode); });
}

Status write_all(int descriptor, Bytes bytes) { return put_between(descriptor, -1, bytes); }

Status write_at(int descriptor, std::uint64_t offset, Bytes bytes) {
  if (offset > static_cast<std::uint64_t>(INT64_MAX)) {
    return fail(ErrorKind::bad_input, "cannot write at offset {}", offset);
  }
  return put_between(descriptor, static_cast<std::int64_t>(offset), bytes);
}

Status sync(int descriptor) {
  at("sync:before");
  if (::fsync(descriptor) != 0) {
    // A folder opened with O_PATH takes no fsync; the same folder opened for reading does.
    if (errno != EBADF) return tl::unexpected(system_error(errno, "sync", "an open file"));
    const Fd folder(::openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid() || ::fsync(folder.get()) != 0) {
      return tl::unexpected(system_error(errno, "sync", "an open folder"));
    }
  }
  at("sync:after");
  return {};
}

Status rename_no_replace(int from, const std::string& from_name, int to,
                         const std::string& to_name) {
  return between("rename:before", "rename:after", "rename to", to_name,
                 [&] { return rename_where_absent(from, from_name.c_str(), to, to_name.c_str()); });
}

Status link_new(int from, const std::string& from_name, int to, const std::string& to_name) {
  return between("link:before", "link:after", "link to", to_name, [&] {
    return ::linkat(from, from_name.c_str(), to, to_name.c_str(), 0);
  });
}

Status rename_over(int from, const std::string& from_name, int to, const std::string& to_name) {
  return between("rename:before", "rename:after", "rename to", to_name,
                 [&] { return ::renameat(from, from_name.c_str(), to, to_name.c_str()); });
}

Status remove(int directory, const std::string& name) {
  return between("remove:before", "remove:after", "remove", name,
                 [&] { return ::unlinkat(directory, name.c_str(), 0); });
}

Status remove_directory(int directory, const std::string& name) {
  return between("rmdir:before", "rmdir:after", "remove the folder", name,
                 [&] { return ::unlinkat(directory, name.c_str(), AT_REMOVEDIR); });
}

Status truncate(int descriptor, std::uint64_t size) {
  return between("truncate:before", "truncate:after", "truncate", "an open file",
                 [&] { return ::ftruncate(descriptor, static_cast<off_t>(size)); });
}

Status change_mode(int descriptor, std::uint32_t mode) {
  return between("mode:before", "mode:after", "change the mode of", "an open file",
                 [&] { return ::fchmod(descriptor, mode & 07777); });
}

Status change_owner(int descriptor, std::uint32_t owner, std::uint32_t group) {
  return between("owner:before", "owner:after", "change the owner of", "an open file",
                 [&] { return ::fchown(descriptor, owner, group); });
}

Status set_attribute(int descriptor, const std::string& name, Bytes value) {
  if (name.size() > attribute_name_bytes_max) {
    return fail(ErrorKind::bad_input, "the attribute's name is too long");
  }
  return between("attribute:before", "attribute:after", "set the attribute", name, [&] {
    return ::fsetxattr(descriptor, name.c_str(), value.data(), value.size(), 0);
  });
}

Status set_times(int descriptor, std::int64_t accessed_unix_ns, std::int64_t modified_unix_ns) {
  const std::array<timespec, 2> times{time_from(accessed_unix_ns), time_from(modified_unix_ns)};
  return between("times:before", "times:after", "set the times of", "an open file", [&] {
    if (::futimens(descriptor, times.data()) == 0) return 0;
    // A folder opened with O_PATH: by the name that it has for itself.
    return errno == EBADF ? ::utimensat(descriptor, ".", times.data(), 0) : -1;
  });
}

}  // namespace act
}  // namespace antidotary::files
