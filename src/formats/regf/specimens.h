// Hives for the tests and fuzzers of this folder: small trees with every form that a record can
// take, a way to damage them at a named place, and a way to say all that a hive tells.
//
// Tests only: nothing else includes it.
#pragma once

#include <string>
#include <vector>

#include "core/digest.h"
#include "core/reader.h"
#include "formats/regf/editor.h"
#include "formats/regf/hive.h"
#include "formats/regf/layout.h"
#include "formats/regf/writer.h"

namespace antidotary::regf {

/// `size` bytes without a short period.
inline Buffer filled(std::size_t size) {
  Buffer out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(i * 7 + i / 251);
  return out;
}

/// Names in ASCII, Latin-1 and UTF-16, resident and plain data, empty keys and deep ones; with
/// `big`, data that version 5 cuts into segments.
inline KeySpec specimen(bool big = false) {
  KeySpec root;
  KeySpec& run = root.at("Microsoft\\Windows\\CurrentVersion\\Run");
  run.set_text("first", "C:\\WINDOWS\\first.exe");
  run.set_text("second", "C:\\WINDOWS\\second.exe /quiet");
  run.set("third", reg_expand_sz, data_of_text("%SystemRoot%\\third.exe"));
  run.set_text("", "the default");
  KeySpec& kinds = root.at("Kinds");
  for (std::uint32_t type = 0; type < 13; ++type) {
    kinds.set(fmt::format("type {}", type), type, filled(type * 3));
  }
  root.at("Empty");
  root.at("\xc3\x9c"
          "bung")
      .set("Ma\xc3\x9f", reg_binary, filled(4));
  root.at("\xd0\x96uk\\\xf0\x9f\x98\x80").set("\xe2\x82\xac", 0x1234, filled(5));
  if (big) root.at("Kinds").set("big", reg_binary, filled(40'000));
  return root;
}

/// The bytes of a hive; an empty buffer where `write_hive` refuses, which no test expects.
inline Buffer hive_of(const KeySpec& root, std::uint32_t minor = 3) {
  WriteOptions options;
  options.minor_version = minor;
  return write_hive(root, options).value_or(Buffer{});
}

/// Everything that a hive says but for times: a line a key or value, in walk order; damaged data
/// are "-".
inline std::string told(const Hive& hive) {
  std::string out;
  const auto walked = hive.walk([&](const std::string& path, const Key& key) {
    out += "[" + path + "]\n";
    const auto values = hive.values(key);
    if (!values) return false;
    for (const Value& value : *values) {
      const auto data = hive.data(value);
      out += value.name + "|" + type_name(value.type) + "|";
      out += (data ? sha256_hex(*data) : "-") + "\n";
    }
    return true;
  });
  return walked ? out : "not walked: " + walked.error().what;
}

inline std::string told(Bytes bytes) {
  Budget budget;
  const auto hive = Hive::open(bytes, budget);
  return hive ? told(*hive) : "not opened: " + hive.error().what;
}

/// The same text of a tree whose subkeys are in Windows' order.
inline void tell(const KeySpec& key, const std::string& path, std::string& out) {
  out += "[" + path + "]\n";
  for (const ValueSpec& value : key.values) {
    out += value.name + "|" + type_name(value.type) + "|" + sha256_hex(value.data) + "\n";
  }
  for (const KeySpec& child : key.subkeys) {
    tell(child, path.empty() ? child.name : path + "\\" + child.name, out);
  }
}

/// Where a field of a cell's record stands in the file.
inline std::size_t place_of(std::uint32_t cell, std::size_t field) {
  return base_block_size + cell + 4 + field;
}

inline void fix_checksum(Buffer& hive) { store_u32_le(hive, base::checksum, base_checksum(hive)); }

/// Applies edits, forwards or backwards; false where a byte is not what the edit says it was.
inline bool apply(Buffer& hive, const std::vector<Edit>& edits, bool backwards = false) {
  for (const Edit& edit : edits) {
    const Buffer& from = backwards ? edit.after : edit.before;
    const Buffer& to = backwards ? edit.before : edit.after;
    if (from.size() != to.size() || edit.offset > hive.size() ||
        from.size() > hive.size() - edit.offset) {
      return false;
    }
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (hive[edit.offset + i] != from[i]) return false;
      hive[edit.offset + i] = to[i];
    }
  }
  return true;
}

}  // namespace antidotary::regf
