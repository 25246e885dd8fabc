#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "host/image/tsk_disk.h"
#include "host/image/volume.h"
#include "host/image/volume_state.h"

namespace antidotary::host {

std::span<const std::string_view> enum_names(FileSystemKind) {
  static constexpr std::array<std::string_view, 6> names = {"none",  "ntfs",  "fat",
                                                            "exfat", "other", "bitlocker"};
  return names;
}

namespace image {
namespace {

// A partition table may list thousands of entries; a Windows disk has a handful.
constexpr std::size_t volumes_max = 128;

FileSystemKind kind_of(TSK_FS_TYPE_ENUM type) {
  if (TSK_FS_TYPE_ISNTFS(type)) return FileSystemKind::ntfs;
  if (type == TSK_FS_TYPE_EXFAT) return FileSystemKind::exfat;
  if (TSK_FS_TYPE_ISFAT(type)) return FileSystemKind::fat;
  return FileSystemKind::other;
}

std::string shown_kind(TSK_FS_TYPE_ENUM type) {
  const char* const name = tsk_fs_type_toname(type);
  const std::string text = name == nullptr ? "unknown" : name;
  std::string out;
  for (const char letter : text) {
    out += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  return out;
}

/// BitLocker's mark in the boot sector: its own name, or on removable disks its GUID in what else
/// looks like FAT (Microsoft's documents call it the "information offset GUID").
bool is_bitlocker(BlockSource& source, std::uint64_t offset) {
  constexpr std::array to_go = octets(0x3b, 0xd6, 0x67, 0x49, 0x29, 0x2e, 0xd8, 0x4a, 0x83, 0x99,
                                      0xf6, 0xa3, 0x39, 0xe3, 0xd0, 0x01);
  constexpr std::size_t to_go_at = 0x1a8;
  std::array<std::byte, 512> sector{};
  if (source.read(offset, sector).value_or(0) != sector.size()) return false;
  const Bytes bytes(sector);
  if (as_text(bytes.subspan(3, 8)) == "-FVE-FS-") return true;
  return std::equal(to_go.begin(), to_go.end(), bytes.begin() + to_go_at);
}

/// What is at `volume.offset_bytes`; true where it is a file system or an encrypted one.
bool look_at(TskDisk& disk, Volume& volume) {
  if (is_bitlocker(disk.source(), volume.offset_bytes)) {
    volume.file_system = FileSystemKind::bitlocker;
    volume.shown = "BitLocker";
    volume.unread =
        "it is encrypted with BitLocker; unlock it first (dislocker, or 'manage-bde -off' in "
        "Windows) and name what comes out";
    return true;
  }
  tsk_error_reset();
  const FileSystem system(tsk_fs_open_img(disk.info(), static_cast<TSK_OFF_T>(volume.offset_bytes),
                                          TSK_FS_TYPE_DETECT));
  if (!system) return false;
  volume.file_system = kind_of(system->ftype);
  volume.shown = shown_kind(system->ftype);
  volume.doubts = state_of(*system, disk);
  return true;
}

/// Why a partition that should hold a file system of Windows holds none that can be read.
std::string why_unreadable(BlockSource& source, const Volume& volume) {
  if (volume.offset_bytes >= source.size_bytes()) return "the image ends before it";
  std::array<std::byte, 512> sector{};
  if (source.read(volume.offset_bytes, sector).value_or(0) != sector.size()) {
    return "its first sector cannot be read";
  }
  const bool empty = std::all_of(sector.begin(), sector.end(),
                                 [](std::byte byte) { return byte == std::byte{0}; });
  if (empty) return {};
  if (as_text(Bytes(sector).subspan(3, 4)) == "NTFS") return "its NTFS is damaged";
  return {};
}

void note_partition(TskDisk& disk, const TSK_VS_PART_INFO& part, unsigned block_bytes,
                    std::vector<Volume>& out) {
  Volume volume;
  volume.name = fmt::format("volume {}", out.size() + 1);
  volume.offset_bytes = part.start * block_bytes;
  volume.size_bytes = part.len * block_bytes;
  if (!look_at(disk, volume)) {
    volume.unread = why_unreadable(disk.source(), volume);
    volume.shown = "no file system that is known";
  }
  out.push_back(std::move(volume));
}

}  // namespace

Result<std::vector<Volume>> find_volumes(TskDisk& disk) {
  std::vector<Volume> out;
  Volume whole;
  whole.name = "volume 1";
  whole.size_bytes = disk.source().size_bytes();
  if (look_at(disk, whole)) {
    out.push_back(std::move(whole));
    return out;
  }
  tsk_error_reset();
  const std::unique_ptr<TSK_VS_INFO, CloseVolumes> table(
      tsk_vs_open(disk.info(), 0, TSK_VS_TYPE_DETECT));
  if (!table) {
    const std::string why =
        disk.source().size_bytes() == 0 ? "" : why_unreadable(disk.source(), whole);
    if (!why.empty()) return fail(ErrorKind::malformed, "{}", why);
    return fail(ErrorKind::unsupported,
                "it is no disk image that is known: neither a partition table nor a file system "
                "was found");
  }
  for (TSK_PNUM_T i = 0; i < table->part_count && out.size() < volumes_max; ++i) {
    const TSK_VS_PART_INFO* const part = tsk_vs_part_get(table.get(), i);
    if (part == nullptr || (part->flags & TSK_VS_PART_FLAG_ALLOC) == 0) continue;
    note_partition(disk, *part, table->block_size, out);
  }
  if (out.empty()) return fail(ErrorKind::unsupported, "its partition table lists no volume");
  return out;
}

}  // namespace image
}  // namespace antidotary::host
