#include "files/root.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "core/digest.h"
#include "core/text.h"

namespace antidotary::files {
namespace {

constexpr std::size_t chunk_bytes = 64 << 10;

Stat stat_from(const struct stat& status) {
  Stat out;
  if (S_ISREG(status.st_mode)) out.kind = Kind::file;
  if (S_ISDIR(status.st_mode)) out.kind = Kind::directory;
  if (S_ISLNK(status.st_mode)) out.kind = Kind::link;
  out.size_bytes = static_cast<std::uint64_t>(status.st_size);
  out.modified_unix_ns = status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec;
  out.accessed_unix_ns = status.st_atim.tv_sec * 1'000'000'000LL + status.st_atim.tv_nsec;
  out.changed_unix_ns = status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec;
  out.device = status.st_dev;
  out.inode = status.st_ino;
  out.mode = status.st_mode;
  out.owner = status.st_uid;
  out.group = status.st_gid;
  out.links = static_cast<std::uint32_t>(status.st_nlink);
  return out;
}

// Where a link in /proc is not to be had, the path as it was given must do.
std::string resolved(int descriptor, const std::string& path) {
  std::array<char, 4096> text{};
  const std::string link = fmt::format("/proc/self/fd/{}", descriptor);
  const ssize_t size = ::readlink(link.c_str(), text.data(), text.size());
  if (size <= 0 || static_cast<std::size_t>(size) == text.size() || text[0] != '/') return path;
  return std::string(text.data(), static_cast<std::size_t>(size));
}

// O_NOATIME is the owner's and root's alone; for others the access time moves on.
template <class Open>
Result<Fd> quietly(Open open, int flags) {
  auto opened = open(flags | O_NOATIME);
  if (opened || opened.error().kind != ErrorKind::permission) return opened;
  return open(flags);
}

int flags_for(Access access) {
  return (access == Access::change ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_NOCTTY;
}

Result<Fd> only_regular(Result<Fd> opened, std::string_view path) {
  if (!opened) return opened;
  const Stat stat = ANTIDOTARY_TRY(stat_of(opened->get()));
  if (stat.kind == Kind::file) return opened;
  return fail(ErrorKind::refused, "{} is not a regular file", escape_for_terminal(path));
}

}  // namespace

Error system_error(int number, std::string_view act, std::string_view path) {
  ErrorKind kind = ErrorKind::io;
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      kind = ErrorKind::not_found;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      kind = ErrorKind::permission;
      break;
    case ELOOP:
    case EXDEV:
      kind = ErrorKind::refused;
      break;
    case EEXIST:
    case EBUSY:
    case ETXTBSY:
    case EWOULDBLOCK:
      kind = ErrorKind::busy;
      break;
    case ENAMETOOLONG:
      kind = ErrorKind::bad_input;
      break;
    case ENOSYS:
    case EOPNOTSUPP:
      kind = ErrorKind::unsupported;
      break;
    default:
      break;
  }
  const char* why = ::strerrordesc_np(number);
  std::string reason = why == nullptr ? fmt::format("error {}", number) : why;
  if (number == ELOOP) reason = "it is a link, or leads through one";
  if (number == EXDEV) reason = "it leads out of the root or into another file system";
  return Error{kind, fmt::format("cannot {} {}: {}", act, escape_for_terminal(path), reason),
               std::nullopt};
}

Result<Stat> stat_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    return tl::unexpected(system_error(errno, "stat", "an open file"));
  }
  return stat_from(status);
}

Result<Stat> stat_in(int directory, const std::string& name) {
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return tl::unexpected(system_error(errno, "stat", name));
  }
  return stat_from(status);
}

Result<Fd> open_file_in(int directory, const std::string& name, Access access) {
  ANTIDOTARY_CHECK(check_relative(name));
  if (name.empty() || name.find('/') != std::string::npos) {
    return fail(ErrorKind::bad_input, "not a name in a folder: {}", escape_for_terminal(name));
  }
  return only_regular(
      quietly([&](int flags) { return open_beneath(directory, name, flags, Mounts::stay); },
              flags_for(access)),
      name);
}

Result<Root> Root::open(const std::string& path, Mounts mounts) {
  Fd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() && errno == ENOTDIR) {
    return fail(ErrorKind::bad_input, "{} is not a folder", escape_for_terminal(path));
  }
  if (!fd.valid()) return tl::unexpected(system_error(errno, "open", path));
  std::string real = resolved(fd.get(), path);
  return Root(std::move(fd), std::move(real), mounts);
}

Result<Fd> Root::open_directory(std::string_view relative) const {
  return open_beneath(fd_.get(), relative, O_PATH | O_DIRECTORY, mounts_);
}

