// WriteFile: beside it first, then renamed.
#include "cli/write_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "files/act.h"
#include "files/root.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t usual_mode = 0666;

Status write_as_it_is(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return {};
  return fail(ErrorKind::io, "cannot write {}; is there such a folder, and may you write there?",
              path.string());
}

/// The bits that a new file gets where nobody says others.
std::uint32_t mode_of_new() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return usual_mode & ~static_cast<std::uint32_t>(mask);
}

}  // namespace

Status write_file(const fs::path& path, std::string_view text) {
  std::error_code failed;
  const fs::file_status there = fs::status(path, failed);
  if (fs::exists(there) && !fs::is_regular_file(there)) return write_as_it_is(path, text);
  fs::path target = path;
  if (fs::is_symlink(path, failed)) target = fs::weakly_canonical(path, failed);
  std::string beside = target.string() + ".XXXXXX";
  const files::Fd file(::mkstemp(beside.data()));
  if (!file.valid()) {
    return fail(ErrorKind::io, "cannot write {}; is there such a folder, and may you write there?",
                path.string());
  }
  const auto mode =
      fs::exists(there) ? static_cast<std::uint32_t>(there.permissions()) : mode_of_new();
  Status written = files::act::write_all(file.get(), as_bytes(text));
  if (written) written = files::act::change_mode(file.get(), mode);
  if (written && ::rename(beside.c_str(), target.c_str()) != 0) {
    written = tl::unexpected(files::system_error(errno, "write", path.string()));
  }
  if (!written) ::unlink(beside.c_str());
  return written;
}

}  // namespace antidotary::cli
