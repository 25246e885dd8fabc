// Inert containers for this folder's tests and fuzzers: the formats that no library writes, each
// with one member that is packed wherever its format packs.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "formats/mime/base64.h"

namespace antidotary::unpack::specimens {

/// What the members hold: as it stands in no packed specimen.
inline const std::string content =
    std::string(64, 'c') + "what a member holds" + std::string(64, 'd');

inline std::string le(std::uint64_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i, value >>= 8) out += static_cast<char>(value & 0xff);
  return out;
}
inline std::string be(std::uint64_t value, std::size_t bytes) {
  const std::string reversed = le(value, bytes);
  return {reversed.rbegin(), reversed.rend()};
}
/// Numbers of 32 bits.
inline std::string words(std::initializer_list<std::uint64_t> values) {
  std::string out;
  for (const std::uint64_t value : values) out += le(value, 4);
  return out;
}
inline void put(std::string& out, std::size_t at, std::string_view bytes) {
  out.replace(at, bytes.size(), bytes);
}
inline std::string padded(std::string bytes, std::size_t size) {
  bytes.resize(size);
  return bytes;
}
inline std::string sha1(std::string_view bytes) {
  const std::string letters = hex_digest(DigestKind::sha1, as_bytes(bytes));
  std::string out;
  for (std::size_t i = 0; i < letters.size(); i += 2) {
    out += static_cast<char>(std::stoi(letters.substr(i, 2), nullptr, 16));
  }
  return out;
}

inline std::string zlib_of(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  Buffer out(size);
  compress2(as_octets(std::span<std::byte>(out)), &size, as_octets(as_bytes(bytes)), bytes.size(),
            9);
  out.resize(size);
  return to_string(out);
}
/// A zlib stream without its head of 2 bytes and its checksum.
inline std::string deflate_of(std::string_view bytes) {
  const std::string whole = zlib_of(bytes);
  return whole.substr(2, whole.size() - 6);
}

// --- Symbian OS 9 ---

inline std::string sis_field(std::uint32_t kind, std::string bytes) {
  const std::size_t size = bytes.size();
  bytes.resize((size + 3) & ~std::size_t{3});
  return words({kind, size}) + bytes;
}
/// A controller alone, in a field of `kind`: 12 in an honest file.
inline std::string sis(std::uint32_t kind = 12, std::size_t stated = content.size()) {
  const std::string packed = words({1, stated, 0}) + zlib_of(content);
  return words({0x10201a7a, 0, 0, 0}) + sis_field(kind, sis_field(3, packed));
}

struct OldSisShape {
  std::uint16_t languages = 1, rows = 1;
  std::uint32_t kind = 0;  ///< 1: a file for each language.
};
/// One of EPOC release 6 with one packed file.
inline std::string old_sis(OldSisShape shape = {}) {
  const std::string packed = zlib_of(content), name("a\0.\0t\0x\0t\0", 10);
  constexpr std::size_t rows_at = 100, names_at = rows_at + 44;
  std::string out = padded(words({0x10000000, 0x10003a12, 0x10000419, 0}) + le(0, 2) +
                               le(shape.languages, 2) + le(shape.rows, 2),
                           rows_at);
  put(out, 52, words({rows_at}));
  out += words({shape.kind, 0, 0, 0, 0, name.size(), names_at, packed.size(),
                names_at + name.size(), content.size(), 0, 0});
  out.resize(names_at);
  return out + name + packed;
}

// --- WIM ---

/// One image without packing; `table` in the place of its table of resources.
inline std::string wim(const std::string& metadata, const std::string* table = nullptr) {
  const auto row = [](const std::string& bytes, std::uint64_t at, std::uint64_t flags) {
    return le(bytes.size() | flags << 56, 8) + le(at, 8) + le(bytes.size(), 8) + le(1, 2) +
           le(1, 4) + sha1(bytes);
  };
  const std::size_t at = 208;
  const std::string rows = row(metadata, at, 2) + row(content, at + metadata.size(), 0);
  const std::string& listed = table == nullptr ? rows : *table;
  std::string head = padded(std::string("MSWIM\0\0\0", 8) + words({208, 0x10d00, 0, 0}), 208);
  put(head, 40, le(1, 2) + le(1, 2) + le(1, 4));
  const std::uint64_t listed_at = at + metadata.size() + content.size();
  put(head, 48, le(listed.size(), 8) + le(listed_at, 8) + le(listed.size(), 8));
  return head + metadata + content + listed;
}
/// An entry of a folder; `below`: where its own entries stand, 0 for a file's.
inline std::string wim_entry(const std::string& name, std::uint64_t below,
                             const std::string& digest) {
  std::string wide;
  for (const char c : name) wide += {c, '\0'};
  const std::size_t size = (102 + wide.size() + 7) & ~std::size_t{7};
  std::string out = padded(le(size, 8) + words({0x10, 0}) + le(below, 8), size);
  put(out, 64, padded(digest, 20));
  put(out, 100, le(wide.size(), 2));
  put(out, 102, wide);
  return out;
}
/// The metadata of one folder with one file.
inline std::string wim_metadata(const std::string& name) {
  return words({8, 0}) + wim_entry(name, 0, sha1(content)) + std::string(8, '\0');
}

