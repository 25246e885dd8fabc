// InstallShield's setup programs: the files that stand behind the program itself.
//
// Three ways, by what such programs hold (no description is published by the maker):
//   "InstallShield" and NUL: a header of 46 bytes, then for each file a row of 312 bytes and its
//     bytes, hidden under a key made of its name, mostly a zlib stream (Basic MSI projects);
//   "ISSetupStream" and NUL: the same with names of UTF-16 behind rows of 24 bytes;
//   neither: name, path, version and size as four strings, then the bytes as they are
//     (InstallScript projects), among them InstallShield's cabinets with their directory.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "core/reader.h"
#include "core/text.h"
#include "formats/mime/encoding.h"
#include "unpack/codecs/streams.h"
#include "unpack/installshield_cabinet.h"
#include "unpack/opener.h"
#include "unpack/setup_files.h"
#include "unpack/trailing.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t header_bytes = 46, row_bytes = 312, row_name_bytes = 260;
constexpr std::size_t stream_row_bytes = 24, stream_name_bytes_max = 1024;
constexpr std::size_t key_restart_bytes = 1024;
constexpr std::uint32_t hidden_flags = 2 | 4, restart_flag = 4;

struct Row {
  std::string key;  ///< The name's bytes, under which the file is hidden.
  std::string name;
  std::uint32_t flags = 0;
  Bytes bytes;
  bool cut = false;
};

/// What stands under a key: each byte's halves change places, and the key's bytes, mixed with four
/// fixed ones, are laid over them.
Buffer revealed(const Row& row) {
  constexpr std::array<unsigned, 4> mix = {0x13, 0x35, 0x86, 0x07};
  Buffer out(row.bytes.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t place = (row.flags & restart_flag) != 0 ? i % key_restart_bytes : i;
    const std::size_t k = place % row.key.size();
    const unsigned key = static_cast<unsigned char>(row.key[k]) ^ mix[k % mix.size()];
    const unsigned byte = std::to_integer<unsigned>(row.bytes[i]);
    out[i] = static_cast<std::byte>(~(key ^ (byte << 4 | byte >> 4)) & 0xff);
  }
  return out;
}

bool is_zlib(Bytes bytes) {
  if (bytes.size() < 6) return false;
  const unsigned first = std::to_integer<unsigned>(bytes[0]);
  return (first & 0xf) == 8 && (first << 8 | std::to_integer<unsigned>(bytes[1])) % 31 == 0;
}

/// `wide`: a row of a stream, of which it is known that what is hidden is packed.
Brought bring_row(const Row& row, bool wide, Budget& budget) {
  Brought out;
  if (const auto paid = budget.step(row.bytes.size() / 16); !paid) {
    out.error = paid.error();
    out.purse_empty = true;
    return out;
  }
  const bool hidden = (row.flags & hidden_flags) != 0 && !row.key.empty();
  const Buffer plain = hidden ? revealed(row) : to_buffer(row.bytes);
  if (is_zlib(plain)) {
    unpack_stream_onto(out, Packing::zlib, plain, budget);
  } else if (wide && hidden) {
    out.error = Error{ErrorKind::unsupported, "hidden in a way that is not read", std::nullopt};
  } else {
    bring(out, plain, budget);
  }
  return out;
}

Result<Row> read_row(Reader& reader) {
  const Bytes head = ANTIDOTARY_TRY(reader.take(row_bytes));
  Row out;
  const std::string_view name = as_text(head.first(row_name_bytes));
  out.key = name.substr(0, name.find('\0'));
  out.name = mime::to_utf8("", out.key);
  out.flags = load_u32_le(head, row_name_bytes);
  const std::size_t size = load_u32_le(head, row_name_bytes + 8);
  out.cut = size > reader.remaining();
  out.bytes = ANTIDOTARY_TRY(reader.take(std::min(size, reader.remaining())));
  return out;
}

Result<Row> read_stream_row(Reader& reader, std::uint32_t type) {
  const Bytes head = ANTIDOTARY_TRY(reader.take(stream_row_bytes));
  const std::size_t name_bytes = load_u32_le(head, 0);
  if (name_bytes > stream_name_bytes_max) {
    return fail(ErrorKind::malformed, "a name of {} bytes", name_bytes);
  }
  if (type == 4) ANTIDOTARY_CHECK(reader.skip(stream_row_bytes));
  Row out;
  out.name = utf8_from_utf16_le(ANTIDOTARY_TRY(reader.take(name_bytes)));
  out.key = out.name;
  out.flags = load_u32_le(head, 4);
  const std::size_t size = load_u32_le(head, 10);
  out.cut = size > reader.remaining();
  out.bytes = ANTIDOTARY_TRY(reader.take(std::min(size, reader.remaining())));
  return out;
}