Result<std::pair<Fd, std::string>> Root::open_parent(std::string_view relative) const {
  ANTIDOTARY_CHECK(check_relative(relative));
  if (relative.empty()) return fail(ErrorKind::bad_input, "the root has no parent below itself");
  const std::size_t slash = relative.rfind('/');
  const bool top = slash == std::string_view::npos;
  Fd parent = ANTIDOTARY_TRY(open_directory(top ? "" : relative.substr(0, slash)));
  return std::pair(std::move(parent), std::string(top ? relative : relative.substr(slash + 1)));
}

Result<Fd> Root::open_file(std::string_view relative, Access access) const {
  return only_regular(
      quietly([&](int flags) { return open_beneath(fd_.get(), relative, flags, mounts_); },
              flags_for(access)),
      relative);
}

Result<std::vector<Named>> Root::list(std::string_view relative, std::size_t most) const {
  Fd folder = ANTIDOTARY_TRY(
      quietly([&](int flags) { return open_beneath(fd_.get(), relative, flags, mounts_); },
              O_RDONLY | O_DIRECTORY | O_NONBLOCK));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(folder.get()), ::closedir);
  if (stream == nullptr) return tl::unexpected(system_error(errno, "list", relative));
  const int descriptor = folder.release();  // the stream closes it

  std::vector<Named> nodes;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) {
      return tl::unexpected(system_error(errno, "list", relative));
    }
    if (entry == nullptr) return nodes;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    auto stat = stat_in(descriptor, name);
    if (!stat && stat.error().kind == ErrorKind::not_found) continue;  // gone since
    if (!stat) return tl::unexpected(std::move(stat).error());
    if (nodes.size() == most) {
      return fail(ErrorKind::budget_spent, "{} holds more than {} names",
                  escape_for_terminal(relative), most);
    }
    nodes.push_back({name, *stat});
  }
}

Result<Mapping> Mapping::map(int descriptor) {
  const Stat stat = ANTIDOTARY_TRY(stat_of(descriptor));
  if (stat.kind != Kind::file) return fail(ErrorKind::refused, "not a regular file");
  if (stat.size_bytes == 0) return Mapping(Bytes{});
  const auto size = static_cast<std::size_t>(stat.size_bytes);
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (memory == MAP_FAILED) return tl::unexpected(system_error(errno, "map", "an open file"));
  return Mapping(view_of(memory, size));
}

Mapping::Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, Bytes{})) {}

void Mapping::want(Bytes part) const {
#ifdef MADV_POPULATE_READ  // Linux 5.14; without it the pages come one by one
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::size_t into = address_of(part) % page;
  ::madvise(const_cast<std::byte*>(part.data()) - into, part.size() + into, MADV_POPULATE_READ);
#else
  static_cast<void>(part);
#endif
}

void Mapping::forget(Bytes part) const {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t address = address_of(part);
  const std::size_t before = (page - address % page) % page;
  if (part.size() < before + page) return;
  const Bytes pages = part.subspan(before, (part.size() - before) / page * page);
  ::madvise(const_cast<std::byte*>(pages.data()), pages.size(), MADV_DONTNEED);
}

Mapping::~Mapping() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

Result<std::size_t> read_at(int descriptor, std::uint64_t offset, std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t count = ::pread(descriptor, out.data() + done, out.size() - done,
                                  static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(system_error(errno, "read", "an open file"));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

Result<Buffer> read_whole(int descriptor, std::uint64_t size_max) {
  // Grown as bytes arrive: a declared size may be wrong (/proc) or change meanwhile.
  Buffer bytes;
  for (;;) {
    const std::size_t had = bytes.size();
    bytes.resize(had + chunk_bytes);
    const std::size_t count =
        ANTIDOTARY_TRY(read_at(descriptor, had, std::span(bytes).subspan(had)));
    bytes.resize(had + count);
    if (bytes.size() > size_max) {
      return fail(ErrorKind::refused, "the file is larger than {} bytes", size_max);
    }
    if (count < chunk_bytes) return bytes;
  }
}

Result<Buffer> read_file(const std::string& path, std::uint64_t size_max) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) return tl::unexpected(system_error(errno, "open", path));
  auto bytes = read_whole(fd.get(), size_max);
  if (!bytes) return tl::unexpected(with_context(std::move(bytes).error(), path));
  return bytes;
}

Result<std::string> sha256_of(int descriptor) {
  Digester digester(DigestKind::sha256);
  Buffer chunk(chunk_bytes);
  for (std::uint64_t offset = 0;;) {
    const std::size_t count = ANTIDOTARY_TRY(read_at(descriptor, offset, chunk));
    digester.update(Bytes(chunk).first(count));
    if (count < chunk.size()) return digester.finish_hex();
    offset += count;
  }
}

}  // namespace antidotary::files
