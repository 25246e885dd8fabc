// EWF, the Expert Witness Format of EnCase and ewfacquire (E01) and of SMART (s01): the disk in
// chunks, each packed by itself or with a checksum behind it, over any number of files.
//
// Spec: Joachim Metz, "Expert Witness Compression Format" (libewf's documentation), version 1. What
// the files say of the case and of their own digests is not read: an examination asks for bytes.
//
// Why not libewf: docs/decisions/0170.
#include <zlib.h>

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "host/image/chunks.h"
#include "host/image/container.h"

namespace antidotary::host::image {
namespace {

constexpr std::size_t file_header_bytes = 13, section_bytes = 76, table_header_bytes = 24;
constexpr std::size_t checksum_bytes = 4, volume_bytes = 1052, short_volume_bytes = 94;
constexpr std::size_t errors_header_bytes = 520;
constexpr std::size_t sections_max = 200'000, bad_runs_max = 1'000'000;
constexpr std::uint64_t chunk_bytes_max = 16u << 20;
constexpr std::uint32_t packed_flag = 0x8000'0000;

struct Section {
  std::string_view type;  ///< One of those below; empty for one that is not asked for.
  std::uint64_t at = 0;   ///< Where its contents begin.
  std::uint64_t end = 0;
  std::uint64_t next = 0;
};

constexpr std::array<std::string_view, 7> types = {"volume", "disk", "table", "sectors",
                                                   "error2", "done", "next"};

std::uint32_t sum_of(Bytes bytes) {
  return static_cast<std::uint32_t>(
      adler32(adler32(0, nullptr, 0), as_octets(bytes), static_cast<uInt>(bytes.size())));
}

/// A run of chunks that one table lists.
struct Run {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  std::size_t part = 0;
  std::uint64_t base = 0;     ///< What every entry is counted from.
  std::uint64_t entries = 0;  ///< Where the entries stand.
  std::uint64_t end = 0;      ///< Where the last chunk ends.
};

/// Sectors that could not be read when the image was made: what it holds there is not the disk's.
struct BadRun {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
};

class Ewf final : public ChunkedDisk {
 public:
  explicit Ewf(std::vector<ImagePart> parts) : parts_(std::move(parts)) {
    for (const ImagePart& part : parts_) tables_.push_back(std::make_unique<Tables>(*part.source));
  }

  Status open() {
    for (std::size_t i = 0; i < parts_.size(); ++i) ANTIDOTARY_CHECK(read_part(i));
    order_errors();
    if (!has_shape_) return fail(ErrorKind::malformed, "the EWF image does not say its shape");
    if (!done_) {
      return fail(ErrorKind::truncated,
                  "the EWF image is not whole: file {} of it, or the end of the last, is missing; "
                  "its files have to lie side by side",
                  parts_.size() + 1);
    }
    return {};
  }

 private:
  Status read_part(std::size_t index) {
    std::array<std::byte, file_header_bytes> header{};
    ANTIDOTARY_CHECK(tables_[index]->read(0, header));
    const std::uint32_t number = load_u16_le(header, 9);
    if (!as_text(header).starts_with("EVF") || number != index + 1) {
      return fail(ErrorKind::malformed, "{} is not file {} of this EWF image", parts_[index].name,
                  index + 1);
    }
    std::uint64_t at = file_header_bytes, data_end = 0;
    for (;;) {
      if (++sections_ > sections_max) {
        return fail(ErrorKind::malformed, "the EWF image has more than {} sections", sections_max);
      }
      const Section section = ANTIDOTARY_TRY(section_at(index, at));
      if (section.type == "volume" || section.type == "disk") {
        ANTIDOTARY_CHECK(read_shape(index, section));
      } else if (section.type == "sectors") {
        data_end = section.end;
      } else if (section.type == "table") {
        ANTIDOTARY_CHECK(read_table(index, section, data_end));
      } else if (section.type == "error2") {
        ANTIDOTARY_CHECK(read_errors(index, section));
      } else if (section.type == "done" || section.type == "next") {
        done_ = section.type == "done";
        return {};
      }
      if (section.next <= at) {
        return fail_at(at, ErrorKind::malformed, "the sections of {} run in a circle",
                       parts_[index].name);
      }
      at = section.next;
    }
  }

