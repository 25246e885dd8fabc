// Memory: the 32-bit address space of an emulated program, page by page as it is touched.
//
// Nothing of it is ever executed or mapped by this computer: it is bytes in vectors. Which places
// were written since the last `forget_written()` is kept, for that is how unpacking shows.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"

namespace antidotary::emulate {

class Memory {
 public:
  static constexpr std::uint32_t page_bytes = 4096;
  /// What is noted as written: stretches of so many bytes.
  static constexpr std::uint32_t granule_bytes = 16;
  /// Pages that may be touched: 64 MiB.
  static constexpr std::size_t pages_max = 16384;

  Memory();

  /// Lets `size` bytes at `base` be touched; both are rounded to whole pages. They read as zero.
  void map(std::uint32_t base, std::uint32_t size);
  bool mapped(std::uint32_t address) const;

  /// Numbers of 1, 2 or 4 bytes, little-endian. Where the place is not mapped `faulted()` becomes
  /// true, nothing is written and 0 is read.
  std::uint32_t read(std::uint32_t address, unsigned size) {
    const std::uint32_t in_page = address % page_bytes;
    const Page* const page = find(address);
    if (page == nullptr) return 0;
    if (in_page + size > page_bytes) return read_across(address, size);
    const std::byte* const at = page->bytes.data() + in_page;
    if (size == 1) return std::to_integer<std::uint32_t>(*at);
    if (size == 4) return octet(at, 0) | octet(at, 1) | octet(at, 2) | octet(at, 3);
    return octet(at, 0) | octet(at, 1);
  }
  void write(std::uint32_t address, unsigned size, std::uint32_t value) {
    const std::uint32_t in_page = address % page_bytes;
    if (in_page + size > page_bytes) return write_across(address, size, value);
    Page* const page = find(address);
    if (page == nullptr) return;
    for (unsigned i = 0; i < size; ++i) {
      page->bytes[in_page + i] = static_cast<std::byte>(value >> 8 * i & 0xff);
    }
    page->written[in_page / granule_bytes] = true;
    page->written[(in_page + size - 1) / granule_bytes] = true;
  }

  bool faulted() const { return faulted_; }
  std::uint32_t fault_address() const { return fault_address_; }
  void clear_fault() { faulted_ = false; }

  /// Puts bytes there without noting them as written. What is not mapped is left out.
  void load(std::uint32_t address, Bytes bytes);
  /// `size` bytes from `address`; what was never touched reads as zero.
  Buffer copy(std::uint32_t address, std::uint32_t size);
  /// A name that ends in NUL, at most 256 characters. Clears the fault where it is cut.
  std::string text(std::uint32_t address);

  bool written(std::uint32_t address);
  /// Bytes written in `size` bytes from `address`, to the granule.
  std::size_t written_bytes(std::uint32_t address, std::uint32_t size) const;
  void forget_written();

 private:
  struct Page {
    std::array<std::byte, page_bytes> bytes{};
    std::bitset<page_bytes / granule_bytes> written;
  };
  using Row = std::array<std::unique_ptr<Page>, 1024>;
  struct Region {
    std::uint32_t first_page, pages;
  };
  struct Known {
    std::uint32_t page = ~0u;
    Page* at = nullptr;
  };

  static std::uint32_t octet(const std::byte* at, unsigned i) {
    return std::to_integer<std::uint32_t>(at[i]) << 8 * i;
  }

  Page* find(std::uint32_t address) {
    const std::uint32_t page = address / page_bytes;
    const Known& known = known_[page % known_.size()];
    return known.page == page ? known.at : find_slowly(address);
  }
  Page* find_slowly(std::uint32_t address);
  std::uint32_t read_across(std::uint32_t address, unsigned size);
  void write_across(std::uint32_t address, unsigned size, std::uint32_t value);

  std::vector<std::unique_ptr<Row>> rows_;
  std::vector<Region> regions_;
  std::array<Known, 256> known_;
  std::size_t pages_ = 0;
  std::uint32_t fault_address_ = 0;
  bool faulted_ = false;
};

}  // namespace antidotary::emulate
