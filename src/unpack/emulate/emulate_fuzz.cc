// Property: whatever the code, a step ends, a fault leaves all registers as they were, and no more
// memory is touched than Memory::pages_max allows.
#include "core/demand.h"
#include "unpack/emulate/cpu.h"

using namespace antidotary;

namespace {

constexpr std::uint32_t code_at = 0x401000;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  emulate::Memory memory;
  emulate::Cpu cpu(memory);
  memory.map(code_at, 0x10000);
  memory.map(0x120000, 0x10000);
  memory.load(code_at, view_of(data, size));
  cpu.eip = code_at;
  cpu.registers = {1, 2, 3, code_at + 64, 0x12f000, 0x12f800, code_at + 256, code_at + 512};
  std::uint64_t rounds = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto registers = cpu.registers;
    const std::uint32_t eip = cpu.eip, flags = cpu.flags;
    const emulate::Fault fault = cpu.step();
    demand(cpu.rounds() <= emulate::Cpu::repeats_max + 1);
    rounds += cpu.rounds();
    demand(!memory.faulted());
    if (fault == emulate::Fault::none) continue;
    if (fault == emulate::Fault::single_step && cpu.eip != eip) continue;  // the trap flag
    demand(cpu.registers == registers && cpu.eip == eip && cpu.flags == flags);
    break;
  }
  demand(rounds < 3000ull * (emulate::Cpu::repeats_max + 2));
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index >= 2) return 0;
  if (index == 0) {
    // mov esi, ..; mov edi, ..; mov ecx, 64; lodsb; xor al, 0x5a; stosb; loop; jmp edi
    out = {0xbe, 0x80, 0x10, 0x40, 0x00, 0xbf, 0x00, 0x11, 0x40, 0x00, 0xb9, 0x40,
           0x00, 0x00, 0x00, 0xac, 0x34, 0x5a, 0xaa, 0xe2, 0xfa, 0xff, 0xe7};
  } else {
    // pushad; push imm; popf; shld; rep movsd; div ecx; popad; ret
    out = {0x60, 0x68, 0x00, 0x01, 0x00, 0x00, 0x9d, 0x0f,
           0xa5, 0xd0, 0xf3, 0xa5, 0xf7, 0xf1, 0x61, 0xc3};
  }
  out.resize(700, 0x90);
  return 1;
}
