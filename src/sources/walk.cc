#include "sources/walk.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <vector>

namespace antidotary::sources {
namespace {

/// A folder that is being walked: what it holds, and how far we are.
struct Open {
  std::string relative;
  std::vector<files::Named> nodes;
  std::size_t next = 0;
};

std::string joined(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && path.back() != '/') path += '/';
  path += name;
  return path;
}

class Walk {
 public:
  Walk(const files::Root& root, const std::string& shown, const WalkVisitor& visitor)
      : root_(root), shown_(shown), visitor_(visitor) {}

  Status folder(const std::string& relative, const std::string& shown) {
    const auto depth = static_cast<std::uint32_t>(stack_.size());
    if (visitor_.enter && !visitor_.enter(shown, depth)) return {};
    auto nodes = ANTIDOTARY_TRY(root_.list(relative));
    std::sort(nodes.begin(), nodes.end(),
              [](const files::Named& a, const files::Named& b) { return a.name < b.name; });
    stack_.push_back({relative, std::move(nodes)});
    return {};
  }

  void run() {
    while (!stack_.empty()) {
      Open& here = stack_.back();
      if (here.next == here.nodes.size()) {
        stack_.pop_back();
      } else {
        const files::Named& node = here.nodes[here.next++];
        visit(node.stat, joined(here.relative, node.name));
      }
    }
  }

  Status file(const std::string& relative, const std::string& shown) {
    WalkedFile walked;
    walked.descriptor = ANTIDOTARY_TRY(root_.open_file(relative));
    walked.stat = ANTIDOTARY_TRY(files::stat_of(walked.descriptor.get()));
    walked.shown = shown;
    walked.relative = relative;
    walked.root = &root_;
    visitor_.file(std::move(walked));
    return {};
  }

 private:
  // By value: the list that holds it moves while folders are entered.
  void visit(const files::Stat stat, const std::string& relative) {
    const std::string shown = joined(shown_, relative);
    const bool is_read = stat.kind == files::Kind::file || stat.kind == files::Kind::directory;
    if (!is_read && visitor_.passed_over) return visitor_.passed_over(shown, stat.kind);
    Status done;
    switch (stat.kind) {
      case files::Kind::file:
        if (visitor_.known && visitor_.known(shown, stat)) return;
        done = file(relative, shown);
        break;
      case files::Kind::directory:
        done = folder(relative, shown);
        break;
      case files::Kind::link:
        done = fail(ErrorKind::unsupported, "a link; links are not followed");
        break;
      case files::Kind::other:
        done = fail(ErrorKind::unsupported, "a device, pipe or socket; only files are read");
        break;
    }
    if (!done) visitor_.missed(shown, done.error());
  }

  const files::Root& root_;
  const std::string& shown_;
  const WalkVisitor& visitor_;
  std::vector<Open> stack_;
};

}  // namespace

Status walk(const std::string& path, bool cross_file_systems, const WalkVisitor& visitor) {
  const auto mounts = cross_file_systems ? files::Mounts::cross : files::Mounts::stay;
  const auto [root, relative] = ANTIDOTARY_TRY(root_of(path, mounts));
  return walk(root, relative, path, visitor);
}

Status walk(const files::Root& root, const std::string& relative, const std::string& shown,
            const WalkVisitor& visitor) {
  Walk walk(root, shown, visitor);
  if (!relative.empty()) return walk.file(relative, shown);
  ANTIDOTARY_CHECK(walk.folder("", shown));
  walk.run();
  return {};
}

Result<std::pair<files::Root, std::string>> root_of(const std::string& path, files::Mounts mounts) {
  const std::unique_ptr<char, void (*)(void*)> resolved(realpath(path.c_str(), nullptr), std::free);
  if (!resolved) return tl::unexpected(files::system_error(errno, "open", path));
  const std::string real = resolved.get();
  struct stat status {};
  if (lstat(real.c_str(), &status) != 0) {
    return tl::unexpected(files::system_error(errno, "open", path));
  }
  if (S_ISDIR(status.st_mode)) {
    return std::pair{ANTIDOTARY_TRY(files::Root::open(real, mounts)), std::string()};
  }
  const std::size_t slash = real.rfind('/');
  const std::string folder = slash == 0 ? "/" : real.substr(0, slash);
  return std::pair{ANTIDOTARY_TRY(files::Root::open(folder, mounts)), real.substr(slash + 1)};
}

}  // namespace antidotary::sources
