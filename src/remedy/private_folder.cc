#include "remedy/private_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include "files/act.h"
#include "files/root.h"

namespace antidotary::remedy {

Result<PrivateFolder> PrivateFolder::make(int parent, const std::string& name) {
  ANTIDOTARY_CHECK(files::act::make_directory(parent, name, 0700));
  return find(parent, name);
}

Result<PrivateFolder> PrivateFolder::find(int parent, const std::string& name) {
  files::Fd fd =
      ANTIDOTARY_TRY(files::open_beneath(parent, name, O_PATH | O_DIRECTORY, files::Mounts::stay));
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(fd.get()));
  // The mode says nothing on file systems that keep none (FAT); the owner does.
  if (stat.owner != ::geteuid()) return fail(ErrorKind::refused, "{} is not ours", name);
  return PrivateFolder(std::move(fd), parent, name);
}

Status PrivateFolder::dissolve() const { return files::act::remove_directory(parent_, name_); }

}  // namespace antidotary::remedy
