// What a stub finds of Windows without asking: blocks, lists and headers at the places that they
// have on Windows XP, filled as far as stubs are known to look.
//
// Spec: Microsoft, "TEB", "PEB", "PEB_LDR_DATA" (winternl.h) and "PE Format".
#include <algorithm>
#include <array>

#include "unpack/emulate/process.h"

namespace antidotary::emulate {
namespace {

using namespace place;

constexpr std::uint32_t loader_data = process_block + 0x200, entries = process_block + 0x280;
constexpr std::uint32_t entry_bytes = 0x60, command_line = process_block + 0x800;
constexpr std::uint32_t kernel_bytes = 0x40000;

void write_text(Memory& memory, std::uint32_t at, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    memory.write(at + static_cast<std::uint32_t>(i), 1, c);
  }
}

}  // namespace

void Process::make_windows() {
  memory_.map(thread_block, 2 * Memory::page_bytes);
  memory_.map(kernel, kernel_bytes);
  memory_.write(process_block + 8, 4, base_);
  memory_.write(process_block + 0xc, 4, loader_data);
  memory_.write(process_block + 0x18, 4, 0x00140000);  // the heap's handle
  write_text(memory_, command_line, "program.exe");
  make_modules();

  // kernel32: headers, and a table of exports by name, in order, as it is searched by halves.
  std::vector<std::string_view> names = known_functions();
  std::sort(names.begin(), names.end());
  constexpr std::uint32_t pe_at = 0x80, optional = pe_at + 24, exports = 0x200, rows = 0x300;
  const auto count = static_cast<std::uint32_t>(names.size());
  write_text(memory_, kernel, "MZ");
  memory_.write(kernel + 0x3c, 4, pe_at);
  write_text(memory_, kernel + pe_at, "PE");
  memory_.write(kernel + pe_at + 4, 2, 0x14c);
  memory_.write(kernel + pe_at + 20, 2, 0xe0);
  memory_.write(kernel + optional, 2, 0x10b);
  memory_.write(kernel + optional + 28, 4, kernel);
  memory_.write(kernel + optional + 56, 4, kernel_bytes);
  memory_.write(kernel + optional + 92, 4, 16);
  memory_.write(kernel + optional + 96, 4, exports);
  memory_.write(kernel + optional + 100, 4, 0x4000);
  const std::uint32_t functions = rows, texts = rows + 4 * count, ordinals = rows + 8 * count;
  std::uint32_t text = rows + 10 * count;
  memory_.write(kernel + exports + 12, 4, text);
  write_text(memory_, kernel + text, "KERNEL32.dll");
  text += 16;
  const std::array<std::uint32_t, 6> directory = {1, count, count, functions, texts, ordinals};
  for (unsigned i = 0; i < directory.size(); ++i) {
    memory_.write(kernel + exports + 16 + 4 * i, 4, directory[i]);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    memory_.write(kernel + functions + 4 * i, 4, stub_of(std::string(names[i])) - kernel);
    memory_.write(kernel + texts + 4 * i, 4, text);
    memory_.write(kernel + ordinals + 2 * i, 2, i);
    write_text(memory_, kernel + text, names[i]);
    text += static_cast<std::uint32_t>(names[i].size()) + 1;
  }
}

// Three lists through the same entries: in order of loading, of memory, of initialisation.
void Process::make_modules() {
  struct Module {
    std::uint32_t base, size;
  };
  const std::array<Module, 3> all = {Module{base_, image_bytes_},
                                     Module{modules + 0x0f00000, 0xb0000},
                                     Module{kernel, kernel_bytes}};
  memory_.write(loader_data, 4, 0x28);
  memory_.write(loader_data + 4, 4, 1);
  for (std::uint32_t list = 0; list < 3; ++list) {
    const std::uint32_t head = loader_data + 0xc + 8 * list;
    std::uint32_t last = head;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      const std::uint32_t links = entries + entry_bytes * i + 8 * list;
      memory_.write(last, 4, links);
      memory_.write(links + 4, 4, last);
      last = links;
    }
    memory_.write(last, 4, head);
    memory_.write(head + 4, 4, last);
  }
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const std::uint32_t entry = entries + entry_bytes * i;
    memory_.write(entry + 0x18, 4, all[i].base);
    memory_.write(entry + 0x20, 4, all[i].size);
  }
}

}  // namespace antidotary::emulate
