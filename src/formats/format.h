// Format: every kind of object that this program knows by name, whether or not it opens it.
//
// The names are part of reports (docs/formats/report.md) and of messages to people. What an object
// is says identify.h; what can be brought out of it says unpack/.
#pragma once

#include <cstdint>
#include <string_view>

namespace antidotary::formats {

enum class Format : std::uint8_t {
  unknown,
  empty,
  text,
  html,
  message,
  mbox,
  emlx,
  // Archives and packed single files.
  zip,
  gzip,
  bzip2,
  xz,
  lzma,
  zstd,
  lz4,
  compress,
  tar,
  cpio,
  ar,
  seven_zip,
  rar,
  cab,
  chm,
  arj,
  lha,
  alz,
  egg,
  xar,
  sis,
  szdd,
  kwaj,
  wim,
  rpm,
  installshield,
  nsis,
  autoit,
  pyc,
  // Disks and file systems.
  iso9660,
  udf,
  dmg,
  hfs_plus,
  mbr,
  gpt,
  apm,
  ext,
  fat,
  ntfs,
  ewf,
  vmdk,
  vhd,
  vhdx,
  qcow,
  // Documents.
  ole2,
  pdf,
  rtf,
  onenote,
  hwp3,
  swf,
  xdp,
  xml,
  svg,
  tnef,
  lnk,
  uuencode,
  binhex,
  pst,
  dbx,
  // Programs.
  pe,
  elf,
  macho,
  macho_universal,
  java_class,
  script_encoded,
  // Windows' registry.
  regf,
  creg,
  // Pictures and media.
  gif,
  jpeg,
  png,
  tiff,
  bmp,
  riff,
};
inline constexpr std::size_t formats_count = static_cast<std::size_t>(Format::riff) + 1;

/// The name that reports print ("seven_zip"). For ever valid.
std::string_view name_of(Format format);

/// True where an object of this format exists to hold others, so that one that cannot be opened is
/// opaque and not merely a file. Documents and programs may hold others and are not meant.
bool is_archive(Format format);

}  // namespace antidotary::formats
