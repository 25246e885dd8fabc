#include "files/state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "core/text.h"
#include "files/act.h"

namespace antidotary::files {
namespace {

constexpr std::size_t key_bytes = 32;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// mkdir -p, with 0700 for what is made.
Status make_missing(const std::string& path) {
  std::string so_far = path.starts_with('/') ? "/" : "";
  for (const std::string_view name : split(path, '/')) {
    if (name.empty()) continue;
    if (!so_far.empty() && so_far.back() != '/') so_far += '/';
    so_far += name;
    if (::access(so_far.c_str(), F_OK) == 0) continue;
    auto made = act::make_directory(AT_FDCWD, so_far, 0700);
    if (!made && made.error().kind != ErrorKind::busy) return made;
    // A folder whose name is not on disk takes its journals with it in a power cut.
    const std::size_t slash = so_far.rfind('/');
    const std::string parent = slash == std::string::npos ? "." : so_far.substr(0, slash + 1);
    const Fd folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.valid()) ANTIDOTARY_CHECK(act::sync(folder.get()));
  }
  return {};
}

Result<Buffer> read_key(const Root& state) {
  const Fd fd = ANTIDOTARY_TRY(state.open_file("key"));
  const Stat stat = ANTIDOTARY_TRY(stat_of(fd.get()));
  if ((stat.mode & 077) != 0) {
    return fail(ErrorKind::refused, "{}/key may be read by others: chmod 600 it, if nobody did",
                state.path());
  }
  Buffer key = ANTIDOTARY_TRY(read_whole(fd.get(), key_bytes));
  if (key.size() == key_bytes) return key;
  return fail(ErrorKind::malformed, "{}/key is not {} bytes long", state.path(), key_bytes);
}

Status make_key(const Root& state) {
  Buffer key(key_bytes);
  if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    return tl::unexpected(system_error(errno, "get", "random bytes"));
  }
  auto gone = act::remove(state.descriptor(), "key.new");  // of a process that was killed
  if (!gone && gone.error().kind != ErrorKind::not_found) return gone;
  const Fd fd = ANTIDOTARY_TRY(act::create(state.descriptor(), "key.new", 0600));
  ANTIDOTARY_CHECK(act::write_all(fd.get(), key));
  ANTIDOTARY_CHECK(act::sync(fd.get()));
  ANTIDOTARY_CHECK(
      act::rename_no_replace(state.descriptor(), "key.new", state.descriptor(), "key"));
  return act::sync(state.descriptor());
}

}  // namespace

std::string state_path() {
  if (auto named = variable("ANTIDOTARY_STATE"); !named.empty()) return named;
  if (::geteuid() == 0) return "/var/lib/antidotary";
  if (auto xdg = variable("XDG_STATE_HOME"); xdg.starts_with('/')) return xdg + "/antidotary";
  return variable("HOME") + "/.local/state/antidotary";
}

Result<Root> open_state(const std::string& path) {
  ANTIDOTARY_CHECK(make_missing(path));
  Root root = ANTIDOTARY_TRY(Root::open(path));
  const Stat stat = ANTIDOTARY_TRY(stat_of(root.descriptor()));
  if (stat.owner != ::geteuid()) {
    return fail(ErrorKind::refused, "the state folder {} belongs to user {}, not to us ({})",
                root.path(), stat.owner, ::geteuid());
  }
  if ((stat.mode & 022) != 0) {
    return fail(ErrorKind::refused, "others may write to the state folder {}: chmod go-w it",
                root.path());
  }
  return root;
}

Result<Lock> Lock::take(int directory, const std::string& name) {
  Fd fd(::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return tl::unexpected(system_error(errno, "open", name));
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return fail(ErrorKind::busy, "{} is held by another process", name);
    return tl::unexpected(system_error(errno, "lock", name));
  }
  return Lock(std::move(fd));
}

Result<Lock> Lock::wait(int directory, const std::string& name) {
  Fd fd(::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return tl::unexpected(system_error(errno, "open", name));
  while (::flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return tl::unexpected(system_error(errno, "lock", name));
  }
  return Lock(std::move(fd));
}

Result<Buffer> local_key(const Root& state) {
  auto key = read_key(state);
  if (key || key.error().kind != ErrorKind::not_found) return key;
  // Two processes may ask for the first time at once: the loser reads the winner's.
  Fd lock(
      ::openat(state.descriptor(), "key.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.valid()) return tl::unexpected(system_error(errno, "open", "key.lock"));
  while (::flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return tl::unexpected(system_error(errno, "lock", "key.lock"));
  }
  key = read_key(state);
  if (key || key.error().kind != ErrorKind::not_found) return key;
  ANTIDOTARY_CHECK(make_key(state));
  return read_key(state);
}

}  // namespace antidotary::files
