#include "serve/changes.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "files/root.h"

namespace antidotary::serve {
namespace {

constexpr std::uint32_t events_wanted = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;

}  // namespace

Result<std::unique_ptr<Changes>> Changes::make(Loop& loop, Changed changed) {
  files::Fd events(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!events.valid()) return tl::unexpected(files::system_error(errno, "watch", "files"));
  std::unique_ptr<Changes> out(new Changes(loop, std::move(events), std::move(changed)));
  Changes* const self = out.get();
  ANTIDOTARY_CHECK(
      loop.watch(out->events_.get(), EPOLLIN, [self](std::uint32_t) { self->ready(); }));
  return out;
}

Changes::Changes(Loop& loop, files::Fd events, Changed changed)
    : loop_(loop), events_(std::move(events)), changed_(std::move(changed)) {}

Changes::~Changes() { loop_.forget(events_.get()); }

Status Changes::watch(const std::string& path) {
  int watcher = inotify_add_watch(events_.get(), path.c_str(), events_wanted | IN_ONLYDIR);
  std::string name;
  if (watcher < 0) {
    const std::string bare = path.substr(0, path.find_last_not_of('/') + 1);
    const std::size_t slash = bare.rfind('/');
    const std::string folder =
        slash == std::string::npos ? "." : bare.substr(0, std::max<std::size_t>(slash, 1));
    name = bare.substr(slash == std::string::npos ? 0 : slash + 1);
    if (name.empty()) return fail(ErrorKind::not_found, "'{}' names no file", path);
    watcher = inotify_add_watch(events_.get(), folder.c_str(), events_wanted | IN_ONLYDIR);
  }
  if (watcher < 0) return tl::unexpected(files::system_error(errno, "watch", path));
  wanted_[watcher].push_back({std::move(name), path});
  return {};
}

void Changes::ready() {
  alignas(inotify_event) std::array<char, 16'384> events{};
  for (;;) {
    const ssize_t count = ::read(events_.get(), events.data(), events.size());
    if (count <= 0) return;
    const std::string_view all(events.data(), static_cast<std::size_t>(count));
    for (std::size_t at = 0; at + sizeof(inotify_event) <= all.size();) {
      inotify_event event{};
      std::memcpy(&event, all.data() + at, sizeof event);
      const std::string_view name = all.substr(at + sizeof event, event.len);
      at += sizeof event + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        for (const auto& one : wanted_) tell(one.first, {});
      } else if ((event.mask & events_wanted) != 0) {
        tell(event.wd, name.substr(0, name.find('\0')));
      }
    }
  }
}

/// All of that folder where there is no name.
void Changes::tell(int watcher, std::string_view name) {
  const auto found = wanted_.find(watcher);
  if (found == wanted_.end()) return;
  for (const Wanted& one : found->second) {
    if (name.empty() || one.name.empty() || one.name == name) changed_(one.path);
  }
}

}  // namespace antidotary::serve
