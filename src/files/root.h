// Root: a folder beneath which everything is opened, and out of which no path can lead.
//
// Every open goes through openat2 with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS
// and, unless asked otherwise, RESOLVE_NO_XDEV; on kernels without openat2, component by component
// with O_NOFOLLOW. A path is trusted once: callers keep the descriptor, not the path.
// Relative paths have '/' between names; "" is the root; "." and ".." are refused.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "files/beneath.h"
#include "files/fd.h"

namespace antidotary::files {

enum class Kind : std::uint8_t { file, directory, link, other };

/// What a file is opened for. `change` reads and writes; it is remedy's alone.
enum class Access : std::uint8_t { read, change };

/// What the system says of a node; `same_object` is the identity that a plan relies on.
struct Stat {
  Kind kind = Kind::other;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_unix_ns = 0;
  std::int64_t accessed_unix_ns = 0;
  std::int64_t changed_unix_ns = 0;  ///< ctime: moves with every change of content or metadata.
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::uint32_t links = 1;

  bool same_object(const Stat& other) const {
    return device == other.device && inode == other.inode;
  }
};

struct Named {
  std::string name;
  Stat stat;
};

Result<Stat> stat_of(int descriptor);
/// A name in a folder, links not followed. Errors: not_found, permission, io.
Result<Stat> stat_in(int directory, const std::string& name);
/// A regular file by its name in a folder, as Root::open_file opens it.
Result<Fd> open_file_in(int directory, const std::string& name, Access access = Access::read);

class Root {
 public:
  /// The path itself may lead through links: a person named it.
  /// Errors: not_found, permission, bad_input (not a folder), each naming the path.
  static Result<Root> open(const std::string& path, Mounts mounts = Mounts::stay);

  /// The absolute path, as the system resolved it when the root was opened. For display only.
  const std::string& path() const { return path_; }
  int descriptor() const { return fd_.get(); }

  /// A folder below, as an O_PATH|O_DIRECTORY descriptor.
  /// Errors: not_found, permission, refused (a link, or out of the root), io.
  Result<Fd> open_directory(std::string_view relative) const;
  /// The folder that holds `relative`, and its last name.
  Result<std::pair<Fd, std::string>> open_parent(std::string_view relative) const;
  /// A regular file, O_NOFOLLOW and O_NONBLOCK; its access time is left as it is where the system
  /// allows that. Errors: as above; refused where it is not a regular file.
  Result<Fd> open_file(std::string_view relative, Access access = Access::read) const;
  /// The nodes of a folder, "." and ".." left out, links not followed; at most `most` (more is
  /// an error, budget_spent).
  Result<std::vector<Named>> list(std::string_view relative, std::size_t most = 4'000'000) const;

 private:
  Root(Fd fd, std::string path, Mounts mounts)
      : fd_(std::move(fd)), path_(std::move(path)), mounts_(mounts) {}
  Fd fd_;
  std::string path_;
  Mounts mounts_ = Mounts::stay;
};

/// A file's bytes mapped read only; empty files are an empty view.
class Mapping {
 public:
  static Result<Mapping> map(int descriptor);
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping();
  Bytes bytes() const { return bytes_; }
  /// Maps all pages of `part` at once, which costs far less than to be asked for each.
  void want(Bytes part) const;
  /// Gives the pages wholly inside `part` back; they come again from the file when they are read.
  void forget(Bytes part) const;

 private:
  explicit Mapping(Bytes bytes) : bytes_(bytes) {}
  Bytes bytes_;
};

/// Fills `out` from `offset` (pread); yields how much was there. Errors: io.
Result<std::size_t> read_at(int descriptor, std::uint64_t offset, std::span<std::byte> out);
/// Reads a whole file, of at most `size_max` bytes. Errors: not_found, permission, io, refused.
Result<Buffer> read_whole(int descriptor, std::uint64_t size_max);
/// For files that are ours or that a person named on the command line.
Result<Buffer> read_file(const std::string& path, std::uint64_t size_max);
/// Lower-case SHA-256 of what the descriptor reads from its start (pread; the offset stays).
Result<std::string> sha256_of(int descriptor);

/// An errno as an Error of the right kind: "cannot open /x: Permission denied".
Error system_error(int number, std::string_view act, std::string_view path);

}  // namespace antidotary::files
