// Container: the disk that an image's files store: raw, split raw, EWF, qcow and qcow2, VMDK, VHD
// and VHDX.
//
// Which of them it is is told from its bytes, never from its name; by a footer alone only where the
// disk in front of it is the same one with or without. Forms that are not read are
// refused by their name. An image whose blocks stand in another file (a snapshot, a differencing
// disk) is refused as well: alone it is not the disk.
//
// Why readers of our own and no library: docs/decisions/0170.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/image/block_source.h"

namespace antidotary::host {

struct DiskImage {
  std::string form;  ///< "raw", "EWF (E01)", "VMDK": for a person.
  std::unique_ptr<BlockSource> disk;
};

/// `parts` are the image's files, the named one first.
/// Errors: unsupported (a form that is not read, named), malformed, truncated, encrypted.
Result<DiskImage> open_container(std::vector<ImagePart> parts);

namespace image {
// One function a form; each a file of its own.
Result<std::unique_ptr<BlockSource>> open_ewf(std::vector<ImagePart> parts);
Result<std::unique_ptr<BlockSource>> open_qcow(ImagePart part);
Result<std::unique_ptr<BlockSource>> open_vmdk(std::vector<ImagePart> parts);
Result<std::unique_ptr<BlockSource>> open_vhd(ImagePart part);
Result<std::unique_ptr<BlockSource>> open_vhdx(ImagePart part);

inline constexpr std::size_t vhd_footer_bytes = 512;
/// Whether these `vhd_footer_bytes` are the footer of a fixed VHD of a disk of that size, checksum
/// and all.
bool is_fixed_vhd_footer(Bytes footer, std::uint64_t disk_bytes);
}  // namespace image

}  // namespace antidotary::host
