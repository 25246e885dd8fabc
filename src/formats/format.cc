#include "formats/format.h"

#include <array>
#include <cstddef>

namespace antidotary::formats {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, formats_count> names = {"unknown",
                                                               "empty",
                                                               "text",
                                                               "html",
                                                               "message",
                                                               "mbox",
                                                               "emlx",
                                                               "zip",
                                                               "gzip",
                                                               "bzip2",
                                                               "xz",
                                                               "lzma",
                                                               "zstd",
                                                               "lz4",
                                                               "compress",
                                                               "tar",
                                                               "cpio",
                                                               "ar",
                                                               "seven_zip",
                                                               "rar",
                                                               "cab",
                                                               "chm",
                                                               "arj",
                                                               "lha",
                                                               "alz",
                                                               "egg",
                                                               "xar",
                                                               "sis",
                                                               "szdd",
                                                               "kwaj",
                                                               "wim",
                                                               "rpm",
                                                               "installshield",
                                                               "nsis",
                                                               "autoit",
                                                               "pyc",
                                                               "iso9660",
                                                               "udf",
                                                               "dmg",
                                                               "hfs_plus",
                                                               "mbr",
                                                               "gpt",
                                                               "apm",
                                                               "ext",
                                                               "fat",
                                                               "ntfs",
                                                               "ewf",
                                                               "vmdk",
                                                               "vhd",
                                                               "vhdx",
                                                               "qcow",
                                                               "ole2",
                                                               "pdf",
                                                               "rtf",
                                                               "onenote",
                                                               "hwp3",
                                                               "swf",
                                                               "xdp",
                                                               "xml",
                                                               "svg",
                                                               "tnef",
                                                               "lnk",
                                                               "uuencode",
                                                               "binhex",
                                                               "pst",
                                                               "dbx",
                                                               "pe",
                                                               "elf",
                                                               "macho",
                                                               "macho_universal",
                                                               "java_class",
                                                               "script_encoded",
                                                               "regf",
                                                               "creg",
                                                               "gif",
                                                               "jpeg",
                                                               "png",
                                                               "tiff",
                                                               "bmp",
                                                               "riff"};
static_assert(names.back() == "riff", "a name is missing");

}  // namespace

std::string_view name_of(Format format) {
  const auto index = static_cast<std::size_t>(format);
  return index < names.size() ? names[index] : names[0];
}

bool is_archive(Format format) {
  if (format >= Format::zip && format <= Format::qcow) return format != Format::pyc;
  return format == Format::message || format == Format::mbox || format == Format::tnef ||
         format == Format::uuencode || format == Format::binhex || format == Format::pst ||
         format == Format::dbx;
}

}  // namespace antidotary::formats