// --- Apple's disk images ---

struct DmgRun {
  std::uint32_t kind;
  std::uint64_t sector, sectors;
  std::string packed;
};
/// One partition of `sectors`; `bend` may change the property list.
inline std::string dmg(const std::vector<DmgRun>& runs, std::uint64_t sectors,
                       const std::function<std::string(std::string)>& bend = nullptr) {
  std::string fork, rows;
  for (const DmgRun& run : runs) {
    rows += be(run.kind, 4) + be(0, 4) + be(run.sector, 8) + be(run.sectors, 8) +
            be(fork.size(), 8) + be(run.packed.size(), 8);
    fork += run.packed;
  }
  rows += be(0xffffffff, 4) + be(0, 4) + be(sectors, 8) + be(0, 8) + be(fork.size(), 8) + be(0, 8);
  std::string table = padded("mish" + be(1, 4) + be(0, 8) + be(sectors, 8), 204);
  put(table, 200, be(rows.size() / 40, 4));
  table += rows;
  std::string list = "<plist><dict><key>blkx</key><array><dict><key>Data</key><data>" +
                     mime::to_base64_lines(as_bytes(table)) +
                     "</data></dict></array></dict></plist>";
  if (bend) list = bend(std::move(list));
  std::string trailer = padded("koly" + be(4, 4) + be(512, 4), 512);
  put(trailer, 24, be(0, 8) + be(fork.size(), 8));
  put(trailer, 216, be(fork.size(), 8) + be(list.size(), 8));
  return fork + list + trailer;
}
inline std::string dmg() { return dmg({{0x80000005, 0, 1, zlib_of(padded(content, 512))}}, 1); }

// --- UDF ---

/// A volume of blocks of 512 bytes; `blocks` by their numbers in the partition, 0 being the file
/// set's and 1 the first folder's.
inline std::string udf(const std::map<std::size_t, std::string>& blocks) {
  constexpr std::size_t block = 512, begin = 260;
  std::string out((begin + blocks.rbegin()->first + 1) * block, '\0');
  put(out, 16 * block, std::string("\0BEA01\1", 7));
  put(out, 17 * block, std::string("\0NSR02\1", 7));
  put(out, 256 * block, padded(le(2, 2), 16) + words({3 * block, 32}));
  put(out, 32 * block, le(5, 2));
  put(out, 32 * block + 188, le(begin, 4));
  put(out, 33 * block, le(6, 2));
  put(out, 33 * block + 212, le(block, 4));
  put(out, 33 * block + 248, words({block, 0}));
  put(out, 33 * block + 264, words({6, 1}));
  put(out, 33 * block + 440, std::string("\1\6\1\0\0\0", 6));
  put(out, 34 * block, le(8, 2));
  put(out, begin * block, le(256, 2));
  put(out, begin * block + 400, words({block, 1}));
  for (const auto& [number, bytes] : blocks) put(out, (begin + number) * block, bytes);
  return out;
}
/// A name's row; `traits` 2: it says that it is a folder's.
inline std::string udf_row(const std::string& name, std::uint32_t block, unsigned traits = 0) {
  std::string out = padded(le(257, 2), 16) + le(1, 2) + le(traits, 1) + le(name.size() + 1, 1) +
                    words({512, block}) + std::string(10, '\0') + "\x08" + name;
  out.resize((out.size() + 3) & ~std::size_t{3});
  return out;
}
/// An entry of type 4 (a folder) or 5 (a file) that holds its bytes itself.
inline std::string udf_entry(unsigned type, const std::string& inside) {
  std::string out = padded(le(261, 2), 176);
  put(out, 27, le(type, 1) + std::string(6, '\0') + le(3, 2));
  put(out, 56, le(inside.size(), 8));
  put(out, 172, le(inside.size(), 4));
  return out + inside;
}
/// `levels` folders in each other, the innermost with one file.
inline std::string udf(std::size_t levels, unsigned traits = 2) {
  std::map<std::size_t, std::string> blocks;
  for (std::uint32_t i = 1; i <= levels; ++i) {
    blocks[i] = udf_entry(4, udf_row("d", i + 1, traits));
  }
  const auto last = static_cast<std::uint32_t>(levels) + 1;
  blocks[last] = udf_entry(4, udf_row("a.txt", last + 1));
  blocks[last + 1] = udf_entry(5, content);
  return udf(blocks);
}

