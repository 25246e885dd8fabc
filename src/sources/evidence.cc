#include "sources/evidence.h"

#include <sys/stat.h>

namespace antidotary::sources {

Result<Evidence> Evidence::open(const std::string& path) {
  Evidence out;
  struct stat status {};
  const bool folder = stat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode);
  if (folder) {
    out.root_.emplace(ANTIDOTARY_TRY(files::Root::open(path)));
  } else {
    out.image_.emplace(ANTIDOTARY_TRY(open_image(path)));
  }
  return out;
}

}  // namespace antidotary::sources
