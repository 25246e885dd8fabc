#include "unpack/outlook_index.h"

#include <zlib.h>

#include <algorithm>
#include <unordered_set>

#include "core/reader.h"

namespace antidotary::unpack {
namespace {

constexpr std::size_t page_bytes = 512, block_align = 64, header_sum_start = 8,
                      header_sum_bytes = 471, header_bytes = 0x234;
constexpr std::uint16_t unicode_version = 23, large_pages_version = 36;
constexpr std::uint8_t block_pages = 0x80, node_pages = 0x81;
constexpr std::uint64_t bytes_a_step = 16;

/// Where the fields of the two forms stand. [MS-PST] 2.2.2.5 to 2.2.2.8.
struct Layout {
  bool wide;
  std::size_t number_bytes;  ///< Of a block's number and of a place.
  std::size_t end, node_root, block_root;
  std::size_t rows_bytes;    ///< Of a page, before the counts.
  std::size_t page_trailer;  ///< Where it stands.
  std::size_t trailer_bytes;
  std::size_t block_row, node_row, branch_row;
};
constexpr Layout ansi{false, 4, 0xa8, 0xb8, 0xc0, 496, 500, 12, 12, 16, 12};
constexpr Layout unicode{true, 8, 0xb8, 0xd8, 0xe8, 488, 496, 16, 24, 32, 24};

/// 5.3: CRC-32 that begins with 0 and is not inverted at its end.
std::uint32_t sum_of(Bytes bytes) {
  const auto* const data = static_cast<const Bytef*>(static_cast<const void*>(bytes.data()));
  return ~static_cast<std::uint32_t>(crc32_z(0xffff'ffff, data, bytes.size()));
}

class Index {
 public:
  Index(Bytes store, Budget& budget, const Layout& layout)
      : store_(store), budget_(budget), layout_(layout) {}

  OutlookIndex read() {
    check_header();
    // The tree of blocks last: whatever it says, the messages are known by then.
    tree(layout_.node_root, node_pages);
    tree(layout_.block_root, block_pages);
    return std::move(out_);
  }

 private:
  struct Page {
    std::uint64_t number;
    std::uint64_t place;
    int level_max;
  };

  void wrong(ErrorKind kind, std::string what, std::uint64_t offset) {
    if (!out_.error) out_.error = Error{kind, std::move(what), offset};
  }
  bool pay(std::uint64_t bytes) {
    const Status paid = budget_.step(bytes / bytes_a_step + 1);
    if (!paid) out_.error = paid.error();
    return paid.has_value();
  }
  std::uint64_t number_at(Bytes bytes, std::size_t offset) const {
    return layout_.wide ? load_u64_le(bytes, offset) : load_u32_le(bytes, offset);
  }

  void check_header() {
    if (sum_of(store_.subspan(header_sum_start, header_sum_bytes)) != load_u32_le(store_, 4)) {
      wrong(ErrorKind::malformed, "the header's sum does not fit", 4);
    }
    if (number_at(store_, layout_.end) > store_.size()) {
      wrong(ErrorKind::truncated, "the store is cut: its header says it is longer", store_.size());
    }
  }

  void tree(std::size_t root, std::uint8_t kind) {
    std::vector<Page> pages{
        {number_at(store_, root), number_at(store_, root + layout_.number_bytes), 0xff}};
    std::unordered_set<std::uint64_t> seen;
    while (!pages.empty()) {
      const Page page = pages.back();
      pages.pop_back();
      if (!seen.insert(page.place).second) {
        wrong(ErrorKind::malformed, "two places of a tree lead to one page", page.place);
        continue;
      }
      if (!pay(page_bytes)) return;
      if (!rows(page, kind, pages)) return;
    }
  }

  /// False where the budget is spent.
  bool rows(const Page& at, std::uint8_t kind, std::vector<Page>& pages) {
    if (at.place > store_.size() || store_.size() - at.place < page_bytes) {
      wrong(ErrorKind::truncated, "a page lies behind the end", at.place);
      return true;
    }
    const Bytes page = store_.subspan(at.place, page_bytes);
    const Bytes trailer = page.subspan(layout_.page_trailer);
    const std::size_t number = layout_.wide ? 8 : 4;
    const std::size_t sum = layout_.wide ? 4 : 8;
    const auto count = std::to_integer<std::size_t>(page[layout_.rows_bytes]);
    const auto row_bytes = std::to_integer<std::size_t>(page[layout_.rows_bytes + 2]);
    const int level = std::to_integer<int>(page[layout_.rows_bytes + 3]);
    const std::size_t least = level > 0             ? layout_.branch_row
                              : kind == block_pages ? layout_.block_row
                                                    : layout_.node_row;
    if (std::to_integer<std::uint8_t>(trailer[0]) != kind ||
        number_at(trailer, number) != at.number ||
        load_u32_le(trailer, sum) != sum_of(page.first(layout_.page_trailer))) {
      wrong(ErrorKind::malformed, "a page of an index is damaged: its sum does not fit", at.place);
    }
    if (level > at.level_max || row_bytes < least || count > layout_.rows_bytes / row_bytes) {
      wrong(ErrorKind::malformed, "a page of an index contradicts itself", at.place);
      return true;
    }
    // From behind, so that the first comes off the stack first.
    for (std::size_t i = count; level > 0 && i-- > 0;) {
      const Bytes row = page.subspan(i * row_bytes, layout_.branch_row);
      pages.push_back({number_at(row, layout_.number_bytes),
                       number_at(row, 2 * layout_.number_bytes), level - 1});
    }
    for (std::size_t i = 0; level == 0 && i < count; ++i) {
      const Bytes row = page.subspan(i * row_bytes, least);
      if (kind == node_pages) {
        if (is_message_node(load_u32_le(row, 0))) out_.messages.push_back(load_u32_le(row, 0));
      } else if (!block(number_at(row, 0), number_at(row, layout_.number_bytes),
                        load_u16_le(row, 2 * layout_.number_bytes))) {
        return false;
      }
    }
    return true;
  }

  /// False where the budget is spent.
  bool block(std::uint64_t number, std::uint64_t place, std::size_t bytes) {
    if (!summed_.insert(place).second) return true;
    const std::size_t whole =
        (bytes + layout_.trailer_bytes + block_align - 1) / block_align * block_align;
    if (!pay(whole)) return false;
    if (place > store_.size() || store_.size() - place < whole) {
      wrong(ErrorKind::truncated, "a block lies behind the end", place);
      return true;
    }
    const Bytes trailer = store_.subspan(place + whole - layout_.trailer_bytes);
    const std::uint64_t its_number = number_at(trailer, layout_.wide ? 8 : 4);
    const std::uint32_t sum = load_u32_le(trailer, layout_.wide ? 4 : 8);
    // The lowest bit is for whoever writes it (2.2.2.2).
    if (load_u16_le(trailer, 0) != bytes || (its_number ^ number) > 1 ||
        sum != sum_of(store_.subspan(place, bytes))) {
      wrong(ErrorKind::malformed, "a block of data is damaged: its sum does not fit", place);
    }
    return true;
  }

  Bytes store_;
  Budget& budget_;
  const Layout& layout_;
  OutlookIndex out_;
  std::unordered_set<std::uint64_t> summed_;
};

}  // namespace

OutlookIndex read_outlook_index(Bytes store, Budget& budget) {
  if (store.size() < header_bytes) {
    return {{}, Error{ErrorKind::truncated, "the store's header is cut", store.size()}};
  }
  const std::uint16_t version = load_u16_le(store, 10);
  if (version >= large_pages_version) {
    return {{},
            Error{ErrorKind::unsupported,
                  "a store with pages of 4096 bytes: whether all of it is read is not known",
                  std::uint64_t{10}}};
  }
  return Index(store, budget, version >= unicode_version ? unicode : ansi).read();
}

}  // namespace antidotary::unpack
