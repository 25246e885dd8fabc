// ntfs_fill IMAGE FOLDER: copies a folder's contents into the root of an unmounted NTFS volume
// image. A tool of the tests: ntfscp makes no folders. What lies in "NAME:reparse" becomes the
// reparse point of NAME beside it, tag and all.
//
// It is a program of its own that links libntfs-3g (GPL-2); nothing of the product does.
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

extern "C" {
#include <ntfs-3g/attrib.h>
#include <ntfs-3g/dir.h>
#include <ntfs-3g/reparse.h>
#include <ntfs-3g/unistr.h>
#include <ntfs-3g/volume.h>
}

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::perror(what.c_str());
  std::exit(1);
}

ntfs_inode* create(ntfs_inode* folder, const std::string& name, mode_t kind) {
  ntfschar* wide = nullptr;
  const int length = ntfs_mbstoucs(name.c_str(), &wide);
  if (length < 0) fail(name);
  ntfs_inode* const made = ntfs_create(folder, 0, wide, static_cast<u8>(length), kind);
  std::free(wide);
  if (made == nullptr) fail(name);
  return made;
}

std::vector<char> bytes_of(const std::filesystem::path& from) {
  std::ifstream stream(from, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(ntfs_inode* file, const std::filesystem::path& from) {
  const std::vector<char> bytes = bytes_of(from);
  ntfs_attr* const data = ntfs_attr_open(file, AT_DATA, AT_UNNAMED, 0);
  const auto size = static_cast<s64>(bytes.size());
  if (data == nullptr || ntfs_attr_pwrite(data, 0, size, bytes.data()) != size) fail(from);
  ntfs_attr_close(data);
}

// The folder is opened anew for each name: the library keeps one inode open at a time best.
void add(ntfs_volume* volume, const std::filesystem::directory_entry& entry,
         const std::string& below) {
  ntfs_inode* const folder = ntfs_pathname_to_inode(volume, nullptr, below.c_str());
  if (folder == nullptr) fail(below);
  const std::string name = entry.path().filename().string();
  ntfs_inode* const made = create(folder, name, entry.is_directory() ? S_IFDIR : S_IFREG);
  if (!entry.is_directory()) write(made, entry.path());
  if (ntfs_inode_close_in_dir(made, folder) != 0) fail("close " + name);
  if (ntfs_inode_close(folder) != 0) fail("close " + below);
}

constexpr std::string_view reparse_ending = ":reparse";

void set_reparse(ntfs_volume* volume, const std::filesystem::path& from, std::string below) {
  below.resize(below.size() - reparse_ending.size());
  ntfs_inode* const file = ntfs_pathname_to_inode(volume, nullptr, below.c_str());
  const std::vector<char> bytes = bytes_of(from);
  if (file == nullptr || ntfs_set_ntfs_reparse_data(file, bytes.data(), bytes.size(), 0) != 0) {
    fail(from);
  }
  if (ntfs_inode_close(file) != 0) fail(from);
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("usage: ntfs_fill IMAGE FOLDER\n", stderr);
    return 2;
  }
  ntfs_volume* const volume = ntfs_mount(words[1], 0);
  if (volume == nullptr) fail(words[1]);
  std::vector<std::filesystem::path> reparse_points;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(words[2])) {
    if (entry.is_symlink()) continue;
    if (entry.path().string().ends_with(reparse_ending)) {
      reparse_points.push_back(entry.path());
      continue;
    }
    const auto below = std::filesystem::relative(entry.path().parent_path(), words[2]).string();
    add(volume, entry, below == "." ? "/" : "/" + below);
  }
  for (const auto& path : reparse_points) {
    set_reparse(volume, path, "/" + std::filesystem::relative(path, words[2]).string());
  }
  return ntfs_umount(volume, FALSE) == 0 ? 0 : 1;
}
