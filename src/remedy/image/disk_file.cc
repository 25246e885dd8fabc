#include "remedy/image/disk_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "core/text.h"
#include "files/act.h"
#include "files/root.h"

namespace antidotary::remedy {
namespace {

namespace fs = std::filesystem;

/// The loop device that stands on this file; empty where none is seen.
std::string loop_on(const struct stat& image) {
  std::error_code failed;
  for (const auto& device : fs::directory_iterator("/sys/block", failed)) {
    std::ifstream file(device.path() / "loop" / "backing_file");
    std::string path;
    struct stat backing {};
    if (std::getline(file, path) && stat(path.c_str(), &backing) == 0 &&
        backing.st_dev == image.st_dev && backing.st_ino == image.st_ino) {
      return "/dev/" + device.path().filename().string();
    }
  }
  return {};
}

Status hold_alone(int fd, const struct stat& status, const std::string& path) {
  const std::string shown = escape_for_terminal(path);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return tl::unexpected(files::system_error(errno, "lock", path));
    return fail(ErrorKind::busy, "another run is at work on {}", shown);
  }
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (fcntl(fd, F_OFD_SETLK, &whole) != 0 && (errno == EAGAIN || errno == EACCES)) {
    return fail(ErrorKind::busy,
                "another program works on {} (a virtual machine or a mount): end that first",
                shown);
  }
  if (const std::string loop = loop_on(status); !loop.empty()) {
    return fail(ErrorKind::busy, "{} is in use as {}: unmount and detach that first", shown, loop);
  }
  return {};
}

Result<files::Fd> open_part(const std::string& path, const plan::ImagePart& part,
                            Identity identity) {
  struct stat before {};
  if (stat(path.c_str(), &before) != 0) {
    return tl::unexpected(files::system_error(errno, "open", path));
  }
  // Of a device the kernel gives this only where nothing on it is mounted or claimed.
  const int exclusive = S_ISBLK(before.st_mode) ? O_EXCL : 0;
  files::Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | exclusive));
  if (!fd.valid() && errno == EBUSY) {
    return fail(ErrorKind::busy, "{} is mounted or in use: unmount it first",
                escape_for_terminal(path));
  }
  if (!fd.valid()) return tl::unexpected(files::system_error(errno, "open for writing", path));
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) {
    return tl::unexpected(files::system_error(errno, "look at", path));
  }
  if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
    return fail(ErrorKind::refused, "{} is neither a file nor a block device",
                escape_for_terminal(path));
  }
  ANTIDOTARY_CHECK(hold_alone(fd.get(), status, path));
  const files::Stat now = ANTIDOTARY_TRY(files::stat_of(fd.get()));
  const off_t end = lseek(fd.get(), 0, SEEK_END);
  const bool same = now.device == part.device && now.inode == part.inode &&
                    now.modified_unix_ns == part.modified_unix_ns;
  if (end < 0 || static_cast<std::uint64_t>(end) != part.size_bytes ||
      (identity == Identity::same_files && !same)) {
    return fail(ErrorKind::changed, "{} is not as it was when it was looked at: {}",
                escape_for_terminal(path),
                identity == Identity::same_files ? "make a new plan" : "it has another size");
  }
  return fd;
}

}  // namespace

Result<DiskFile> DiskFile::open(const std::string& path, const std::vector<plan::ImagePart>& parts,
                                Identity identity) {
  DiskFile out;
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  for (const plan::ImagePart& part : parts) {
    const bool first = out.parts_.empty();
    if (!first && (part.name.empty() || part.name.find('/') != std::string::npos)) {
      return fail(ErrorKind::bad_input, "a file of the image has no name of its own");
    }
    files::Fd fd = ANTIDOTARY_TRY(open_part(first ? path : folder + part.name, part, identity));
    out.parts_.push_back({std::move(fd), out.size_bytes_, part.size_bytes});
    out.size_bytes_ += part.size_bytes;
  }
  if (out.parts_.empty()) return fail(ErrorKind::bad_input, "the plan names no file of the image");
  return out;
}

template <class Act>
Status DiskFile::split(std::uint64_t offset, std::uint64_t count, Act act) const {
  if (offset > size_bytes_ || count > size_bytes_ - offset) {
    return fail(ErrorKind::changed, "the image ends before offset {}", offset + count);
  }
  std::uint64_t done = 0;
  for (const Part& part : parts_) {
    const std::uint64_t at = offset + done;
    if (done == count || at < part.begin || at - part.begin >= part.size_bytes) continue;
    const std::uint64_t here = std::min(count - done, part.size_bytes - (at - part.begin));
    ANTIDOTARY_CHECK(act(part.fd.get(), at - part.begin, done, here));
    done += here;
  }
  return {};
}

Status DiskFile::read(std::uint64_t offset, std::span<std::byte> out) const {
  const auto read = [&](int fd, std::uint64_t at, std::uint64_t done,
                        std::uint64_t count) -> Status {
    const auto got = ANTIDOTARY_TRY(files::read_at(fd, at, out.subspan(done, count)));
    if (got == count) return {};
    return fail(ErrorKind::changed, "the image ends before offset {}", offset + done + count);
  };
  return split(offset, out.size(), read);
}

Status DiskFile::write(std::uint64_t offset, Bytes bytes) {
  return split(offset, bytes.size(),
               [&](int fd, std::uint64_t at, std::uint64_t done, std::uint64_t count) {
                 return files::act::write_at(fd, at, bytes.subspan(done, count));
               });
}

Status DiskFile::sync() {
  for (const Part& part : parts_) ANTIDOTARY_CHECK(files::act::sync(part.fd.get()));
  return {};
}

}  // namespace antidotary::remedy
