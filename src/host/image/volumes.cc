#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/reader.h"
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
  disk.forget_error();
  const FileSystem system(tsk_fs_open_img(disk.info(), static_cast<TSK_OFF_T>(volume.offset_bytes),
                                          TSK_FS_TYPE_DETECT));
  if (!system) return false;
  volume.file_system = kind_of(system->ftype);
  volume.shown = shown_kind(system->ftype);
  volume.doubts = state_of(*system, disk);
  if (system->last_block_act < system->last_block) volume.unread = "the image ends inside it";
  return true;
}

/// What a boot sector that could not be opened says of itself; empty where it says nothing.
std::string said_by(Bytes sector) {
  const std::string_view name = as_text(sector.subspan(3, 4));
  if (name == "NTFS") return "its NTFS is damaged";
  if (name == "ReFS") return "its file system is ReFS, which is not read";
  return {};
}

/// Why nothing was found at `volume.offset_bytes`.
std::string why_unreadable(BlockSource& source, const Volume& volume) {
  if (volume.offset_bytes >= source.size_bytes()) return "the image ends before it";
  std::array<std::byte, 512> sector{};
  if (source.read(volume.offset_bytes, sector).value_or(0) != sector.size()) {
    return "its first sector cannot be read";
  }
  const bool empty = std::all_of(sector.begin(), sector.end(),
                                 [](std::byte byte) { return byte == std::byte{0}; });
  if (empty) return "its first sector is empty, so that nothing says what it holds";
  const std::string said = said_by(sector);
  return said.empty() ? "it holds no file system that is known, or a damaged one" : said;
}

/// The type of a GPT partition as it is stored; empty where the disk's first table has none that
/// begins there (UEFI 2.10, section 5.3).
std::string gpt_type(BlockSource& source, const TSK_VS_PART_INFO& part, unsigned block_bytes) {
  constexpr std::uint32_t entries_max = 128;
  std::array<std::byte, 92> header{};
  if (source.read(block_bytes, header).value_or(0) != header.size()) return {};
  if (as_text(header).substr(0, 8) != "EFI PART") return {};
  const std::uint64_t table = load_u64_le(header, 72) * block_bytes;
  const std::uint32_t count = std::min(load_u32_le(header, 80), entries_max);
  const std::uint64_t stride = load_u32_le(header, 84);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::array<std::byte, 40> entry{};
    if (source.read(table + i * stride, entry).value_or(0) != entry.size()) return {};
    if (load_u64_le(entry, 32) == part.start) return std::string(as_text(entry).substr(0, 16));
  }
  return {};
}

bool is_swap(BlockSource& source, const Volume& volume) {
  std::array<std::byte, 10> mark{};
  return source.read(volume.offset_bytes + 4096 - mark.size(), mark).value_or(0) == mark.size() &&
         as_text(mark) == "SWAPSPACE2";
}

constexpr std::string_view gpt_reserved_by_microsoft =
    "\x16\xe3\xc9\xe3\x5c\x0b\xb8\x4d\x81\x7d\xf9\x2d\xf0\x02\x15\xae";
constexpr std::string_view gpt_bios_boot = "Hah!IdontNeedEFI";
constexpr std::string_view gpt_dynamic =
    "\xa0\x60\x9b\xaf\x31\x14\x62\x4f\xbc\x68\x33\x11\x71\x4a\x69\xad";

void note_partition(TskDisk& disk, const TSK_VS_INFO& table, const TSK_VS_PART_INFO& part,
                    std::vector<Volume>& out) {
  Volume volume;
  volume.name = fmt::format("volume {}", out.size() + 1);
  volume.offset_bytes = part.start * table.block_size;
  volume.size_bytes = part.len * table.block_size;
  const std::string type = table.vstype == TSK_VS_TYPE_GPT
                               ? gpt_type(disk.source(), part, table.block_size)
                               : std::string();
  if (!look_at(disk, volume)) {
    volume.shown = "no file system that is known";
    const bool holds_none = type == gpt_reserved_by_microsoft || type == gpt_bios_boot ||
                            is_swap(disk.source(), volume);
    if (!holds_none) volume.unread = why_unreadable(disk.source(), volume);
  }
  const bool on_dynamic_disk =
      type == gpt_dynamic || (table.vstype == TSK_VS_TYPE_DOS && part.desc != nullptr &&
                              std::string_view(part.desc).ends_with("(0x42)"));
  if (volume.unread.empty() && on_dynamic_disk) {
    volume.unread = "it is part of a dynamic disk, whose further volumes are not read";
  }
  const std::uint64_t size = disk.source().size_bytes();
  if (volume.unread.empty() &&
      (volume.offset_bytes > size || volume.size_bytes > size - volume.offset_bytes)) {
    volume.unread = "the image ends inside it";
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
  disk.forget_error();
  const std::unique_ptr<TSK_VS_INFO, CloseVolumes> table(
      tsk_vs_open(disk.info(), 0, TSK_VS_TYPE_DETECT));
  if (!table) {
    std::array<std::byte, 512> sector{};
    ANTIDOTARY_TRY(disk.source().read(0, sector));
    const std::string said = said_by(sector);
    if (!said.empty()) return fail(ErrorKind::malformed, "{}", said);
    return fail(ErrorKind::unsupported,
                "it is no disk image that is known: neither a partition table nor a file system "
                "was found");
  }
  for (TSK_PNUM_T i = 0; i < table->part_count; ++i) {
    const TSK_VS_PART_INFO* const part = tsk_vs_part_get(table.get(), i);
    if (part == nullptr || (part->flags & TSK_VS_PART_FLAG_ALLOC) == 0) continue;
    if (out.size() == volumes_max) {
      std::string& unread = out.back().unread;
      unread += unread.empty() ? "" : "; ";
      unread += "the partitions behind it are more than are looked at";
      break;
    }
    note_partition(disk, *table, *part, out);
  }
  if (out.empty()) return fail(ErrorKind::unsupported, "its partition table lists no volume");
  return out;
}

}  // namespace image
}  // namespace antidotary::host
