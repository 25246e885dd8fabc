// Compound files made for tests: version 3, sectors of 512 bytes, short streams where [MS-CFB] asks
// for them. Not a writer for anybody else: siblings are a chain, which readers accept.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/reader.h"
#include "core/text.h"

namespace antidotary::ole2 {

/// Streams by path ("Macros/VBA/dir") with their bytes.
using Contents = std::vector<std::pair<std::string, std::string>>;

class CompoundWriter {
 public:
  explicit CompoundWriter(const Contents& contents, std::string class_id = "") {
    entries_.push_back({"Root Entry", 5, std::move(class_id)});
    for (const auto& [path, data] : contents) add(path, data);
  }

  std::string finish() {
    std::string mini_fat;
    std::string mini_stream;
    std::vector<std::pair<std::size_t, std::string>> big;
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      Entry& entry = entries_[i];
      if (entry.kind != 2 || entry.data.empty()) continue;
      if (entry.data.size() >= 4096) {
        place(entry, entry.data);
        continue;
      }
      entry.first = static_cast<std::uint32_t>(mini_stream.size() / 64);
      chain(mini_fat, entry.first, pad(entry.data, 64).size() / 64);
      mini_stream += pad(entry.data, 64);
    }
    entries_[0].size = mini_stream.size();
    if (!mini_stream.empty()) place(entries_[0], mini_stream);
    Entry table{"", 0, mini_fat};
    if (!mini_fat.empty()) place(table, pad(mini_fat, 512, '\xff'));
    Entry directory{"", 0, ""};
    place(directory, pad(directory_bytes(), 512));
    return header(directory.first, mini_fat.empty() ? 0xfffffffe : table.first,
                  mini_fat.size() / 512 + 1) +
           sectors_ + fat();
  }

 private:
  struct Entry {
    std::string name;
    unsigned kind = 2;
    std::string data;
    std::uint32_t first = 0xfffffffe;
    std::uint64_t size = 0;
    std::uint32_t right = 0xffffffff;
    std::uint32_t child = 0xffffffff;
  };

  static std::string u32(std::size_t value) {
    Buffer out;
    append_u32_le(out, static_cast<std::uint32_t>(value));
    return to_string(out);
  }
  static std::string pad(std::string data, std::size_t unit, char with = '\0') {
    data.resize((data.size() + unit - 1) / unit * unit, with);
    return data;
  }
  static void chain(std::string& fat, std::size_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      fat += i + 1 == count ? u32(0xfffffffe) : u32(first + i + 1);
    }
  }
  void place(Entry& entry, const std::string& data) {
    entry.first = static_cast<std::uint32_t>(sectors_.size() / 512);
    const std::string padded = pad(data, 512);
    chain(fat_, entry.first, padded.size() / 512);
    sectors_ += padded;
  }

  void add(const std::string& path, const std::string& data) {
    std::size_t parent = 0;
    std::string so_far;
    const auto parts = split(path, '/');
    for (std::size_t i = 0; i < parts.size(); ++i) {
      so_far += "/" + std::string(parts[i]);
      const bool last = i + 1 == parts.size();
      if (!last && known_.contains(so_far)) {
        parent = known_[so_far];
        continue;
      }
      const std::size_t index = entries_.size();
      entries_.push_back({std::string(parts[i]), last ? 2u : 1u, last ? data : ""});
      if (last) entries_[index].size = data.size();
      entries_[index].right = entries_[parent].child;
      entries_[parent].child = static_cast<std::uint32_t>(index);
      known_[so_far] = index;
      parent = index;
    }
  }

  std::string directory_bytes() const {
    std::string out;
    for (const Entry& entry : entries_) {
      std::string name = to_string(utf16_le_from_utf8(entry.name));
      const std::size_t name_bytes = name.size() + 2;
      name.resize(64, '\0');
      std::string class_id = entry.kind == 5 ? entry.data : "";
      class_id.resize(16, '\0');
      out += name + u32(name_bytes | entry.kind << 16 | 1u << 24) + u32(0xffffffff) +
             u32(entry.right) + u32(entry.child) + class_id + std::string(20, '\0') +
             u32(entry.first) + u32(entry.size) + u32(0);
    }
    return out;
  }

  // The table's own sectors stand last in the file.
  std::string fat() {
    std::string out = fat_;
    for (std::size_t i = 0; i < fat_count(); ++i) out += u32(0xfffffffd);
    return pad(out, 512, '\xff');
  }
  std::size_t fat_count() const {
    std::size_t count = 1;
    while (fat_.size() + count * 4 > count * 512) ++count;
    return count;
  }
  std::string header(std::uint32_t directory, std::uint32_t mini_fat, std::size_t mini_fats) const {
    std::string out("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    out += std::string(16, '\0') + std::string("\x3e\0\x03\0\xfe\xff\x09\0\x06\0", 10) +
           std::string(6, '\0') + u32(0) + u32(fat_count()) + u32(directory) + u32(0) + u32(4096) +
           u32(mini_fat) + u32(mini_fats) + u32(0xfffffffe) + u32(0);
    for (std::size_t i = 0; i < 109; ++i) {
      out += i < fat_count() ? u32(sectors_.size() / 512 + i) : u32(0xffffffff);
    }
    return out;
  }

  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> known_;
  std::string sectors_;
  std::string fat_;
};

inline std::string compound_of(const Contents& contents, std::string class_id = "") {
  return CompoundWriter(contents, std::move(class_id)).finish();
}

}  // namespace antidotary::ole2
