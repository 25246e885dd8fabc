// Stores of Outlook Express made for tests: as small as the format allows, segments of 32 bytes so
// that a message has several, three rows a node so that the tree has branches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/reader.h"

namespace antidotary::dbx {

class StoreWriter {
 public:
  static constexpr std::size_t rows_max = 3;
  static constexpr std::size_t node_bytes = 0x27c;
  static constexpr std::size_t segment_bytes = 32;

  StoreWriter() : out_(0x24bc, std::byte{0}) {
    put(0, 0xfe12adcf);
    constexpr std::uint32_t guid[] = {0x6f74fdc5, 0x11d1e366, 0xc0004e9a, 0xd409a34f};
    for (std::size_t i = 0; i < 4; ++i) put(4 + 4 * i, guid[i]);
  }

  /// A message whose text is there, or only its header was fetched.
  void add(std::string_view text, bool fetched = true) {
    const std::uint32_t message = fetched ? segments(text) : 0;
    const std::size_t at = grow(0x0c + 2 * 4 + 4);
    put(at, static_cast<std::uint32_t>(at));
    put(at + 4, 12);
    out_[at + 0x0a] = std::byte{2};
    put(at + 0x0c, 0x80 | static_cast<std::uint32_t>(entries_.size()) << 8);
    put(at + 0x10, fetched ? 0x04 : 0x0e);  // where in the body: at its start
    put(at + 0x14, message);
    entries_.push_back(static_cast<std::uint32_t>(at));
  }

  std::string finish() {
    put(0xc4, static_cast<std::uint32_t>(entries_.size()));
    put(0xe4, node(0, entries_.size()));
    return to_string(out_);
  }

 private:
  void put(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
      out_[at + i] = static_cast<std::byte>(value >> (8 * i) & 0xff);
    }
  }
  std::size_t grow(std::size_t bytes) {
    const std::size_t at = out_.size();
    out_.resize(at + bytes);
    return at;
  }

  std::uint32_t segments(std::string_view text) {
    std::uint32_t first = 0;
    std::size_t before = 0;
    do {
      const std::string_view part = text.substr(0, segment_bytes);
      text.remove_prefix(part.size());
      const std::size_t at = grow(0x10 + segment_bytes);
      put(at, static_cast<std::uint32_t>(at));
      put(at + 4, segment_bytes);
      put(at + 8, static_cast<std::uint32_t>(part.size()));
      for (std::size_t i = 0; i < part.size(); ++i) {
        out_[at + 0x10 + i] = static_cast<std::byte>(part[i]);
      }
      if (before != 0) put(before + 0x0c, static_cast<std::uint32_t>(at));
      if (first == 0) first = static_cast<std::uint32_t>(at);
      before = at;
    } while (!text.empty());
    return first;
  }

  // The entries from `begin` to `end`: those of a node's own child first, then each row and what
  // lies below it.
  std::uint32_t node(std::size_t begin, std::size_t end) {
    if (begin == end) return 0;
    const std::size_t at = grow(node_bytes);
    const std::size_t rows = std::min(rows_max, end - begin);
    const std::size_t below = (end - begin - rows) / (rows + 1);
    put(at, static_cast<std::uint32_t>(at));
    put(at + 8, node(begin, begin + below));
    std::size_t next = begin + below;
    out_[at + 0x11] = static_cast<std::byte>(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t stop = i + 1 == rows ? end : next + 1 + below;
      put(at + 0x18 + 12 * i, entries_[next]);
      put(at + 0x1c + 12 * i, node(next + 1, stop));
      put(at + 0x20 + 12 * i, static_cast<std::uint32_t>(stop - next - 1));
      next = stop;
    }
    return static_cast<std::uint32_t>(at);
  }

  Buffer out_;
  std::vector<std::uint32_t> entries_;
};

}  // namespace antidotary::dbx
