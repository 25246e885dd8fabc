#include "serve/path_scan.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/reader.h"
#include "files/root.h"
#include "sources/walk.h"

namespace antidotary::serve {
namespace {

enum class Tag : std::uint8_t { file = 1, missed = 2, over = 3 };
constexpr std::uint8_t number(Tag tag) { return static_cast<std::uint8_t>(tag); }
constexpr std::uint64_t message_bytes_max = 64 << 10;
// Once a message has begun, the rest of it is there.
constexpr int message_ms_max = 1'000;

[[noreturn]] void walk_and_tell(jail::Channel& channel, const std::string& path) {
  sources::WalkVisitor visitor;
  visitor.file = [&channel](sources::WalkedFile&& file) {
    Buffer body;
    append_u64_le(body, file.stat.size_bytes);
    const Bytes shown = as_bytes(std::string_view(file.shown));
    body.insert(body.end(), shown.begin(), shown.end());
    if (!channel.send(number(Tag::file), body, file.descriptor.get())) _exit(1);
  };
  visitor.missed = [&channel](const std::string& shown, const Error& error) {
    const std::string words = shown + '\0' + error.what;
    if (!channel.send(number(Tag::missed), as_bytes(std::string_view(words)))) _exit(1);
  };
  visitor.passed_over = [](const std::string&, files::Kind) {};
  const Status walked = sources::walk(path, true, visitor);
  if (!walked) visitor.missed(path, walked.error());
  static_cast<void>(channel.send(number(Tag::over), {}));
  _exit(0);
}

}  // namespace

Result<std::unique_ptr<PathScan>> PathScan::start(Loop& loop, const std::string& path, Tell tell) {
  auto [ours, theirs] = ANTIDOTARY_TRY(jail::Channel::pair());
  const pid_t pid = fork();
  if (pid < 0) return tl::unexpected(files::system_error(errno, "start", "a reader of folders"));
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Nobody's connection shall stay open for this child's sake.
    jail::Channel mine(files::Fd(dup2(theirs.descriptor(), 3)));
    syscall(SYS_close_range, 4U, ~0U, 0U);
    walk_and_tell(mine, path);
  }
  theirs.close();
  std::unique_ptr<PathScan> out(new PathScan(loop, std::move(ours), pid, std::move(tell)));
  out->hold(false);
  return out;
}

PathScan::PathScan(Loop& loop, jail::Channel channel, pid_t child, Tell tell)
    : loop_(loop), channel_(std::move(channel)), child_(child), tell_(std::move(tell)) {}

PathScan::~PathScan() {
  hold(true);
  channel_.close();
  kill(child_, SIGKILL);
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void PathScan::hold(bool held) {
  if (held) {
    loop_.forget(channel_.descriptor());
  } else if (!over_) {
    loop_.forget(channel_.descriptor());
    static_cast<void>(
        loop_.watch(channel_.descriptor(), EPOLLIN, [this](std::uint32_t) { ready(); }));
  }
}

void PathScan::ready() {
  auto message = channel_.receive(message_ms_max, message_bytes_max);
  Told told;
  if (!message || message->tag == number(Tag::over)) {
    over_ = true;
    hold(true);
    if (!message) told.reason = "the folder could not be read to its end";
  } else if (message->tag == number(Tag::file) && message->body.size() >= 8) {
    told.what = Told::What::file;
    told.size_bytes = load_u64_le(message->body, 0);
    told.path = to_string(Bytes(message->body).subspan(8));
    told.descriptor = std::move(message->descriptor);
  } else {
    told.what = Told::What::missed;
    const std::string_view words = as_text(message->body);
    const std::size_t nul = words.find('\0');
    told.path = words.substr(0, nul);
    if (nul != std::string_view::npos) told.reason = words.substr(nul + 1);
  }
  tell_(std::move(told));
}

}  // namespace antidotary::serve
