// The archives that libarchive reads wholly: a row each.
#include <algorithm>
#include <array>

#include "unpack/library_archive.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

using Enable = int (*)(archive*);

int first_failure(archive* reader, std::initializer_list<Enable> all) {
  for (const Enable enable : all) {
    // ARCHIVE_WARN: this library would start a program for it.
    if (const int code = enable(reader); code != ARCHIVE_OK) return code;
  }
  return ARCHIVE_OK;
}

// RAR 2.9 to 4, and 5.
int enable_rar(archive* reader) {
  return first_failure(reader,
                       {&archive_read_support_format_rar, &archive_read_support_format_rar5});
}

// A lead, two headers and a packed cpio.
int enable_rpm(archive* reader) {
  return first_failure(reader,
                       {&archive_read_support_filter_rpm, &archive_read_support_filter_gzip,
                        &archive_read_support_filter_bzip2, &archive_read_support_filter_xz,
                        &archive_read_support_filter_lzma, &archive_read_support_filter_zstd,
                        &archive_read_support_format_cpio});
}

constexpr std::array rows_read = {
    LibraryFormat{Format::tar, &archive_read_support_format_tar, true},
    LibraryFormat{Format::cpio, &archive_read_support_format_cpio, true, true},
    LibraryFormat{Format::ar, &archive_read_support_format_ar, true},
    LibraryFormat{Format::rpm, &enable_rpm, false, true},
    LibraryFormat{Format::seven_zip, &archive_read_support_format_7zip},
    LibraryFormat{Format::rar, &enable_rar},
    LibraryFormat{Format::lha, &archive_read_support_format_lha, true},
    LibraryFormat{Format::xar, &archive_read_support_format_xar},
    LibraryFormat{Format::iso9660, &archive_read_support_format_iso9660},
};

void open_archive(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto row = std::find_if(rows_read.begin(), rows_read.end(),
                                [format](const auto& one) { return one.format == format; });
  if (row != rows_read.end()) open_by_library(*row, bytes, budget, visitor);
}

}  // namespace

std::span<const Opener> library_openers() {
  static const std::array rows = [] {
    std::array<Opener, rows_read.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = {rows_read[i].format, &open_archive};
    return out;
  }();
  return rows;
}

}  // namespace antidotary::unpack
