#include "serve/preview.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <unordered_map>

#include "files/root.h"
#include "serve/preview_session.h"

namespace antidotary::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t sessions_max = 64;
// An editor writes in bursts (a new file, a rename, a mode); we wait for their end.
constexpr std::uint64_t settle_ms = 60;
constexpr std::size_t folders_max = 4'096;
constexpr std::size_t proof_bytes_max = 4 << 20;
constexpr unsigned first_descriptor = 3;  // after standard input, output and error

class Preview final : public PreviewHost {
 public:
  Preview(const PreviewListener& listener, PreviewSource& source)
      : listener_(listener), source_(source) {}

  Status run();

  Loop& loop() override { return *loop_; }
  std::uint16_t port() const override { return listener_.port; }
  const PreviewSource& source() const override { return source_; }

 private:
  Status watch_signals();
  Status watch_files();
  void add_watches();
  void accept();
  void changed();
  void tell_pages();
  void start_proof();
  void proof_says();
  void end_proof();

  const PreviewListener& listener_;
  PreviewSource& source_;
  std::unique_ptr<Loop> loop_;
  std::unordered_map<std::uint64_t, std::unique_ptr<PreviewSession>> sessions_;
  std::uint64_t next_id_ = 1;
  files::Fd signals_;
  files::Fd files_;
  Loop::TimerId settle_ = 0;
  files::Fd proof_;
  pid_t proof_pid_ = -1;
  std::string proof_text_;
};

Status Preview::run() {
  loop_ = ANTIDOTARY_TRY(Loop::make());
  ANTIDOTARY_CHECK(watch_signals());
  ANTIDOTARY_CHECK(watch_files());
  ANTIDOTARY_CHECK(
      loop_->watch(listener_.socket.get(), EPOLLIN, [this](std::uint32_t) { accept(); }));
  source_.reread();
  start_proof();
  loop_->run();
  end_proof();
  sessions_.clear();
  return {};
}

Status Preview::watch_signals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int one : {SIGTERM, SIGINT}) sigaddset(&wanted, one);
  sigprocmask(SIG_BLOCK, &wanted, nullptr);
  signals_ = files::Fd(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.valid()) return tl::unexpected(files::system_error(errno, "watch", "signals"));
  return loop_->watch(signals_.get(), EPOLLIN, [this](std::uint32_t) { loop_->stop(); });
}

Status Preview::watch_files() {
  files_ = files::Fd(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!files_.valid()) return tl::unexpected(files::system_error(errno, "watch", "files"));
  add_watches();
  return loop_->watch(files_.get(), EPOLLIN, [this](std::uint32_t) {
    alignas(inotify_event) std::array<char, 8192> events{};
    while (::read(files_.get(), events.data(), events.size()) > 0) {
    }
    loop_->cancel(settle_);
    settle_ = loop_->after_ms(settle_ms, [this] {
      settle_ = 0;
      changed();
    });
  });
}

// A folder that is watched already is watched once: this may be called after every change.
void Preview::add_watches() {
  constexpr std::uint32_t events =
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR;
  std::size_t folders = 0;
  for (const std::string& path : source_.watched()) {
    inotify_add_watch(files_.get(), path.c_str(), events);
    std::error_code failed;
    fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied,
                                        failed);
    for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
      std::error_code unknown;
      if (!at->is_directory(unknown) || at->is_symlink(unknown)) continue;
      if (at->path().filename().native().starts_with('.')) {
        at.disable_recursion_pending();
        continue;
      }
      if (++folders > folders_max) return;
      inotify_add_watch(files_.get(), at->path().c_str(), events);
    }
  }
}

void Preview::accept() {
  while (true) {
    files::Fd socket(
        accept4(listener_.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.valid()) return;
    if (sessions_.size() >= sessions_max) continue;  // closed at once
    const std::uint64_t id = next_id_++;
    auto session = std::make_unique<PreviewSession>(*this, std::move(socket),
                                                    [this, id] { sessions_.erase(id); });
    if (session->start()) sessions_.emplace(id, std::move(session));
  }
}

void Preview::changed() {
  add_watches();
  const bool shows_something_else = source_.reread();
  // The proof reads files that no page shows (near misses), so it is run again in any case.
  start_proof();
  if (shows_something_else) tell_pages();
}

void Preview::tell_pages() {
  for (auto& [id, session] : sessions_) session->tell_version();
}

void Preview::start_proof() {
  end_proof();
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
  files::Fd read_end(ends[0]);
  files::Fd write_end(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return;
  if (pid == 0) {
    // A group of its own, so that what it starts ends with it; no socket of ours stays open in it.
    setpgid(0, 0);
    const auto kept = static_cast<unsigned>(write_end.get());
    if (kept > first_descriptor) syscall(SYS_close_range, first_descriptor, kept - 1, 0U);
    syscall(SYS_close_range, kept + 1, ~0U, 0U);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const std::string text = source_.prove();
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t count = ::write(write_end.get(), text.data() + sent, text.size() - sent);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
    _exit(0);
  }
  setpgid(pid, pid);
  proof_pid_ = pid;
  proof_ = std::move(read_end);
  proof_text_.clear();
  static_cast<void>(loop_->watch(proof_.get(), EPOLLIN, [this](std::uint32_t) { proof_says(); }));
}

// Waits for its end and leaves it to be collected: the group's number stays taken until then.
bool ended_well(pid_t pid) {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0) return false;
  return info.si_code == CLD_EXITED && info.si_status == 0;
}

void Preview::proof_says() {
  std::array<char, 16384> piece{};
  const ssize_t count = ::read(proof_.get(), piece.data(), piece.size());
  if (count > 0 && proof_text_.size() < proof_bytes_max) {
    proof_text_.append(piece.data(), static_cast<std::size_t>(count));
    return;
  }
  const std::string text = std::move(proof_text_);
  // At its end it goes by itself; what did not read to the end is stopped.
  const bool whole = count == 0 && ended_well(proof_pid_);
  end_proof();
  if (source_.proven(text, whole)) tell_pages();
}

void Preview::end_proof() {
  if (proof_.valid()) {
    loop_->forget(proof_.get());
    proof_.reset();
  }
  if (proof_pid_ <= 0) return;
  kill(-proof_pid_, SIGKILL);
  waitpid(proof_pid_, nullptr, 0);
  proof_pid_ = -1;
}

}  // namespace

Result<PreviewListener> listen_on_loopback(std::uint16_t port) {
  PreviewListener out{
      files::Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP)), port};
  if (!out.socket.valid()) return tl::unexpected(files::system_error(errno, "make", "a socket"));
  const int on = 1;
  setsockopt(out.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = static_cast<sockaddr*>(static_cast<void*>(&address));
  socklen_t size = sizeof address;
  if (bind(out.socket.get(), generic, size) != 0 || listen(out.socket.get(), 64) != 0) {
    if (errno == EADDRINUSE) {
      return fail(ErrorKind::busy, "somebody listens on port {} already; name another with --port",
                  port);
    }
    return tl::unexpected(
        files::system_error(errno, "listen on", "127.0.0.1:" + std::to_string(port)));
  }
  if (getsockname(out.socket.get(), generic, &size) != 0) {
    return tl::unexpected(files::system_error(errno, "ask for", "the port"));
  }
  out.port = ntohs(address.sin_port);
  return out;
}

Status serve_preview(const PreviewListener& listener, PreviewSource& source) {
  Preview preview(listener, source);
  return preview.run();
}

}  // namespace antidotary::serve
