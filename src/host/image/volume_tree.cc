#include "host/image/volume_tree.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/reader.h"
#include "host/paths.h"

namespace antidotary::host {
namespace {

using image::CloseDirectory;

constexpr std::size_t piece_bytes = 1u << 20;
// Reparse tags (MS-FSCC 2.1.2.1): this bit says that the file stands for another.
constexpr std::uint32_t reparse_names_another = 0x2000'0000, reparse_by_wof = 0x8000'0017;
// NTFS keeps its own records in files of the first numbers; the root is number 5.
constexpr TSK_INUM_T first_free_ntfs_record = 16;
constexpr std::uint32_t mode_file = 0100644, mode_folder = 0040755;
constexpr std::size_t folder_nodes_max = 1'000'000;

bool is_ntfs(const TSK_FS_INFO& system) { return TSK_FS_TYPE_ISNTFS(system.ftype); }

/// The tag of a reparse point; 0 where the file is none.
std::uint32_t reparse_tag(TSK_FS_FILE& file) {
  if (!is_ntfs(*file.fs_info)) return 0;
  std::array<std::byte, 4> tag{};
  const ssize_t got = tsk_fs_file_read_type(&file, TSK_FS_ATTR_TYPE_NTFS_REPARSE, 0, 0,
                                            as_chars(std::span<std::byte>(tag)), tag.size(),
                                            TSK_FS_FILE_READ_FLAG_NOID);
  return got == static_cast<ssize_t>(tag.size()) ? load_u32_le(Bytes(tag), 0) : 0;
}

NodeKind kind_of(TSK_FS_FILE& file) {
  const TSK_FS_META_TYPE_ENUM type = file.meta->type;
  const std::uint32_t tag = reparse_tag(file);
  if ((tag & reparse_names_another) != 0) return NodeKind::link;
  if (type == TSK_FS_META_TYPE_DIR) return NodeKind::directory;
  if (type == TSK_FS_META_TYPE_REG) return NodeKind::file;
  return type == TSK_FS_META_TYPE_LNK ? NodeKind::link : NodeKind::other;
}

class Brought final : public OpenFile {
 public:
  Brought(Buffer bytes, Node node) : bytes_(std::move(bytes)), node_(std::move(node)) {}
  Bytes bytes() const override { return bytes_; }
  const Node& node() const override { return node_; }

 private:
  Buffer bytes_;
  Node node_;
};

/// The first `count` bytes of a file, as they arrive. Room is taken at once for as many as the
/// whole image has: a file that says more (packed, sparse, or a lie) grows.
Result<Buffer> read_bytes(image::TskDisk& disk, TSK_FS_FILE& file, std::uint64_t count) {
  Buffer out;
  out.reserve(static_cast<std::size_t>(std::min(count, disk.source().size_bytes())));
  while (out.size() < count) {
    const std::size_t at = out.size();
    out.resize(at + std::min<std::uint64_t>(piece_bytes, count - at));
    disk.forget_error();
    const ssize_t got =
        tsk_fs_file_read(&file, static_cast<TSK_OFF_T>(at), as_chars(std::span(out).subspan(at)),
                         out.size() - at, TSK_FS_FILE_READ_FLAG_NONE);
    if (got <= 0) return tl::unexpected(disk.error_now());
    out.resize(at + static_cast<std::size_t>(got));
  }
  return out;
}

bool is_encrypted(TSK_FS_FILE& file) {
  const TSK_FS_ATTR* const data = tsk_fs_file_attr_get(&file);
  return data != nullptr && (data->flags & TSK_FS_ATTR_ENC) != 0;
}

}  // namespace

Result<std::unique_ptr<VolumeTree>> VolumeTree::open(image::TskDisk& disk, const Volume& volume) {
  disk.forget_error();
  image::FileSystem system(tsk_fs_open_img(disk.info(), static_cast<TSK_OFF_T>(volume.offset_bytes),
                                           TSK_FS_TYPE_DETECT));
  if (!system) return tl::unexpected(disk.error_now());
  return std::unique_ptr<VolumeTree>(new VolumeTree(disk, std::move(system)));
}

Node VolumeTree::node_of(TSK_FS_FILE& file, std::string name) const {
  Node node;
  node.name = std::move(name);
  node.kind = kind_of(file);
  node.size_bytes = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, file.meta->size));
  if (node.kind == NodeKind::directory) node.size_bytes = 0;
  node.modified_unix_ns = std::int64_t{file.meta->mtime} * 1'000'000'000 + file.meta->mtime_nano;
  node.inode = file.meta->addr;
  node.mode = node.kind == NodeKind::directory ? mode_folder : mode_file;
  // NTFS counts a short name as a link of its own.
  const bool two_names = file.name != nullptr && file.name->shrt_name != nullptr &&
                         *file.name->shrt_name != '\0' && is_ntfs(*system_);
  const int links = file.meta->nlink - (two_names ? 1 : 0);
  node.links = static_cast<std::uint32_t>(std::max(1, links));
  return node;
}

