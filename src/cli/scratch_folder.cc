#include "cli/scratch_folder.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* memory = "/dev/shm";

std::string parent_folder() {
  if (std::getenv("TMPDIR") == nullptr && access(memory, W_OK | X_OK) == 0) return memory;
  std::error_code failed;
  return fs::temp_directory_path(failed).string();
}

}  // namespace

Result<ScratchFolder> ScratchFolder::make() {
  std::string path = parent_folder() + "/antidotary-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) {
    return fail(ErrorKind::io, "cannot make a scratch folder such as {}", path);
  }
  return ScratchFolder(path);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

std::string ScratchFolder::part(const std::string& name) const {
  fs::create_directories(path_ + "/" + name);
  return path_ + "/" + name;
}

std::string ScratchFolder::empty_part(const std::string& name) const {
  std::error_code ignored;
  fs::remove_all(path_ + "/" + name, ignored);
  return part(name);
}

}  // namespace antidotary::cli
