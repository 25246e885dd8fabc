// A single compressed file: its one child is "content".
#include <array>

#include "unpack/library_archive.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

struct Filter {
  Format format;
  int (*enable)(archive*);
};
constexpr std::array filters = {
    Filter{Format::gzip, &archive_read_support_filter_gzip},
    Filter{Format::bzip2, &archive_read_support_filter_bzip2},
    Filter{Format::xz, &archive_read_support_filter_xz},
    Filter{Format::zstd, &archive_read_support_filter_zstd},
};

Status start(archive* reader, Format format) {
  if (reader == nullptr) return fail(ErrorKind::internal, "out of memory");
  for (const Filter& filter : filters) {
    // libarchive answers ARCHIVE_WARN where it would start a program instead: that is refused.
    if (filter.format == format && filter.enable(reader) == ARCHIVE_OK &&
        archive_read_support_format_raw(reader) == ARCHIVE_OK) {
      return {};
    }
  }
  return fail(ErrorKind::unsupported, "this build reads no {}", formats::name_of(format));
}

Status bring_content(archive* reader, Budget& budget, const Visitor& visitor) {
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(reader, &entry);
  if (code == ARCHIVE_EOF) return {};
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    return fail(ErrorKind::malformed, "{}", ArchiveSource::sentence(reader));
  }
  ANTIDOTARY_CHECK(budget.new_object());
  if (visitor.wanted && !visitor.wanted(0)) return {};
  hand_out("content", read_data(reader, budget), visitor);
  return {};
}

void open_compressed(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const ArchiveReader reader(archive_read_new());
  ArchiveSource source(bytes);
  Status status = start(reader.get(), format);
  if (status) status = source.open(reader.get());
  if (status) status = bring_content(reader.get(), budget, visitor);
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> compressed_openers() {
  static const std::array rows = [] {
    std::array<Opener, filters.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = {filters[i].format, &open_compressed};
    return out;
  }();
  return rows;
}

}  // namespace antidotary::unpack
