// SIS: installation files of Symbian OS, up to 8 (a header with pointers) and from 9 on (fields).
//
// By the formats' public descriptions (Symbian's "SIS file format" of EPOC release 6 and of Symbian
// OS v9.x): what is packed is packed by zlib. No library of Debian's reads them.
#include <fmt/core.h>

#include <array>
#include <vector>

#include "core/reader.h"
#include "core/text.h"
#include "unpack/codecs/streams.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

Brought unpack_field(Bytes bytes, bool packed, Budget& budget) {
  Brought out;
  if (packed) {
    unpack_stream_onto(out, Packing::zlib, bytes, budget);
  } else {
    bring(out, bytes, budget);
  }
  return out;
}

// --- EPOC release 3 to Symbian OS 8 ---

constexpr std::uint32_t old_uid = 0x10000419;
constexpr std::size_t options_at = 40;
constexpr unsigned uncompressed_option = 0x08;
constexpr std::size_t languages_at = 18, files_at = 20, file_rows_at = 52;
constexpr std::uint32_t epoc6_uid = 0x10003a12;
constexpr std::size_t languages_max = 256, name_bytes_max = 4096;

struct OldFile {
  std::string name;
  std::vector<std::array<std::uint32_t, 3>>
      parts;  ///< Offset, size, size unpacked; a language each.
};

Result<Bytes> slice(Bytes bytes, std::size_t at, std::size_t size) {
  Reader reader(bytes);
  ANTIDOTARY_CHECK(reader.seek(at));
  return reader.take(size);
}

std::string text_of(Bytes bytes, bool wide) {
  return wide ? utf8_from_utf16_le(bytes) : utf8_from_windows1252(as_text(bytes));
}

/// One row of the table of files; the reader stands behind it.
Result<OldFile> read_old_file(Reader& reader, Bytes bytes, std::size_t languages, bool epoc6,
                              Budget& budget) {
  OldFile out;
  const std::uint32_t kind = ANTIDOTARY_TRY(reader.u32_le());
  if (kind == 3 || kind == 4) {  // a condition
    const std::uint32_t size = ANTIDOTARY_TRY(reader.u32_le());
    ANTIDOTARY_CHECK(reader.skip(size));
    return out;
  }
  if (kind == 5 || kind == 6) return out;
  if (kind > 1) return fail_at(reader.offset(), ErrorKind::unsupported, "a row of kind {}", kind);
  ANTIDOTARY_CHECK(reader.skip(8 + 8));  // what is done with it; the name where it came from
  const std::uint32_t name_bytes = ANTIDOTARY_TRY(reader.u32_le());
  const std::uint32_t name_at = ANTIDOTARY_TRY(reader.u32_le());
  if (name_bytes > name_bytes_max) {
    return fail(ErrorKind::malformed, "a name of {} bytes", name_bytes);
  }
  ANTIDOTARY_CHECK(budget.step(name_bytes / 8));
  if (const auto name = slice(bytes, name_at, name_bytes)) out.name = text_of(*name, epoc6);
  const std::size_t count = kind == 1 ? languages : 1;
  out.parts.resize(count);
  for (auto& part : out.parts) part[1] = ANTIDOTARY_TRY(reader.u32_le());
  for (auto& part : out.parts) part[0] = ANTIDOTARY_TRY(reader.u32_le());
  if (!epoc6) return out;
  for (auto& part : out.parts) part[2] = ANTIDOTARY_TRY(reader.u32_le());
  ANTIDOTARY_CHECK(reader.skip(8));  // its MIME type
  return out;
}

Status open_old(Bytes bytes, Budget& budget, const Visitor& visitor) {
  if (bytes.size() < 100) return fail(ErrorKind::truncated, "the header ends early");
  const bool epoc6 = load_u32_le(bytes, 4) == epoc6_uid;
  const std::size_t languages = load_u16_le(bytes, languages_at);
  if (languages > languages_max) return fail(ErrorKind::refused, "{} languages", languages);
  const bool packed = epoc6 && (load_u16_le(bytes, options_at) & uncompressed_option) == 0;
  Reader reader(bytes);
  ANTIDOTARY_CHECK(reader.seek(load_u32_le(bytes, file_rows_at)));
  std::size_t number = 0;
  for (std::size_t rows = load_u16_le(bytes, files_at); rows > 0; --rows) {
    ANTIDOTARY_CHECK(budget.step(64));
    const OldFile file = ANTIDOTARY_TRY(read_old_file(reader, bytes, languages, epoc6, budget));
    for (const auto& [at, size, unpacked] : file.parts) {
      ANTIDOTARY_CHECK(budget.new_object());
      ++number;
      const std::string name = file.name.empty() ? fmt::format("member {}", number) : file.name;
      if (visitor.member) {
        visitor.member({name, size, epoc6 ? unpacked : size, false, number, std::nullopt});
      }
      if (visitor.wanted && !visitor.wanted(number - 1)) continue;
      const auto data = slice(bytes, at, size);
      if (!data) {
        visitor.missed({name, data.error()});
        continue;
      }
      const Brought brought = unpack_field(*data, packed && size > 0, budget);
      hand_out(name, brought, visitor);
      if (brought.purse_empty) return {};
    }
  }
  if (number == 0) return fail(ErrorKind::malformed, "its table lists no file");
  return {};
}