  Result<Section> section_at(std::size_t part, std::uint64_t at) {
    std::array<std::byte, section_bytes> bytes{};
    ANTIDOTARY_CHECK(tables_[part]->read(at, bytes));
    if (sum_of(Bytes(bytes).first(72)) != load_u32_le(bytes, 72)) {
      return fail_at(at, ErrorKind::malformed, "a section of {} is damaged", parts_[part].name);
    }
    Section out;
    const std::string_view type = as_text(Bytes(bytes).first(16));
    const auto known = std::find(types.begin(), types.end(), type.substr(0, type.find('\0')));
    if (known != types.end()) out.type = *known;
    out.at = at + section_bytes;
    out.next = load_u64_le(bytes, 16);
    const std::uint64_t size = load_u64_le(bytes, 24);
    // Some writers leave the size out; the next section's place tells it.
    const std::uint64_t file_end = parts_[part].source->size_bytes();
    const bool sized = size >= section_bytes && size <= file_end - at;
    out.end = std::min(file_end, sized ? at + size : std::max(out.next, out.at));
    return out;
  }

  Status read_shape(std::size_t part, const Section& section) {
    // SMART's form is shorter, and has four bytes for the number of sectors where E01 has eight.
    const bool is_short = section.end - section.at < volume_bytes;
    Buffer bytes(is_short ? short_volume_bytes : volume_bytes);
    ANTIDOTARY_CHECK(tables_[part]->read(section.at, bytes));
    const std::size_t summed = bytes.size() - checksum_bytes;
    if (sum_of(Bytes(bytes).first(summed)) != load_u32_le(bytes, summed)) {
      return fail_at(section.at, ErrorKind::malformed, "the shape of the EWF image is damaged");
    }
    const std::uint64_t sectors_per_chunk = load_u32_le(bytes, 8);
    const std::uint64_t sector_bytes = load_u32_le(bytes, 12);
    const std::uint64_t sectors = is_short ? load_u32_le(bytes, 16) : load_u64_le(bytes, 16);
    const bool can_be = sectors_per_chunk > 0 && sector_bytes > 0 && sector_bytes <= 65536 &&
                        sectors_per_chunk <= chunk_bytes_max / sector_bytes &&
                        sectors < (1ull << 63) / sector_bytes;
    if (!can_be)
      return fail_at(section.at, ErrorKind::malformed, "the EWF image's shape cannot be");
    set_shape(sectors * sector_bytes, sectors_per_chunk * sector_bytes);
    sector_bytes_ = sector_bytes;
    has_shape_ = true;
    return {};
  }

  Status read_table(std::size_t part, const Section& section, std::uint64_t data_end) {
    std::array<std::byte, table_header_bytes> bytes{};
    ANTIDOTARY_CHECK(tables_[part]->read(section.at, bytes));
    if (sum_of(Bytes(bytes).first(20)) != load_u32_le(bytes, 20)) {
      return fail_at(section.at, ErrorKind::malformed, "a table of {} is damaged",
                     parts_[part].name);
    }
    Run run;
    run.first = runs_.empty() ? 0 : runs_.back().first + runs_.back().count;
    run.count = load_u32_le(bytes, 0);
    run.part = part;
    run.base = load_u64_le(bytes, 8);
    run.entries = section.at + table_header_bytes;
    // SMART keeps the chunks behind the table's entries, in the same section.
    run.end = data_end == 0 ? section.end : data_end;
    if (run.count > (section.end - section.at) / 4) {
      return fail_at(section.at, ErrorKind::malformed, "a table of {} is longer than its section",
                     parts_[part].name);
    }
    if (run.count > 0) runs_.push_back(run);
    return {};
  }

  Status read_errors(std::size_t part, const Section& section) {
    Tables& tables = *tables_[part];
    std::array<std::byte, errors_header_bytes> header{};
    ANTIDOTARY_CHECK(tables.read(section.at, header));
    const std::size_t summed = header.size() - checksum_bytes;
    const std::uint32_t count = load_u32_le(header, 0);
    const std::uint64_t room = section.end - section.at;
    const bool can_be = sum_of(Bytes(header).first(summed)) == load_u32_le(header, summed) &&
                        room >= header.size() && count <= (room - header.size()) / 8 &&
                        count <= bad_runs_max - bad_.size();
    if (!can_be) {
      return fail_at(section.at, ErrorKind::malformed, "the read errors in {} are damaged",
                     parts_[part].name);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      std::array<std::byte, 8> run{};
      ANTIDOTARY_CHECK(tables.read(section.at + header.size() + std::uint64_t{i} * 8, run));
      const std::uint64_t first = load_u32_le(run, 0);
      bad_.push_back({first, first + load_u32_le(run, 4)});
    }
    return {};
  }

