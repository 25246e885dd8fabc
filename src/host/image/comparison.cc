#include "host/image/comparison.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "host/image/tsk_disk.h"
#include "host/image/volume_tree.h"
#include "host/paths.h"

namespace antidotary::host::image {
namespace {

// NTFS' own files, by their records (linux-ntfs documentation, "Files").
constexpr std::uint64_t mft = 0, mft_mirror = 1, root = 5, bitmap = 6, extend = 11;
constexpr std::size_t piece_bytes = 1 << 20;
constexpr std::size_t record_bytes_max = 64 << 10;

/// Runs of clusters: first cluster to the one behind the last.
class Clusters {
 public:
  void add(std::uint64_t begin, std::uint64_t end) {
    if (begin < end) runs_.push_back({begin, end});
  }
  bool meets(std::uint64_t begin, std::uint64_t end) const {
    return std::any_of(runs_.begin(), runs_.end(),
                       [&](const auto& run) { return run.first < end && begin < run.second; });
  }
  bool holds(std::uint64_t cluster) const { return meets(cluster, cluster + 1); }
  template <class Act>
  void each(Act act) const {
    for (const auto& [begin, end] : runs_) {
      for (std::uint64_t cluster = begin; cluster < end; ++cluster) act(cluster);
    }
  }

 private:
  std::vector<std::pair<std::uint64_t, std::uint64_t>> runs_;
};

class Comparing {
 public:
  Comparing(TskDisk& before, TskDisk& after, const Volume& volume, Comparison& out)
      : before_(before), after_(after), volume_(volume), out_(out) {}

  Status open() {
    tree_before_ = ANTIDOTARY_TRY(VolumeTree::open(before_, volume_));
    tree_after_ = ANTIDOTARY_TRY(VolumeTree::open(after_, volume_));
    for (auto [disk, system] : {std::pair{&before_, &system_before_}, {&after_, &system_after_}}) {
      system->reset(tsk_fs_open_img(disk->info(), static_cast<TSK_OFF_T>(volume_.offset_bytes),
                                    TSK_FS_TYPE_DETECT));
      if (!*system) return tl::unexpected(disk->error_now());
      if (!TSK_FS_TYPE_ISNTFS((*system)->ftype)) {
        return fail(ErrorKind::unsupported, "{} is not NTFS", volume_.name);
      }
    }
    return {};
  }

  /// What is meant, and whatever must change with it.
  Status allow(const std::vector<MeantFile>& meant) {
    for (const MeantFile& file : meant) {
      if (file.volume != volume_.name) continue;
      allowed_.insert(file.record);
      if (!file.removed) continue;
      removed_.insert(file.record);
      const std::string folder(parent_of(file.path));
      gone_[folder].insert(std::string(last_name(file.path)));
      const std::uint64_t record = ANTIDOTARY_TRY(record_of(folder));
      allowed_.insert(record);
      folders_.insert(record);
      if (folder.empty()) continue;
      // The folder's times stand in the index of the folder above as well.
      const std::string above(parent_of(folder));
      gone_.try_emplace(above);
      allowed_.insert(ANTIDOTARY_TRY(record_of(above)));
    }
    return {};
  }

  /// Every changed cluster is one of a file that may change, and of no other.
  Status look_at_runs(const std::vector<Patch>& changed) {
    const Clusters clusters = clusters_of(changed);
    for (TSK_INUM_T record = 0; record < system_before_->last_inum; ++record) {
      ANTIDOTARY_CHECK(before_.budget().step());
      const TskFile file(tsk_fs_file_open_meta(system_before_.get(), nullptr, record));
      // What was deleted before holds no cluster any more.
      if (!file || file->meta == nullptr || (file->meta->flags & TSK_FS_META_FLAG_ALLOC) == 0) {
        continue;
      }
      if (is_index_of_extend(*file)) indexes_.insert(record);
      if (runs_meet(*file, clusters, record) && !bytes_may_change(record)) {
        strange(fmt::format("bytes of {} (record {})", name_of(*file), record));
      }
    }
    clusters.each([this](std::uint64_t cluster) {
      if (!changing_.holds(cluster)) {
        strange(fmt::format("cluster {}, which no file that is meant holds", cluster));
      }
    });
    return {};
  }

