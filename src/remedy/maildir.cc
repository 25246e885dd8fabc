#include "remedy/maildir.h"

#include "files/root.h"

namespace antidotary::remedy {
namespace {

struct Place {
  std::string maildir;  ///< Empty, or ends in '/'.
  std::string folder;   ///< "new", "cur".
  std::string name;
};

Place place_of(std::string_view path) {
  Place out;
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return out;
  const std::string_view above = path.substr(0, slash);
  const std::size_t before = above.rfind('/');
  const std::size_t begin = before == above.npos ? 0 : before + 1;
  out.maildir = above.substr(0, begin);
  out.folder = above.substr(begin);
  out.name = path.substr(slash + 1);
  return out;
}

}  // namespace

std::string_view maildir_unique(std::string_view name) { return name.substr(0, name.find(':')); }

bool is_maildir_message(const files::Root& tree, std::string_view path) {
  const Place place = place_of(path);
  if (place.folder != "new" && place.folder != "cur") return false;
  for (const char* sibling : {"new", "cur", "tmp"}) {
    if (!tree.open_directory(place.maildir + sibling)) return false;
  }
  return true;
}

Result<std::string> maildir_path_now(const Carrier& run, const FileIntent& target) {
  if (!is_maildir_message(run.tree, target.path)) return target.path;
  const auto [parent, name] = ANTIDOTARY_TRY(run.tree.open_parent(target.path));
  if (files::stat_in(parent.get(), name).has_value()) return target.path;
  const Place place = place_of(target.path);
  for (const char* folder : {"cur", "new"}) {
    const std::string below = place.maildir + folder;
    for (const files::Named& one : ANTIDOTARY_TRY(run.tree.list(below))) {
      const bool same = maildir_unique(one.name) == maildir_unique(place.name) &&
                        run.same_file(one.stat, target.device, target.inode);
      if (same) return below + "/" + one.name;
    }
  }
  return target.path;
}

}  // namespace antidotary::remedy