Result<const VolumeTree::Folder*> VolumeTree::read_folder(const std::string& path,
                                                          TSK_INUM_T inode) {
  disk_.forget_error();
  const std::unique_ptr<TSK_FS_DIR, CloseDirectory> directory(
      tsk_fs_dir_open_meta(system_.get(), inode));
  if (!directory) return tl::unexpected(disk_.error_now());
  Folder out;
  const std::size_t count = tsk_fs_dir_getsize(directory.get());
  for (std::size_t i = 0; i < count; ++i) {
    ANTIDOTARY_CHECK(disk_.budget().step());
    const TSK_FS_NAME* const name = tsk_fs_dir_get_name(directory.get(), i);
    if (name == nullptr || name->name == nullptr) continue;
    const std::string_view text = name->name;
    const bool own = is_ntfs(*system_) && name->meta_addr < first_free_ntfs_record;
    const bool shown = (name->flags & TSK_FS_NAME_FLAG_ALLOC) != 0 && !own &&
                       name->type != TSK_FS_NAME_TYPE_VIRT &&
                       name->type != TSK_FS_NAME_TYPE_VIRT_DIR && !text.empty() && text != "." &&
                       text != ".." && text.find('/') == std::string_view::npos;
    if (!shown) continue;
    disk_.forget_error();
    const image::TskFile file(tsk_fs_dir_get(directory.get(), i));
    if (!file || file->meta == nullptr) {
      Node damaged;
      damaged.name = text;
      damaged.damaged =
          fmt::format("its record cannot be read ({}), so that nothing says what it is",
                      disk_.error_now().what);
      out.emplace(damaged.name, std::move(damaged));
      continue;
    }
    if (out.size() >= folder_nodes_max) {
      return fail(ErrorKind::budget_spent, "{} holds more than {} names", path, folder_nodes_max);
    }
    Node node = node_of(*file, std::string(text));
    out.emplace(node.name, std::move(node));
  }
  return &folders_.emplace(path, std::move(out)).first->second;
}

// Component by component, by a loop: a path may be thousands of folders deep.
Result<const VolumeTree::Folder*> VolumeTree::folder(const std::string& path) {
  std::string above;
  TSK_INUM_T inode = system_->root_inum;
  std::string_view rest = path;
  for (;;) {
    const auto known = folders_.find(above);
    const Folder* const here =
        known != folders_.end() ? &known->second : ANTIDOTARY_TRY(read_folder(above, inode));
    if (rest.empty()) return here;
    const std::string name(rest.substr(0, rest.find('/')));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    const auto child = here->find(name);
    if (child == here->end()) return fail(ErrorKind::not_found, "there is no {}", path);
    if (child->second.kind != NodeKind::directory) {
      return fail(ErrorKind::refused, "{} is not a folder", path);
    }
    inode = child->second.inode;
    above = join_path(above, name);
  }
}

Result<std::vector<Node>> VolumeTree::list(const std::string& path) {
  const Folder* const found = ANTIDOTARY_TRY(folder(path));
  std::vector<Node> out;
  out.reserve(found->size());
  for (const auto& [name, node] : *found) out.push_back(node);
  return out;
}

Result<Node> VolumeTree::find(const std::string& path) {
  const Folder* const above = ANTIDOTARY_TRY(folder(std::string(parent_of(path))));
  const auto found = above->find(std::string(last_name(path)));
  if (found == above->end()) return fail(ErrorKind::not_found, "there is no {}", path);
  return found->second;
}

Result<std::pair<Node, image::TskFile>> VolumeTree::readable(const std::string& path) {
  Node node = ANTIDOTARY_TRY(find(path));
  if (node.kind != NodeKind::file) {
    return fail(ErrorKind::refused, "{} is not a regular file", path);
  }
  disk_.forget_error();
  image::TskFile file(tsk_fs_file_open_meta(system_.get(), nullptr, node.inode));
  if (!file || file->meta == nullptr) return tl::unexpected(disk_.error_now());
  if (is_encrypted(*file))
    return fail(ErrorKind::encrypted, "{} is encrypted by Windows (EFS)", path);
  const std::uint32_t tag = reparse_tag(*file);
  if (tag == reparse_by_wof) {
    return fail(ErrorKind::unsupported, "{} is compressed by Windows (WOF), which is not read",
                path);
  }
  if (tag != 0) {
    return fail(ErrorKind::unsupported,
                "{} is kept by a driver of its own (reparse tag {:#010x}), which is not read", path,
                tag);
  }
  return std::pair(std::move(node), std::move(file));
}

Result<std::unique_ptr<OpenFile>> VolumeTree::open(const std::string& path) {
  auto [node, file] = ANTIDOTARY_TRY(readable(path));
  if (node.size_bytes > file_bytes_max) {
    return fail(ErrorKind::budget_spent, "{} is larger than {} bytes", path, file_bytes_max);
  }
  Buffer bytes = ANTIDOTARY_TRY(read_bytes(disk_, *file, node.size_bytes));
  return std::unique_ptr<OpenFile>(new Brought(std::move(bytes), std::move(node)));
}

Result<Buffer> VolumeTree::head(const std::string& path, std::size_t bytes_max) {
  const auto [node, file] = ANTIDOTARY_TRY(readable(path));
  return read_bytes(disk_, *file, std::min<std::uint64_t>(bytes_max, node.size_bytes));
}

}  // namespace antidotary::host