  /// Every record of the MFT, byte for byte.
  Status look_at_records() {
    const std::size_t bytes = ANTIDOTARY_TRY(record_bytes());
    const std::size_t at_once = piece_bytes / bytes * bytes;
    const TskFile one(tsk_fs_file_open_meta(system_before_.get(), nullptr, mft));
    const TskFile other(tsk_fs_file_open_meta(system_after_.get(), nullptr, mft));
    if (!one || !other || one->meta == nullptr || other->meta == nullptr) return damaged("$MFT");
    if (one->meta->size != other->meta->size) strange("the size of $MFT");
    Buffer left(at_once), right(at_once);
    const auto size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, one->meta->size));
    for (std::uint64_t at = 0; at < size; at += at_once) {
      const std::size_t count =
          static_cast<std::size_t>(std::min<std::uint64_t>(at_once, size - at));
      if (!read_from(*one, at, std::span(left).first(count)) ||
          !read_from(*other, at, std::span(right).first(count))) {
        return damaged("$MFT");
      }
      for (std::size_t i = 0; i + bytes <= count; i += bytes) {
        const Bytes was = Bytes(left).subspan(i, bytes);
        if (std::equal(was.begin(), was.end(), right.begin() + static_cast<std::ptrdiff_t>(i))) {
          continue;
        }
        look_at_record((at + i) / bytes, was);
      }
    }
    return {};
  }