  /// Sorts the runs and joins those that touch, so that they can be searched.
  void order_errors() {
    std::sort(bad_.begin(), bad_.end(),
              [](const BadRun& a, const BadRun& b) { return a.first < b.first; });
    std::vector<BadRun> joined;
    for (const BadRun& run : bad_) {
      if (joined.empty() || joined.back().end < run.first) {
        joined.push_back(run);
      } else {
        joined.back().end = std::max(joined.back().end, run.end);
      }
    }
    bad_ = std::move(joined);
  }

  /// Errors: io where one of the bytes could not be read when the image was made.
  Status check_read(std::uint64_t at, std::uint64_t count) const {
    const std::uint64_t first = at / sector_bytes_, last = (at + count - 1) / sector_bytes_;
    const auto after = std::upper_bound(
        bad_.begin(), bad_.end(), last,
        [](std::uint64_t sector, const BadRun& run) { return sector < run.first; });
    if (after == bad_.begin() || std::prev(after)->end <= first) return {};
    return fail(ErrorKind::io, "sector {} of the disk could not be read when the image was made",
                std::max(first, std::prev(after)->first));
  }

  Result<Buffer> bring_out(std::uint64_t chunk) {
    const auto after =
        std::upper_bound(runs_.begin(), runs_.end(), chunk,
                         [](std::uint64_t number, const Run& run) { return number < run.first; });
    if (after == runs_.begin()) return fail(ErrorKind::malformed, "no table of the EWF image");
    const Run& run = *std::prev(after);
    const std::uint64_t index = chunk - run.first;
    if (index >= run.count) {
      return fail(ErrorKind::truncated, "chunk {} is not in the EWF image's files", chunk);
    }
    Tables& tables = *tables_[run.part];
    const std::uint32_t entry = ANTIDOTARY_TRY(tables.u32_le(run.entries + index * 4));
    const std::uint64_t start = run.base + (entry & ~packed_flag);
    std::uint64_t end = run.end;
    if (index + 1 < run.count) {
      const std::uint32_t next = ANTIDOTARY_TRY(tables.u32_le(run.entries + (index + 1) * 4));
      end = run.base + (next & ~packed_flag);
    }
    if (end <= start || end - start > 2 * chunk_bytes() + 4096) {
      return fail_at(start, ErrorKind::malformed, "chunk {} of the EWF image lies nowhere", chunk);
    }
    Buffer stored(static_cast<std::size_t>(end - start));
    ANTIDOTARY_CHECK(read_whole(*parts_[run.part].source, start, stored));
    const std::uint64_t size = std::min(chunk_bytes(), size_bytes() - chunk * chunk_bytes());
    if ((entry & packed_flag) != 0) return unpack_chunk(stored, Packing::zlib, size);
    return checked(std::move(stored), size, chunk);
  }

  static Result<Buffer> checked(Buffer stored, std::uint64_t size, std::uint64_t chunk) {
    if (stored.size() < size + checksum_bytes) {
      return fail(ErrorKind::malformed, "chunk {} of the EWF image is too short", chunk);
    }
    const std::uint32_t sum = load_u32_le(stored, size);
    stored.resize(size);
    if (sum_of(stored) != sum) {
      return fail(ErrorKind::malformed, "chunk {} of the EWF image does not have its checksum",
                  chunk);
    }
    return stored;
  }

  Status read_chunk(std::uint64_t chunk, std::uint64_t within, std::span<std::byte> out) override {
    if (!bad_.empty()) ANTIDOTARY_CHECK(check_read(chunk * chunk_bytes() + within, out.size()));
    const Buffer* kept = kept_.find(chunk);
    if (kept == nullptr) kept = &kept_.put(chunk, ANTIDOTARY_TRY(bring_out(chunk)));
    std::copy_n(kept->begin() + static_cast<std::ptrdiff_t>(within), out.size(), out.begin());
    return {};
  }

  std::vector<ImagePart> parts_;
  std::vector<std::unique_ptr<Tables>> tables_;  ///< One a part.
  std::vector<Run> runs_;                        ///< In the order of their chunks.
  std::vector<BadRun> bad_;
  std::uint64_t sector_bytes_ = 1;
  std::size_t sections_ = 0;
  bool has_shape_ = false;
  bool done_ = false;
  Kept kept_{4};
};

}  // namespace

Result<std::unique_ptr<BlockSource>> open_ewf(std::vector<ImagePart> parts) {
  auto disk = std::make_unique<Ewf>(std::move(parts));
  ANTIDOTARY_CHECK(disk->open());
  return std::unique_ptr<BlockSource>(std::move(disk));
}

}  // namespace antidotary::host::image