// --- InstallShield ---

struct InstallShieldRow {
  std::string name;
  unsigned flags = 4;  ///< Packed; 8: not valid.
  std::optional<std::uint32_t> earlier = {};
  bool holds = true;
};
/// A cabinet that has its directory; `data_at` 0: it says that it has no data.
inline std::string installshield(const std::vector<InstallShieldRow>& rows,
                                 std::uint32_t data_at = 0x200) {
  const std::string deflated = deflate_of(content);
  const std::string chunk = le(deflated.size(), 2) + deflated;
  constexpr std::size_t descriptor = 0x40, rows_at = 0x20, row_bytes = 0x57;
  std::string names;
  for (const InstallShieldRow& row : rows) names += row.name + '\0';
  const std::size_t names_at = rows_at + rows.size() * row_bytes;
  const std::uint64_t data = 0x200 + descriptor + names_at + names.size();
  std::string table = padded(words({4}), rows_at);
  std::size_t name_at = names_at;
  for (const InstallShieldRow& row : rows) {
    std::string one = le(row.flags, 2) + le(content.size(), 8) + le(chunk.size(), 8) +
                      le(row.holds ? data : 0, 8) + std::string(32, '\0') + le(name_at, 4) +
                      std::string(14, '\0') + le(row.earlier.value_or(0), 4) + le(0, 4) +
                      le(row.earlier ? 1 : 0, 1) + le(1, 2);
    table += one;
    name_at += row.name.size() + 1;
  }
  std::string head = padded("ISc(" + words({0x01006000, 0, 0x200, 0x1000, data_at}), 0x200);
  std::string about(descriptor, '\0');
  put(about, 0xc, words({descriptor}));
  put(about, 0x1c, words({1}));
  put(about, 0x28, words({rows.size(), rows_at}));
  return head + about + table + names + chunk;
}

/// One file behind a setup program of an InstallScript project.
inline std::string setup_file(const std::string& name, const std::string& bytes) {
  return name + '\0' + "D\\" + name + '\0' + "1.0" + '\0' + std::to_string(bytes.size()) + '\0' +
         bytes;
}

// --- Microsoft's cabinets ---

/// Each file in a folder of its own, stored.
inline std::string cab(const std::vector<std::pair<std::string, std::string>>& files) {
  const std::size_t rows_at = 36 + 8 * files.size();
  std::size_t data_at = rows_at;
  for (const auto& [name, bytes] : files) data_at += 16 + name.size() + 1;
  std::string folders, rows, data;
  for (const auto& [name, bytes] : files) {
    rows +=
        words({bytes.size(), 0}) + le(folders.size() / 8, 2) + std::string(6, '\0') + name + '\0';
    folders += words({data_at + data.size()}) + le(1, 2) + le(0, 2);
    data += words({0}) + le(bytes.size(), 2) + le(bytes.size(), 2) + bytes;
  }
  const std::string head = "MSCF" + words({0, data_at + data.size(), 0, rows_at, 0}) + le(3, 1) +
                           le(1, 1) + le(files.size(), 2) + le(files.size(), 2) + le(0, 2) +
                           le(0, 2) + le(0, 2);
  return head + folders + rows + data;
}

// --- NSIS ---

/// An installer of one file, each part packed for itself; what stands behind its program.
inline std::string nsis() {
  std::string header = padded("", 4 + 64);
  const std::size_t entries = header.size(), texts = entries + 28;
  put(header, 4 + 16, words({entries, 1, texts}));
  header += words({20, 0, 1, 0, 0, 0, 0}) + std::string("\0a.txt\0", 7);
  const auto part = [](const std::string& plain) {
    const std::string packed = deflate_of(plain);
    return words({packed.size() | 0x80000000u}) + packed;
  };
  const std::string body = part(header) + part(content);
  return words({4, 0xdeadbeef}) + "NullsoftInst" + words({header.size(), 28 + body.size()}) + body;
}

}  // namespace antidotary::unpack::specimens