  /// $MFTMirr repeats the first records of $MFT, before as after.
  Status look_at_mirror() {
    const TskFile records(tsk_fs_file_open_meta(system_after_.get(), nullptr, mft));
    const TskFile mirror(tsk_fs_file_open_meta(system_after_.get(), nullptr, mft_mirror));
    if (!records || !mirror || mirror->meta == nullptr) return damaged("$MFTMirr");
    const auto size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, mirror->meta->size));
    Buffer one(std::min<std::uint64_t>(size, piece_bytes)), other(one.size());
    if (!read_from(*records, 0, one) || !read_from(*mirror, 0, other)) return damaged("$MFTMirr");
    if (one != other) strange("$MFTMirr is no copy of $MFT any more");
    return {};
  }

  /// Bits of a bitmap may only go from set to clear, where something removed stood.
  template <class Allowed>
  Status look_at_bits(std::uint64_t record, TSK_FS_ATTR_TYPE_ENUM type, const char* name,
                      Allowed allowed) {
    const TskFile one(tsk_fs_file_open_meta(system_before_.get(), nullptr, record));
    const TskFile other(tsk_fs_file_open_meta(system_after_.get(), nullptr, record));
    if (!one || !other) return damaged(name);
    const auto size = size_of_attribute(*one, type);
    if (!size || size != size_of_attribute(*other, type)) return damaged(name);
    Buffer left(piece_bytes), right(piece_bytes);
    for (std::uint64_t at = 0; at < *size; at += piece_bytes) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, *size - at));
      if (!bits_from(*one, type, at, std::span(left).first(count)) ||
          !bits_from(*other, type, at, std::span(right).first(count))) {
        return damaged(name);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const auto was = std::to_integer<unsigned>(left[i]);
        const auto is = std::to_integer<unsigned>(right[i]);
        for (unsigned bit = 0; was != is && bit < 8; ++bit) {
          if (((was ^ is) >> bit & 1) == 0) continue;
          const std::uint64_t number = (at + i) * 8 + bit;
          const bool freed = (was >> bit & 1) != 0;
          if (!freed || !allowed(number)) strange(fmt::format("bit {} of {}", number, name));
        }
      }
    }
    return {};
  }
  Status look_at_bitmaps() {
    ANTIDOTARY_CHECK(look_at_bits(bitmap, TSK_FS_ATTR_TYPE_NTFS_DATA, "$Bitmap",
                                  [&](std::uint64_t cluster) { return freed_.holds(cluster); }));
    return look_at_bits(mft, TSK_FS_ATTR_TYPE_NTFS_BITMAP, "$MFT's bitmap",
                        [&](std::uint64_t record) { return removed_.count(record) != 0; });
  }

  /// Folders of removed files hold all other names as before.
  Status look_at_folders() {
    for (const auto& [folder, names] : gone_) {
      auto was = by_name(ANTIDOTARY_TRY(tree_before_->list(folder)));
      const auto is = by_name(ANTIDOTARY_TRY(tree_after_->list(folder)));
      for (const std::string& name : names) {
        if (was.erase(name) == 0) strange(fmt::format("{} was not there", join_path(folder, name)));
      }
      if (was != is) strange(fmt::format("other names in {}", folder.empty() ? "/" : folder));
    }
    return {};
  }

  Status look_at_edited(const std::vector<MeantFile>& meant) {
    for (const MeantFile& file : meant) {
      if (file.volume != volume_.name || file.removed) continue;
      const auto was = ANTIDOTARY_TRY(tree_before_->open(file.path));
      const auto is = ANTIDOTARY_TRY(tree_after_->open(file.path));
      const Node &one = was->node(), &other = is->node();
      if (one.inode != other.inode || one.inode != file.record ||
          one.size_bytes != other.size_bytes || one.links != other.links) {
        strange(fmt::format("the record of {}", file.path));
      }
      out_.edited.push_back({file.volume, file.path, sha256_hex(is->bytes())});
    }
    return {};
  }

 private:
  static bool read_from(TSK_FS_FILE& file, std::uint64_t at, std::span<std::byte> out) {
    return tsk_fs_file_read(&file, static_cast<TSK_OFF_T>(at), as_chars(out), out.size(),
                            TSK_FS_FILE_READ_FLAG_NONE) == static_cast<ssize_t>(out.size());
  }
  static std::optional<std::uint64_t> size_of_attribute(TSK_FS_FILE& file,
                                                        TSK_FS_ATTR_TYPE_ENUM type) {
    const TSK_FS_ATTR* const attribute = tsk_fs_file_attr_get_type(&file, type, 0, 0);
    if (attribute == nullptr || attribute->size <= 0) return std::nullopt;
    return static_cast<std::uint64_t>(attribute->size);
  }
  static bool bits_from(TSK_FS_FILE& file, TSK_FS_ATTR_TYPE_ENUM type, std::uint64_t at,
                        std::span<std::byte> out) {
    return tsk_fs_file_read_type(&file, type, 0, static_cast<TSK_OFF_T>(at), as_chars(out),
                                 out.size(),
                                 TSK_FS_FILE_READ_FLAG_NOID) == static_cast<ssize_t>(out.size());
  }
  static std::string name_of(const TSK_FS_FILE& file) {
    return file.meta->name2 == nullptr ? "?" : escape_for_terminal(file.meta->name2->name);
  }
  using Kept = std::tuple<NodeKind, std::uint64_t, std::uint64_t, std::uint32_t>;
  static std::map<std::string, Kept> by_name(const std::vector<Node>& nodes) {
    std::map<std::string, Kept> out;
    for (const Node& node : nodes) {
      out[node.name] = {node.kind, node.size_bytes, node.inode, node.links};
    }
    return out;
  }

  void strange(std::string what) {
    if (out_.strange.size() < Comparison::strange_max) {
      out_.strange.push_back(volume_.name + ": " + std::move(what));
    }
  }
  Status damaged(const char* what) const {
    return fail(ErrorKind::malformed, "{} of {} cannot be read", what, volume_.name);
  }
  bool record_may_change(std::uint64_t record) const {
    return allowed_.count(record) != 0 || indexes_.count(record) != 0;
  }
  /// What these three hold is compared by itself.
  bool bytes_may_change(std::uint64_t record) const {
    return record == mft || record == mft_mirror || record == bitmap || record_may_change(record);
  }
  /// A removed file may stand in two indexes: object ids and reparse points.
  static bool is_index_of_extend(const TSK_FS_FILE& file) {
    const TSK_FS_META_NAME_LIST* const name = file.meta->name2;
    if (name == nullptr || name->par_inode != extend) return false;
    const std::string_view own(name->name);
    return own == "$ObjId" || own == "$Reparse";
  }
  Clusters clusters_of(const std::vector<Patch>& changed) const {
    Clusters out;
    const std::uint64_t cluster_bytes = system_before_->block_size;
    for (const Patch& patch : changed) {
      const std::uint64_t begin = std::max(patch.offset, volume_.offset_bytes);
      const std::uint64_t end =
          std::min(patch.offset + patch.size_bytes, volume_.offset_bytes + volume_.size_bytes);
      if (begin >= end) continue;
      out.add((begin - volume_.offset_bytes) / cluster_bytes,
              (end - volume_.offset_bytes - 1) / cluster_bytes + 1);
    }
    return out;
  }

  Result<std::uint64_t> record_of(const std::string& folder) {
    if (folder.empty()) return root;
    const std::string name(last_name(folder));
    for (const Node& node : ANTIDOTARY_TRY(tree_before_->list(std::string(parent_of(folder))))) {
      if (node.name == name) return node.inode;
    }
    return fail(ErrorKind::not_found, "there is no {}", folder);
  }

  /// Whether clusters of the file are among `clusters`; what it may change or set free is noted.
  bool runs_meet(TSK_FS_FILE& file, const Clusters& clusters, std::uint64_t record) {
    const bool may_free = removed_.count(record) != 0 || folders_.count(record) != 0;
    bool out = false;
    const int count = tsk_fs_file_attr_getsize(&file);
    for (int i = 0; i < count; ++i) {
      const TSK_FS_ATTR* const attribute = tsk_fs_file_attr_get_idx(&file, i);
      if (attribute == nullptr || (attribute->flags & TSK_FS_ATTR_NONRES) == 0) continue;
      for (const TSK_FS_ATTR_RUN* run = attribute->nrd.run; run != nullptr; run = run->next) {
        if (run->flags != TSK_FS_ATTR_RUN_FLAG_NONE) continue;  // a hole, or not known
        const bool meets = clusters.meets(run->addr, run->addr + run->len);
        out = out || meets;
        if (meets && bytes_may_change(record)) changing_.add(run->addr, run->addr + run->len);
        if (may_free) freed_.add(run->addr, run->addr + run->len);
      }
    }
    return out;
  }

  /// A record that differs. `was` is how it stood.
  void look_at_record(std::uint64_t record, Bytes was) {
    // A record that goes on with another's attributes names that one (FILE record, offset 0x20).
    constexpr std::size_t base_at = 0x20;
    const std::uint64_t base =
        was.size() >= base_at + 8 ? load_u64_le(was, base_at) & 0xffff'ffff'ffff : 0;
    if (base != 0 && removed_.count(base) != 0) removed_.insert(record);
    if (record_may_change(record) || (base != 0 && allowed_.count(base) != 0)) return;
    strange(fmt::format("record {}", record));
  }

  /// How large a record is (boot sector, offset 0x40: clusters, or a power of two).
  Result<std::size_t> record_bytes() {
    std::array<std::byte, 512> boot{};
    const auto got = ANTIDOTARY_TRY(before_.source().read(volume_.offset_bytes, boot));
    const auto stored = static_cast<std::int8_t>(std::to_integer<std::uint8_t>(boot[0x40]));
    std::size_t out = 0;
    if (stored > 0) out = static_cast<std::size_t>(stored) * system_before_->block_size;
    if (stored < 0 && stored > -17) out = std::size_t{1} << -stored;
    if (got == boot.size() && out >= 512 && out <= record_bytes_max) return out;
    return fail(ErrorKind::malformed, "the boot sector of {} is damaged", volume_.name);
  }

  TskDisk& before_;
  TskDisk& after_;
  const Volume& volume_;
  Comparison& out_;
  std::unique_ptr<VolumeTree> tree_before_, tree_after_;
  FileSystem system_before_, system_after_;
  std::set<std::uint64_t> allowed_;  ///< Records.
  std::set<std::uint64_t> removed_;
  std::set<std::uint64_t> folders_;                    ///< Of removed files.
  std::set<std::uint64_t> indexes_;                    ///< Of $Extend.
  std::map<std::string, std::set<std::string>> gone_;  ///< Names, by folder.
  Clusters changing_;  ///< Of files that may change, as far as they do.
  Clusters freed_;
};

}  // namespace

Status compare(TskDisk& before, TskDisk& after, const Volume& volume,
               const std::vector<Patch>& changed, const std::vector<MeantFile>& meant,
               Comparison& out) {
  Comparing comparing(before, after, volume, out);
  ANTIDOTARY_CHECK(comparing.open());
  ANTIDOTARY_CHECK(comparing.allow(meant));
  ANTIDOTARY_CHECK(comparing.look_at_runs(changed));
  ANTIDOTARY_CHECK(comparing.look_at_records());
  ANTIDOTARY_CHECK(comparing.look_at_mirror());
  ANTIDOTARY_CHECK(comparing.look_at_bitmaps());
  ANTIDOTARY_CHECK(comparing.look_at_folders());
  return comparing.look_at_edited(meant);
}

}  // namespace antidotary::host::image
