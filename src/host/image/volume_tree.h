// VolumeTree: the files of one volume of a disk image, as a Tree, through libtsk.
//
// Read only. What is deleted is not shown, nor the file system's own files. A reparse point that
// names another place (a junction, a symbolic link) is a link. Any other is a file that cannot be
// read (compressed by WOF, kept in a cloud, deduplicated), or a folder as any.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/image/tsk_disk.h"
#include "host/image/volume.h"
#include "host/tree.h"

namespace antidotary::host {

class VolumeTree final : public Tree {
 public:
  /// Largest file whose bytes are brought into memory at once.
  static constexpr std::uint64_t file_bytes_max = 512ull << 20;

  /// `disk` must outlive the tree. Errors: malformed.
  static Result<std::unique_ptr<VolumeTree>> open(image::TskDisk& disk, const Volume& volume);

  Result<std::vector<Node>> list(const std::string& path) override;
  /// Errors besides Tree's: encrypted (EFS), unsupported (a reparse point), budget_spent (over
  /// `file_bytes_max`), malformed.
  Result<std::unique_ptr<OpenFile>> open(const std::string& path) override;
  Result<Buffer> head(const std::string& path, std::size_t bytes_max) override;

 private:
  using Folder = std::unordered_map<std::string, Node>;
  VolumeTree(image::TskDisk& disk, image::FileSystem system)
      : disk_(disk), system_(std::move(system)) {}

  Result<const Folder*> folder(const std::string& path);
  /// Reads a folder and keeps it.
  Result<const Folder*> read_folder(const std::string& path, TSK_INUM_T inode);
  Result<Node> find(const std::string& path);
  /// A file of the volume, open, that can be read.
  Result<std::pair<Node, image::TskFile>> readable(const std::string& path);
  Node node_of(TSK_FS_FILE& file, std::string name) const;

  image::TskDisk& disk_;
  image::FileSystem system_;
  std::map<std::string, Folder> folders_;
};

}  // namespace antidotary::host
