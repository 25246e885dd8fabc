// Volumes: what a disk is divided into, and whether it may be written to as it stands.
//
// The partition table is found by itself (MBR, GPT; a lone file system is one volume). A volume is
// named, never guessed: where BitLocker encrypts it, that is said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/record.h"
#include "core/result.h"
#include "host/doubts.h"

namespace antidotary::host {

enum class FileSystemKind : std::uint8_t { none, ntfs, fat, exfat, other, bitlocker };
std::span<const std::string_view> enum_names(FileSystemKind);

struct Volume {
  std::string name;  ///< "volume 1": in the order of the partition table, from one.
  std::uint64_t offset_bytes = 0;
  std::uint64_t size_bytes = 0;
  FileSystemKind file_system = FileSystemKind::none;
  std::string shown;  ///< The file system for a person: "NTFS", "FAT32", "ext4", "BitLocker".
  std::vector<Doubt> doubts;
  /// Why it was not wholly read; empty where it was, or is known to hold no files.
  std::string unread;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("offset_bytes", self.offset_bytes);
    visit("size_bytes", self.size_bytes);
    visit("file_system", self.file_system);
    visit("shown", self.shown);
    visit("doubts", self.doubts);
    visit("unread", self.unread);
  }
};

namespace image {
class TskDisk;
/// The volumes of a disk; `unread` says what of a volume could not be opened.
/// Errors: unsupported (neither a file system nor a partition table is on it).
Result<std::vector<Volume>> find_volumes(TskDisk& disk);
}  // namespace image

}  // namespace antidotary::host