Status open_rows(Bytes bytes, Budget& budget, const Visitor& visitor) {
  Reader reader(bytes);
  const Bytes header = ANTIDOTARY_TRY(reader.take(header_bytes));
  const bool wide = as_text(header).starts_with("ISSetupStream");
  const std::size_t count = load_u16_le(header, 14);
  for (std::size_t i = 0; i < count; ++i) {
    Row row =
        ANTIDOTARY_TRY(wide ? read_stream_row(reader, load_u32_le(header, 16)) : read_row(reader));
    ANTIDOTARY_CHECK(budget.new_object());
    if (row.name.empty()) row.name = fmt::format("member {}", i + 1);
    if (visitor.member) {
      visitor.member({row.name, row.bytes.size(), row.bytes.size(), false, i + 1, std::nullopt});
    }
    if (visitor.wanted && !visitor.wanted(i)) continue;
    Brought brought = bring_row(row, wide, budget);
    if (row.cut && !brought.error) {
      brought.error = Error{ErrorKind::truncated, "the installer ends early", std::nullopt};
    }
    hand_out(row.name, brought, visitor);
    if (brought.purse_empty) return {};
  }
  hand_out_trailing(bytes, reader.offset(), budget, visitor);
  return {};
}

/// The volumes "data1.cab", "data2.cab" of the header "data1.hdr", the first being volume 1.
Result<std::vector<Bytes>> volumes_of(const SetupFile& header,
                                      const std::map<std::string, Bytes>& files, Budget& budget) {
  std::string stem = ascii_lower(header.name.substr(0, header.name.rfind('.')));
  while (!stem.empty() && stem.back() >= '0' && stem.back() <= '9') stem.pop_back();
  std::vector<Bytes> out;
  while (out.size() < installshield_volumes_max) {
    ANTIDOTARY_CHECK(budget.step(64));
    const auto found = files.find(fmt::format("{}{}.cab", stem, out.size() + 1));
    if (found == files.end()) break;
    out.push_back(found->second);
  }
  return out;
}

Status open_files(Bytes bytes, Budget& budget, const Visitor& visitor) {
  std::vector<SetupFile> files;
  std::map<std::string, Bytes> by_name;  // in small letters; of the same names the first
  std::size_t at = 0;
  while (const auto file = setup_file_at(bytes, at)) {
    ANTIDOTARY_CHECK(budget.new_object());
    at = file->end;
    by_name.emplace(ascii_lower(file->name), file->bytes);
    files.push_back(*file);
  }
  std::set<const std::byte*> opened;  // volumes whose files came out already
  for (const SetupFile& file : files) {
    if (!has_installshield_directory(file.bytes)) continue;
    const std::vector<Bytes> volumes = ANTIDOTARY_TRY(volumes_of(file, by_name, budget));
    if (volumes.empty()) continue;
    opened.insert(file.bytes.data());
    for (const Bytes volume : volumes) opened.insert(volume.data());
    if (!open_installshield_cabinet(file.bytes, volumes, budget, visitor)) return {};
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    const SetupFile& file = files[i];
    if (visitor.member) {
      visitor.member({file.name, file.bytes.size(), file.bytes.size(), false, i + 1, std::nullopt});
    }
    if (visitor.wanted && !visitor.wanted(i)) continue;
    if (opened.contains(file.bytes.data())) continue;
    visitor.child({file.name, file.bytes});
  }
  hand_out_trailing(bytes, at, budget, visitor);
  return {};
}

void open_installshield(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  if (as_text(bytes).starts_with("ISc(")) {
    return open_installshield_alone(bytes, budget, visitor);
  }
  const bool rows = as_text(bytes).starts_with("IS") || as_text(bytes).starts_with("InstallShield");
  const Status status =
      rows ? open_rows(bytes, budget, visitor) : open_files(bytes, budget, visitor);
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> installshield_openers() {
  static constexpr std::array rows = {Opener{Format::installshield, &open_installshield}};
  return rows;
}

}  // namespace antidotary::unpack