// --- Symbian OS 9 ---

enum Kind : std::uint32_t {
  array_field = 2,
  compressed_field = 3,
  contents_field = 12,
  data_unit_field = 20,
  data_field = 21,
  file_data_field = 22,
};
constexpr std::size_t depth_max = 16;

/// What is left of fields that hold fields; those of an array leave their kind out.
struct Level {
  Reader reader;
  std::optional<std::uint32_t> kind;
};

struct Field {
  std::uint32_t kind = 0;
  Bytes bytes;
};

Result<Field> read_field(Level& level) {
  Reader& reader = level.reader;
  Field out;
  out.kind = level.kind ? *level.kind : ANTIDOTARY_TRY(reader.u32_le());
  std::uint64_t size = ANTIDOTARY_TRY(reader.u32_le());
  if ((size >> 31) != 0) {
    size = (size & 0x7fffffff) | std::uint64_t{ANTIDOTARY_TRY(reader.u32_le())} << 31;
  }
  if (size > reader.remaining()) return fail(ErrorKind::truncated, "a field ends early");
  out.bytes = ANTIDOTARY_TRY(reader.take(static_cast<std::size_t>(size)));
  const std::size_t padding = (4 - size % 4) % 4;
  ANTIDOTARY_CHECK(reader.skip(std::min(padding, reader.remaining())));
  return out;
}

Result<bool> open_compressed(Bytes bytes, std::size_t number, Budget& budget,
                             const Visitor& visitor) {
  // The first is the controller, which says what becomes of the files.
  const std::string name = number == 0 ? std::string("controller") : fmt::format("file {}", number);
  Reader reader(bytes);
  const std::uint32_t method = ANTIDOTARY_TRY(reader.u32_le());
  const std::uint64_t size = ANTIDOTARY_TRY(reader.u64_le());
  ANTIDOTARY_CHECK(budget.new_object());
  if (visitor.member) {
    visitor.member({name, reader.remaining(), size, false, number + 1, std::nullopt});
  }
  if (visitor.wanted && !visitor.wanted(number)) return true;
  if (method > 1) return fail(ErrorKind::unsupported, "packed by method {}", method);
  Brought brought = unpack_field(bytes.subspan(reader.offset()), method == 1, budget);
  if (!brought.error && brought.bytes.size() != size) {
    brought.error =
        Error{ErrorKind::malformed,
              fmt::format("holds {} bytes where its field states {}", brought.bytes.size(), size),
              std::nullopt};
  }
  hand_out(name, brought, visitor);
  return !brought.purse_empty;
}

Status open_fields(Bytes bytes, Budget& budget, const Visitor& visitor) {
  std::vector<Level> levels = {{Reader(bytes, 16), std::nullopt}};
  std::size_t number = 0;
  while (!levels.empty()) {
    Level& level = levels.back();
    if (level.reader.remaining() < 8) {
      levels.pop_back();
      continue;
    }
    ANTIDOTARY_CHECK(budget.step(64));
    const Field field = ANTIDOTARY_TRY(read_field(level));
    const bool holds = field.kind == contents_field || field.kind == data_field ||
                       field.kind == data_unit_field || field.kind == file_data_field ||
                       field.kind == array_field;
    if (holds && levels.size() >= depth_max) return fail(ErrorKind::refused, "too deep");
    if (field.kind == array_field && field.bytes.size() >= 4) {
      levels.push_back({Reader(field.bytes, 4), load_u32_le(field.bytes, 0)});
    } else if (holds) {
      levels.push_back({Reader(field.bytes), std::nullopt});
    } else if (field.kind == compressed_field) {
      if (!ANTIDOTARY_TRY(open_compressed(field.bytes, number++, budget, visitor))) return {};
    }
  }
  if (number == 0) return fail(ErrorKind::malformed, "none of its fields holds anything");
  return {};
}

void open_sis(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const bool old = bytes.size() >= 16 && load_u32_le(bytes, 8) == old_uid;
  const Status status =
      old ? open_old(bytes, budget, visitor) : open_fields(bytes, budget, visitor);
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> sis_openers() {
  static constexpr std::array rows = {Opener{Format::sis, &open_sis}};
  return rows;
}

}  // namespace antidotary::unpack
