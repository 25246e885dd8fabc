// Inert programs for this folder's tests and fuzzers: headers around int3 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/reader.h"

namespace antidotary::executable {

struct PeSection {
  std::uint32_t address = 0x1000;
  std::uint32_t offset = 0x400;
  std::uint32_t raw_size = 0x200;
  std::uint32_t virtual_size = 0x200;
};

struct PeSpec {
  bool wide = false;
  std::uint32_t entry = 0x1000;
  std::uint32_t file_alignment = 0x200;
  std::uint32_t section_alignment = 0x1000;
  std::uint32_t headers_bytes = 0x400;
  std::array<std::uint32_t, 4> import_and_resource = {};  ///< Address, size; address, size.
  std::vector<PeSection> sections = {PeSection{}, PeSection{0x2000, 0x600, 0x200, 0x200}};
};

inline void pad_to(Buffer& out, std::size_t size) {
  if (out.size() < size) out.resize(size);
}

inline void append_text(Buffer& out, std::string_view text) {
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

/// The headers; everything behind them up to `file_bytes` is int3.
inline Buffer pe_of(const PeSpec& spec, std::size_t file_bytes) {
  constexpr std::size_t pe_at = 0x80;
  Buffer out;
  append_text(out, "MZ");
  pad_to(out, 0x3c);
  append_u32_le(out, pe_at);
  pad_to(out, pe_at);
  append_text(out, std::string_view("PE\0\0", 4));
  append_u16_le(out, spec.wide ? 0x8664 : 0x14c);
  append_u16_le(out, static_cast<std::uint16_t>(spec.sections.size()));
  pad_to(out, pe_at + 20);
  append_u16_le(out, spec.wide ? 0xf0 : 0xe0);
  append_u16_le(out, 0x102);
  const std::size_t optional_at = out.size();
  pad_to(out, optional_at + (spec.wide ? 0xf0 : 0xe0));
  store_u16_le(out, optional_at, spec.wide ? 0x20b : 0x10b);
  store_u32_le(out, optional_at + 16, spec.entry);
  store_u32_le(out, optional_at + 32, spec.section_alignment);
  store_u32_le(out, optional_at + 36, spec.file_alignment);
  store_u32_le(out, optional_at + 60, spec.headers_bytes);
  const std::size_t count_at = optional_at + (spec.wide ? 108 : 92);
  store_u32_le(out, count_at, 16);
  for (std::size_t i = 0; i < 4; ++i) {
    store_u32_le(out, count_at + 4 + 8 + 4 * i, spec.import_and_resource[i]);
  }
  for (const PeSection& section : spec.sections) {
    append_text(out, ".text");
    out.resize(out.size() + 3);
    append_u32_le(out, section.virtual_size);
    append_u32_le(out, section.address);
    append_u32_le(out, section.raw_size);
    append_u32_le(out, section.offset);
    out.resize(out.size() + 16);
  }
  if (out.size() < file_bytes) out.resize(file_bytes, std::byte{0xcc});
  return out;
}

/// Overwrites the bytes at `at`.
inline void put(Buffer& file, std::size_t at, Bytes bytes) {
  if (file.size() < at + bytes.size()) file.resize(at + bytes.size());
  std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
}

/// The import directory of one library, to stand at `address`: functions by name, then ordinals.
inline Buffer imports_of(std::string_view library, const std::vector<std::string_view>& functions,
                         const std::vector<std::uint16_t>& ordinals, std::uint32_t address,
                         bool wide) {
  Buffer out(40);
  std::vector<std::uint64_t> thunks;
  for (const std::string_view function : functions) {
    thunks.push_back(address + out.size());
    append_u16_le(out, 1);
    append_text(out, function);
    out.push_back({});
  }
  for (const std::uint16_t ordinal : ordinals) {
    thunks.push_back(ordinal | 1ull << (wide ? 63 : 31));
  }
  thunks.push_back(0);
  store_u32_le(out, 12, address + static_cast<std::uint32_t>(out.size()));
  append_text(out, library);
  out.push_back({});
  for (const std::size_t field : {std::size_t{0}, std::size_t{16}}) {
    store_u32_le(out, field, address + static_cast<std::uint32_t>(out.size()));
    for (const std::uint64_t thunk : thunks) {
      if (wide) append_u64_le(out, thunk);
      if (!wide) append_u32_le(out, static_cast<std::uint32_t>(thunk));
    }
  }
  return out;
}

/// A block of version information: a key, `value_bytes` zero bytes and children.
inline Buffer version_block(std::string_view key, std::size_t value_bytes,
                            const std::vector<Buffer>& children = {}) {
  Buffer out(6);
  for (const char c : key) append_u16_le(out, static_cast<unsigned char>(c));
  append_u16_le(out, 0);
  pad_to(out, (out.size() + 3) / 4 * 4);
  out.resize(out.size() + value_bytes);
  for (const Buffer& child : children) {
    pad_to(out, (out.size() + 3) / 4 * 4);
    put(out, out.size(), child);
  }
  store_u16_le(out, 0, static_cast<std::uint16_t>(out.size()));
  store_u16_le(out, 2, static_cast<std::uint16_t>(value_bytes));
  return out;
}

/// A resource directory at `address` with one version resource of the keys "Alpha" and "Beta".
inline Buffer version_resource(std::uint32_t address) {
  const Buffer table =
      version_block("040904b0", 0, {version_block("Alpha", 4), version_block("Beta", 2)});
  const Buffer info =
      version_block("VS_VERSION_INFO", 52,
                    {version_block("VarFileInfo", 0), version_block("StringFileInfo", 0, {table})});
  Buffer out;
  for (const std::uint32_t id : {16u, 1u, 0x409u}) {
    const std::size_t at = out.size();
    out.resize(at + 24);
    store_u16_le(out, at + 14, 1);
    store_u32_le(out, at + 16, id);
    const auto next = static_cast<std::uint32_t>(out.size());
    store_u32_le(out, at + 20, id == 0x409 ? next : next | 0x80000000);
  }
  append_u32_le(out, address + static_cast<std::uint32_t>(out.size()) + 16);
  append_u32_le(out, static_cast<std::uint32_t>(info.size()));
  out.resize(out.size() + 8);
  put(out, out.size(), info);
  return out;
}

/// A program with imports in its second section and version information in its third one.
inline Buffer full_pe(bool wide) {
  const Buffer imports =
      imports_of("WS2_32.dll", {"GetData", "setdata"}, {1, 115, 999}, 0x2000, wide);
  const Buffer versions = version_resource(0x3000);
  PeSpec spec;
  spec.wide = wide;
  spec.import_and_resource = {0x2000, static_cast<std::uint32_t>(imports.size()), 0x3000,
                              static_cast<std::uint32_t>(versions.size())};
  spec.sections.push_back({0x3000, 0x800, 0x400, 0x400});
  Buffer out = pe_of(spec, 0xc00);
  put(out, 0x600, imports);
  put(out, 0x800, versions);
  return out;
}

/// A segment of 0x200 bytes at 0x10100 in memory and 0x100 in the file; two sections and an empty
/// first one.
inline Buffer elf_of(bool wide, bool big) {
  Buffer out;
  const auto number = [&](std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t shift = 8 * (big ? width - 1 - i : i);
      out.push_back(static_cast<std::byte>(value >> shift & 0xff));
    }
  };
  const std::size_t word = wide ? 8 : 4;
  append_text(out,
              "\x7f"
              "ELF");
  number(wide ? 2 : 1, 1);
  out.push_back(static_cast<std::byte>(big ? 2 : 1));
  pad_to(out, 16);
  const std::size_t header_bytes = wide ? 64 : 52, segment_bytes = wide ? 56 : 32;
  for (const int value : {2, 62}) number(static_cast<std::uint64_t>(value), 2);
  number(1, 4);
  number(0x10110, word);
  number(header_bytes, word);
  number(0x300, word);
  number(0, 4);
  for (const std::size_t value :
       {header_bytes, segment_bytes, std::size_t{1}, wide ? std::size_t{64} : 40, std::size_t{3}}) {
    number(value, 2);
  }
  number(0, 2);
  number(1, 4);
  if (wide) number(5, 4);
  for (const std::uint64_t value : {0x100u, 0x10100u, 0x10100u, 0x200u, 0x200u}) {
    number(value, word);
  }
  pad_to(out, 0x300);
  for (const std::uint64_t offset : {0u, 0x100u, 0x180u}) {
    number(0, 8);
    for (const std::uint64_t value : {std::uint64_t{6}, offset + 0x10000, offset}) {
      number(value, word);
    }
    number(offset == 0 ? 0 : 0x80, word);
    number(0, 8);
    number(1, word);
    number(0, word);
  }
  return out;
}

/// Two sections at 0x1100 and 0x1180 in memory, 0x100 and 0x180 in the file and of 0x80 bytes, in
/// a segment; a third without bytes in another; and a thread of `machine` that starts at 0x1110.
inline Buffer macho_of(bool wide, bool big, std::uint32_t machine, std::uint32_t flavor,
                       std::size_t start_at) {
  Buffer out;
  const auto number = [&](std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t shift = 8 * (big ? width - 1 - i : i);
      out.push_back(static_cast<std::byte>(value >> shift & 0xff));
    }
  };
  const auto name = [&](std::string_view text) {
    append_text(out, text);
    out.resize(out.size() + 16 - text.size());
  };
  const std::size_t word = wide ? 8 : 4, head = wide ? 72 : 56, row = wide ? 80 : 68;
  const auto section = [&](std::uint64_t address, std::uint64_t offset) {
    name("section");
    name("__TEXT");
    number(address, word);
    number(0x80, word);
    number(offset, 4);
    for (std::size_t i = 0; i < (wide ? 7u : 6u); ++i) number(0, 4);
  };
  const auto segment = [&](std::uint64_t address, std::uint32_t sections) {
    number(wide ? 0x19 : 1, 4);
    number(head + sections * row, 4);
    name("__TEXT");
    for (const std::uint64_t value : {address, std::uint64_t{0x1000}, std::uint64_t{0}}) {
      number(value, word);
    }
    number(0x200, word);
    for (const std::uint32_t value : {7u, 5u, sections, 0u}) number(value, 4);
  };
  const std::size_t thread_bytes = 16 + 320;
  number(wide ? 0xfeedfacf : 0xfeedface, 4);
  for (const std::uint64_t value : {std::uint64_t{machine}, std::uint64_t{3}, std::uint64_t{2},
                                    std::uint64_t{3}, 2 * head + 3 * row + thread_bytes}) {
    number(value, 4);
  }
  number(0, wide ? 8 : 4);
  segment(0x1000, 2);
  section(0x1100, 0x100);
  section(0x1180, 0x180);
  segment(0x3000, 1);
  section(0x3000, 0);
  for (const std::uint64_t value :
       {std::uint64_t{5}, std::uint64_t{thread_bytes}, std::uint64_t{flavor}, std::uint64_t{80}}) {
    number(value, 4);
  }
  const std::size_t state = out.size();
  out.resize(state + start_at);
  number(0x1110, word);
  out.resize(state + 320);
  return out;
}

}  // namespace antidotary::executable
