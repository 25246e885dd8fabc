#include "sources/image_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "files/root.h"

namespace antidotary::sources {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// The text counted up by one in its own alphabet; empty where it was the last.
std::string counted_up(std::string text) {
  for (std::size_t i = text.size(); i-- > 0;) {
    char& letter = text[i];
    const char last = is_digit(letter) ? '9' : letter >= 'a' ? 'z' : 'Z';
    if (letter != last) {
      ++letter;
      return text;
    }
    letter = is_digit(letter) ? '0' : letter >= 'a' ? 'a' : 'A';
  }
  return {};
}

// EWF, section "segment files" of libewf's format paper: E01 to E99, EAA to EZZ, FAA to ZZZ.
std::string next_evidence_ending(const std::string& ending) {
  if (is_digit(ending[1])) {
    if (ending.substr(1) != "99") return ending[0] + counted_up(ending.substr(1));
    return ending[0] + std::string(ending[0] >= 'a' ? "aa" : "AA");
  }
  return counted_up(ending);
}

/// E01 or EAA, FAA, ...; small letters as well. Not every such ending is evidence (`.exe`): a file
/// of another form simply has no followers.
bool is_evidence_ending(const std::string& ending) {
  if (ending.size() != 3) return false;
  const auto all = [&](bool (*test)(char)) {
    return std::all_of(ending.begin() + 1, ending.end(), test);
  };
  if (is_small(ending[0])) return ending[0] >= 'e' && (all(is_digit) || all(is_small));
  return ending[0] >= 'E' && is_capital(ending[0]) && (all(is_digit) || all(is_capital));
}

struct Opened {
  ImageFile file;
  struct stat status {};
};

/// Opens a file beside the named one. Not found is no error: there is no such part.
Result<Opened> open_part(int folder, const std::string& name, int flags) {
  Opened out;
  out.file.name = name.substr(name.rfind('/') + 1);
  out.file.descriptor =
      files::Fd(openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags));
  if (!out.file.descriptor.valid()) {
    return tl::unexpected(files::system_error(errno, "open", name));
  }
  if (fstat(out.file.descriptor.get(), &out.status) != 0) {
    return tl::unexpected(files::system_error(errno, "look at", name));
  }
  if (!S_ISREG(out.status.st_mode) && !S_ISBLK(out.status.st_mode)) {
    return fail(ErrorKind::refused, "{} is neither a folder, a disk image nor a block device",
                name);
  }
  // A device has no size of its own; where it ends is where seeking to its end leads.
  const off_t end = lseek(out.file.descriptor.get(), 0, SEEK_END);
  if (end < 0) return tl::unexpected(files::system_error(errno, "measure", name));
  out.file.size_bytes = static_cast<std::uint64_t>(end);
  return out;
}

/// Refuses an image that goes on behind a part that is not there: read up to the gap, it would pass
/// for a smaller disk.
Status check_no_gap(int folder, const std::string& missing) {
  constexpr int names_ahead = 16;
  std::string name = missing;
  for (int i = 0; i < names_ahead; ++i) {
    name = next_part_name(name);
    if (name.empty()) return {};
    if (faccessat(folder, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
      return fail(ErrorKind::bad_input, "{} is not there, but {} is: the image is not whole",
                  missing, name);
    }
  }
  return {};
}

Status add_followers(int folder, ImageFiles& image) {
  for (std::string name = next_part_name(image.files[0].name); !name.empty();
       name = next_part_name(name)) {
    auto part = open_part(folder, name, O_NOFOLLOW);
    if (!part && part.error().kind == ErrorKind::not_found) return check_no_gap(folder, name);
    if (!part) return tl::unexpected(part.error());
    if (image.files.size() == ImageFiles::files_max) {
      return fail(ErrorKind::bad_input, "{} consists of more than {} files; join them first",
                  image.path, ImageFiles::files_max);
    }
    image.files.push_back(std::move(part->file));
  }
  return {};
}

/// `disk.vmdk` may have its blocks in `disk-flat.vmdk` or `disk-s001.vmdk`.
Status add_extents(int folder, ImageFiles& image) {
  const std::string& name = image.files[0].name;
  const std::string stem = name.substr(0, name.size() - std::string(".vmdk").size()) + "-";
  const int copy = fcntl(folder, F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(copy < 0 ? nullptr : fdopendir(copy),
                                                    &closedir);
  if (!listing) return tl::unexpected(files::system_error(errno, "list", "the image's folder"));
  std::vector<std::string> names;
  while (const dirent* const entry = readdir(listing.get())) {
    const std::string one = entry->d_name;
    if (one.starts_with(stem) && one.ends_with(".vmdk")) names.push_back(one);
  }
  std::sort(names.begin(), names.end());
  for (const std::string& one : names) {
    if (image.files.size() == ImageFiles::files_max) break;
    auto part = open_part(folder, one, O_NOFOLLOW);
    if (part) image.files.push_back(std::move(part->file));
  }
  return {};
}

}  // namespace

std::string next_part_name(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  const std::size_t ending_at = dot == std::string::npos ? name.size() : dot + 1;
  const std::string before = name.substr(0, ending_at);
  const std::string ending = name.substr(ending_at);
  std::string next;
  if (ending.size() == 3 && std::all_of(ending.begin(), ending.end(), is_digit)) {
    next = counted_up(ending);
  } else if (is_evidence_ending(ending)) {
    next = next_evidence_ending(ending);
  } else if (ending.size() == 2 && std::all_of(ending.begin(), ending.end(), is_small)) {
    next = counted_up(ending);  // split(1): disk.aa, disk.ab
  } else if (name.size() == 3 && name[0] == 'x' && is_small(name[1]) && is_small(name[2])) {
    next = counted_up(name.substr(1));
    return next.empty() ? next : "x" + next;
  }
  return next.empty() ? next : before + next;
}

Result<ImageFiles> open_image(const std::string& path) {
  ImageFiles out;
  Opened first = ANTIDOTARY_TRY(open_part(AT_FDCWD, path, 0));
  const bool device = S_ISBLK(first.status.st_mode);
  const std::unique_ptr<char, void (*)(void*)> absolute(realpath(path.c_str(), nullptr),
                                                        &std::free);
  out.path = absolute ? absolute.get() : path;
  out.files.push_back(std::move(first.file));
  if (device) return out;
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const files::Fd beside(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!beside.valid()) return tl::unexpected(files::system_error(errno, "open", folder));
  ANTIDOTARY_CHECK(add_followers(beside.get(), out));
  if (out.files[0].name.ends_with(".vmdk")) ANTIDOTARY_CHECK(add_extents(beside.get(), out));
  return out;
}

}  // namespace antidotary::sources
