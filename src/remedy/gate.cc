#include "remedy/gate.h"

#include <algorithm>
#include <optional>

#include "core/text.h"
#include "host/doubts.h"

namespace antidotary::remedy {
namespace {

/// A folder as is_hibernated() asks for one; bytes of files are read piecemeal and never mapped.
class Folder final : public host::Tree {
 public:
  explicit Folder(const files::Root& root) : root_(&root) {}

  Result<std::vector<host::Node>> list(const std::string& path) override {
    std::vector<host::Node> out;
    for (files::Named& one : ANTIDOTARY_TRY(root_->list(path))) {
      host::Node node;
      node.name = std::move(one.name);
      node.kind = one.stat.kind == files::Kind::directory ? host::NodeKind::directory
                                                          : host::NodeKind::other;
      out.push_back(std::move(node));
    }
    return out;
  }
  Result<std::unique_ptr<host::OpenFile>> open(const std::string& path) override {
    return fail(ErrorKind::unsupported, "{} is not brought into memory", path);
  }
  Result<Buffer> head(const std::string& path, std::size_t bytes_max) override {
    const files::Fd file = ANTIDOTARY_TRY(root_->open_file(path));
    Buffer out(bytes_max);
    out.resize(ANTIDOTARY_TRY(files::read_at(file.get(), 0, out)));
    return out;
  }

 private:
  const files::Root* root_;
};

std::string above(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

/// The top of the tree's file system, as far up as one may look; nullopt where the tree is it.
std::optional<files::Root> top_of(const files::Root& tree, std::uint64_t device) {
  std::optional<files::Root> out;
  for (std::string path = tree.path(); path != "/";) {
    path = above(path);
    auto folder = files::Root::open(path);
    if (!folder) break;
    const auto stat = files::stat_of(folder->descriptor());
    if (!stat || stat->device != device) break;
    out.emplace(std::move(*folder));
  }
  return out;
}

}  // namespace

Status may_be_written(const files::Root& tree) {
  Folder folder(tree);
  bool hibernated = host::is_hibernated(folder);
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(tree.descriptor()));
  if (const auto top = top_of(tree, stat.device); top && !hibernated) {
    Folder disk(*top);
    // A folder that its user may not list is the server's own, and no Windows disk that was mounted
    // to be cleaned.
    const auto listed = top->list("");
    const bool closed = !listed && listed.error().kind == ErrorKind::permission;
    hibernated = !closed && host::is_hibernated(disk);
  }
  if (!hibernated) return {};
  const Status refusal = host::may_be_written({host::Doubt::hibernated});
  return tl::unexpected(with_context(refusal.error(), escape_for_terminal(tree.path())));
}

}  // namespace antidotary::remedy
