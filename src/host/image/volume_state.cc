#include "host/image/volume_state.h"

#include <algorithm>
#include <array>

#include "core/reader.h"

namespace antidotary::host::image {
namespace {

constexpr TSK_INUM_T log_file_record = 2, volume_record = 3;
constexpr std::uint16_t volume_is_dirty = 0x0001;
constexpr std::uint16_t restart_volume_is_clean = 0x0002;
constexpr std::uint16_t no_client = 0xffff;
constexpr std::size_t restart_page_bytes = 4096, restart_pages_bytes = 2 * restart_page_bytes;

Buffer first_bytes(TSK_FS_FILE& file, TSK_FS_ATTR_TYPE_ENUM type, std::size_t bytes_max) {
  Buffer out(bytes_max);
  const ssize_t got = tsk_fs_file_read_type(&file, type, 0, 0, as_chars(std::span(out)), out.size(),
                                            TSK_FS_FILE_READ_FLAG_NOID);
  out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return out;
}

bool is_dirty_ntfs(TSK_FS_INFO& system) {
  const TskFile volume(tsk_fs_file_open_meta(&system, nullptr, volume_record));
  if (!volume) return true;
  // $VOLUME_INFORMATION: eight bytes reserved, two of version, two of flags.
  const Buffer information = first_bytes(*volume, TSK_FS_ATTR_TYPE_NTFS_VINFO, 12);
  if (information.size() < 12) return true;
  return (load_u16_le(information, 10) & volume_is_dirty) != 0;
}

bool has_clean_log(TSK_FS_INFO& system) {
  const TskFile log(tsk_fs_file_open_meta(&system, nullptr, log_file_record));
  if (!log) return false;
  return is_clean_log(first_bytes(*log, TSK_FS_ATTR_TYPE_NTFS_DATA, restart_pages_bytes));
}

/// The bits of FAT's second entry that say "put away" and "no read error"; FAT12 has none.
bool is_dirty_fat(TSK_FS_INFO& system, TskDisk& disk) {
  std::array<std::byte, 512> boot{};
  const auto start = static_cast<std::uint64_t>(system.offset);
  if (disk.source().read(start, boot).value_or(0) != boot.size()) return true;
  const Bytes sector(boot);
  const std::uint64_t fat_at = std::uint64_t{load_u16_le(sector, 14)} * load_u16_le(sector, 11);
  std::array<std::byte, 8> entries{};
  if (disk.source().read(start + fat_at, entries).value_or(0) != entries.size()) return true;
  if (system.ftype == TSK_FS_TYPE_FAT16) {
    return (load_u16_le(Bytes(entries), 2) & 0xc000) != 0xc000;
  }
  if (system.ftype == TSK_FS_TYPE_FAT32) {
    return (load_u32_le(Bytes(entries), 4) & 0x0c000000) != 0x0c000000;
  }
  return false;
}

/// The bits of VolumeFlags that say "not put away" and "an error was met" (exFAT, 3.1.13).
bool is_dirty_exfat(TSK_FS_INFO& system, TskDisk& disk) {
  constexpr std::uint64_t volume_flags_at = 106;
  constexpr std::uint16_t volume_dirty = 2, media_failure = 4;
  std::array<std::byte, 2> flags{};
  const auto start = static_cast<std::uint64_t>(system.offset);
  if (disk.source().read(start + volume_flags_at, flags).value_or(0) != flags.size()) return true;
  return (load_u16_le(Bytes(flags), 0) & (volume_dirty | media_failure)) != 0;
}

}  // namespace

bool is_clean_log(Bytes log) {
  if (log.size() < restart_pages_bytes) return false;
  // Two restart pages; the newer one stands. Both must say the same of a volume at rest.
  for (const std::size_t at : {std::size_t{0}, restart_page_bytes}) {
    const Bytes page = log.subspan(at, restart_page_bytes);
    const bool cleared =
        std::all_of(page.begin(), page.end(), [](std::byte one) { return one == std::byte{0xff}; });
    if (cleared) continue;
    if (as_text(page.first(4)) != "RSTR") return false;
    const std::size_t area = load_u16_le(page, 24);
    if (area > page.size() - 16) return false;
    const std::uint16_t in_use = load_u16_le(page, area + 12);
    const std::uint16_t flags = load_u16_le(page, area + 14);
    if (in_use != no_client && (flags & restart_volume_is_clean) == 0) return false;
  }
  return true;
}

std::vector<Doubt> state_of(TSK_FS_INFO& system, TskDisk& disk) {
  std::vector<Doubt> out;
  if (TSK_FS_TYPE_ISNTFS(system.ftype)) {
    if (!has_clean_log(system)) out.push_back(Doubt::unclean_log);
    if (is_dirty_ntfs(system)) out.push_back(Doubt::dirty);
  } else if (system.ftype == TSK_FS_TYPE_EXFAT) {
    if (is_dirty_exfat(system, disk)) out.push_back(Doubt::dirty);
  } else if (TSK_FS_TYPE_ISFAT(system.ftype)) {
    if (is_dirty_fat(system, disk)) out.push_back(Doubt::dirty);
  }
  return out;
}

}  // namespace antidotary::host::image
