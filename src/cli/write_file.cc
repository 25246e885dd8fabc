// WriteFile: beside it first, then renamed.
#include "cli/write_file.h"

#include <fstream>

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

Status write_to(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return {};
  return fail(ErrorKind::io, "cannot write {}; is there such a folder, and may you write there?",
              path.string());
}

}  // namespace

Status write_file(const fs::path& path, std::string_view text) {
  std::error_code failed;
  const fs::file_status there = fs::status(path, failed);
  if (fs::exists(there) && !fs::is_regular_file(there)) return write_to(path, text);
  fs::path target = path;
  if (fs::is_symlink(path, failed) && fs::exists(there)) target = fs::canonical(path, failed);
  if (failed && fs::exists(there)) {
    return fail(ErrorKind::io, "cannot write {}: {}", path.string(), failed.message());
  }
  const fs::path beside = target.string() + ".new";
  Status written = write_to(beside, text);
  if (written) {
    fs::rename(beside, target, failed);
    if (!failed) return {};
    written = fail(ErrorKind::io, "cannot write {}: {}", path.string(), failed.message());
  }
  std::error_code ignored;
  fs::remove(beside, ignored);
  return written;
}

}  // namespace antidotary::cli
