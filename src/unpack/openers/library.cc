// The archives that libarchive reads wholly: a row each.
#include <array>

#include "unpack/library_archive.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

struct Row {
  Format format;
  int (*enable)(archive*);
};
constexpr std::array formats_read = {
    Row{Format::tar, &archive_read_support_format_tar},
    Row{Format::seven_zip, &archive_read_support_format_7zip},
};

void open_archive(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  for (const Row& row : formats_read) {
    if (row.format == format) open_by_library(format, row.enable, bytes, budget, visitor);
  }
}

}  // namespace

std::span<const Opener> library_openers() {
  static const std::array rows = [] {
    std::array<Opener, formats_read.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = {formats_read[i].format, &open_archive};
    return out;
  }();
  return rows;
}

}  // namespace antidotary::unpack
