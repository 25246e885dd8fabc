#include "remedy/mail_lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "core/text.h"
#include "files/act.h"
#include "files/root.h"

namespace antidotary::remedy {
namespace {

constexpr int pause_ms = 50;
constexpr std::uint64_t lock_bytes_max = 4096;

std::string dot_lock_of(const std::string& name) { return name + ".lock"; }
std::string fresh_name(const std::string& run) { return ".antidotary-" + run + ".lock"; }
/// The first line is for liblockfile, which holds a lock of a process that is gone for stale.
std::string content_of(const std::string& run) {
  return fmt::format("{}\nantidotary {}\n", ::getpid(), run);
}

bool is_of_run(int folder, const std::string& lock_name, const std::string& run) {
  const auto file = files::open_file_in(folder, lock_name);
  if (!file) return false;
  const auto text = files::read_whole(file->get(), lock_bytes_max);
  return text && as_text(*text).ends_with("\nantidotary " + run + "\n");
}

Status lock_file(int file, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  // Of the open file and not of the process: it conflicts with the locks of others all the same,
  // and is not lost when some other descriptor of the file is closed.
  if (::fcntl(file, F_OFD_SETLK, &lock) == 0) return {};
  if (errno == EAGAIN || errno == EACCES) {
    return fail(ErrorKind::busy, "another program holds the mailbox's lock: try again later");
  }
  return tl::unexpected(files::system_error(errno, "lock", "the mailbox"));
}

/// Who opens the file while a lease is held waits. A program that has it open already stands
/// against a lease; the locks and the last look at size and time remain.
void lease(int file, int type) {
  // Without a signal of its own the system sends SIGIO, which would end this process.
  if (::fcntl(file, F_SETSIG, SIGURG) == 0) (void)::fcntl(file, F_SETLEASE, type);
}

Status remove_if_there(int folder, const std::string& name) {
  auto removed = files::act::remove(folder, name);
  if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
  return {};
}

/// Written under another name and linked, as open with O_EXCL is not enough on every NFS, and so
/// that it is never there without what it says.
Status make_dot_lock(int folder, const std::string& name, const std::string& run) {
  const std::string fresh = fresh_name(run);
  ANTIDOTARY_CHECK(remove_if_there(folder, fresh));
  {
    const files::Fd file = ANTIDOTARY_TRY(files::act::create(folder, fresh, 0644));
    const std::string content = content_of(run);
    ANTIDOTARY_CHECK(files::act::write_all(file.get(), as_bytes(std::string_view(content))));
  }
  Status linked = files::act::link_new(folder, fresh, folder, dot_lock_of(name));
  ANTIDOTARY_CHECK(remove_if_there(folder, fresh));
  if (linked || linked.error().kind != ErrorKind::busy) return linked;
  return fail(ErrorKind::busy,
              "another program holds the mailbox's lock file {}: try again later, or remove the "
              "file if that program is gone",
              escape_for_terminal(dot_lock_of(name)));
}

Status try_both(int folder, const std::string& name, int file, const std::string& run) {
  ANTIDOTARY_CHECK(lock_file(file, F_WRLCK));
  Status made = make_dot_lock(folder, name, run);
  if (!made) (void)lock_file(file, F_UNLCK);
  return made;
}

}  // namespace

Status MailLock::clear(int folder, const std::string& name, const std::string& run) {
  ANTIDOTARY_CHECK(remove_if_there(folder, fresh_name(run)));
  if (!is_of_run(folder, dot_lock_of(name), run)) return {};
  return remove_if_there(folder, dot_lock_of(name));
}

Result<files::Fd> MailLock::open_mailbox(int folder, const std::string& name, int wait_ms) {
  for (int waited_ms = 0;; waited_ms += pause_ms) {
    auto file = files::open_file_in(folder, name, files::Access::change);
    if (file || file.error().kind != ErrorKind::busy || waited_ms >= wait_ms) return file;
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
  }
}

Result<MailLock> MailLock::take(int folder, const std::string& name, int file,
                                const std::string& run, int wait_ms) {
  using std::chrono::milliseconds;
  ANTIDOTARY_CHECK(clear(folder, name, run));
  const auto until = std::chrono::steady_clock::now() + milliseconds(wait_ms);
  for (;;) {
    Status locked = try_both(folder, name, file, run);
    if (locked) break;
    const bool waits = locked.error().kind == ErrorKind::busy;
    if (!waits || std::chrono::steady_clock::now() >= until) {
      return tl::unexpected(std::move(locked).error());
    }
    std::this_thread::sleep_for(milliseconds(pause_ms));
  }
  lease(file, F_WRLCK);
  return MailLock(folder, dot_lock_of(name), file);
}

MailLock::MailLock(MailLock&& other) noexcept
    : folder_(other.folder_), lock_name_(std::exchange(other.lock_name_, "")), file_(other.file_) {}

MailLock::~MailLock() {
  if (lock_name_.empty()) return;
  lease(file_, F_UNLCK);
  (void)files::act::remove(folder_, lock_name_);
  (void)lock_file(file_, F_UNLCK);
}

}  // namespace antidotary::remedy
