#include "unpack/emulate/memory.h"

#include <algorithm>
#include <string>

namespace antidotary::emulate {

Memory::Memory() : rows_(1024) {}

void Memory::map(std::uint32_t base, std::uint32_t size) {
  const std::uint64_t end = std::uint64_t{base} + size + page_bytes - 1;
  const std::uint32_t first = base / page_bytes;
  regions_.push_back({first, static_cast<std::uint32_t>(end / page_bytes) - first});
}

bool Memory::mapped(std::uint32_t address) const {
  const std::uint32_t page = address / page_bytes;
  return std::any_of(regions_.begin(), regions_.end(), [page](const Region& region) {
    return page >= region.first_page && page - region.first_page < region.pages;
  });
}

Memory::Page* Memory::find_slowly(std::uint32_t address) {
  const std::uint32_t number = address / page_bytes;
  std::unique_ptr<Row>& row = rows_[number / 1024];
  Page* page = row ? (*row)[number % 1024].get() : nullptr;
  if (page == nullptr) {
    if (!mapped(address) || pages_ >= pages_max) {
      if (!faulted_) fault_address_ = address;
      faulted_ = true;
      return nullptr;
    }
    if (!row) row = std::make_unique<Row>();
    (*row)[number % 1024] = std::make_unique<Page>();
    page = (*row)[number % 1024].get();
    ++pages_;
  }
  known_[number % known_.size()] = {number, page};
  return page;
}

std::uint32_t Memory::read_across(std::uint32_t address, unsigned size) {
  std::uint32_t out = 0;
  for (unsigned i = size; i-- > 0;) out = out << 8 | read(address + i, 1);
  return out;
}

void Memory::write_across(std::uint32_t address, unsigned size, std::uint32_t value) {
  // Both pages first: a write that faults changes nothing.
  if (find(address) == nullptr || find(address + size - 1) == nullptr) return;
  for (unsigned i = 0; i < size; ++i) write(address + i, 1, value >> 8 * i & 0xff);
}

void Memory::load(std::uint32_t address, Bytes bytes) {
  while (!bytes.empty()) {
    const std::uint32_t in_page = address % page_bytes;
    const std::size_t count = std::min<std::size_t>(bytes.size(), page_bytes - in_page);
    if (Page* const page = find(address)) {
      std::copy_n(bytes.begin(), count, page->bytes.begin() + in_page);
    }
    clear_fault();
    bytes = bytes.subspan(count);
    address += static_cast<std::uint32_t>(count);
  }
}

Buffer Memory::copy(std::uint32_t address, std::uint32_t size) {
  Buffer out(size);
  for (std::uint32_t done = 0; done < size;) {
    const std::uint32_t at = address + done, in_page = at % page_bytes;
    const std::uint32_t count = std::min(size - done, page_bytes - in_page);
    const std::uint32_t number = at / page_bytes;
    const std::unique_ptr<Row>& row = rows_[number / 1024];
    if (const Page* const page = row ? (*row)[number % 1024].get() : nullptr) {
      std::copy_n(page->bytes.begin() + in_page, count, out.begin() + done);
    }
    done += count;
  }
  return out;
}

std::string Memory::text(std::uint32_t address) {
  std::string out;
  while (out.size() < 256) {
    const auto c = static_cast<char>(read(address + static_cast<std::uint32_t>(out.size()), 1));
    if (c == '\0' || faulted_) break;
    out += c;
  }
  clear_fault();
  return out;
}

std::size_t Memory::written_bytes(std::uint32_t address, std::uint32_t size) const {
  std::size_t granules = 0;
  for (std::uint32_t done = 0; done < size; done += page_bytes) {
    const std::uint32_t number = (address + done) / page_bytes;
    const std::unique_ptr<Row>& row = rows_[number / 1024];
    if (const Page* const page = row ? (*row)[number % 1024].get() : nullptr) {
      granules += page->written.count();
    }
  }
  return granules * granule_bytes;
}

bool Memory::written(std::uint32_t address) {
  const Page* const page = find(address);
  clear_fault();
  return page != nullptr && page->written[address % page_bytes / granule_bytes];
}

void Memory::forget_written() {
  for (const std::unique_ptr<Row>& row : rows_) {
    if (!row) continue;
    for (const std::unique_ptr<Page>& page : *row) {
      if (page) page->written.reset();
    }
  }
}

}  // namespace antidotary::emulate
