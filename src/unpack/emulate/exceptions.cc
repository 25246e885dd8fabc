// Structured exception handling, as far as stubs use it to jump: one record and one context on the
// stack, the first handler of the chain is asked, and what it makes of the context goes on.
//
// Spec: Microsoft, EXCEPTION_RECORD and CONTEXT of winnt.h (x86).
#include <array>

#include "unpack/emulate/process.h"

namespace antidotary::emulate {
namespace {

constexpr std::uint32_t exceptions_max = 4096;
constexpr std::uint32_t context_bytes = 0x2cc, record_bytes = 80;
// CONTEXT: where the registers stand, in our order.
constexpr std::array<std::uint32_t, 8> register_at = {0xb0, 0xac, 0xa8, 0xa4,
                                                      0xc4, 0xb4, 0xa0, 0x9c};
constexpr std::uint32_t eip_at = 0xb8, flags_at = 0xc0, debug_at = 0x04;
constexpr std::array<unsigned, 6> debug_registers = {0, 1, 2, 3, 6, 7};

std::uint32_t code_of(Fault fault) {
  switch (fault) {
    case Fault::illegal:
      return 0xc000001d;
    case Fault::divide:
      return 0xc0000094;
    case Fault::breakpoint:
      return 0x80000003;
    case Fault::single_step:
      return 0x80000004;
    case Fault::privileged:
      return 0xc0000096;
    default:
      return 0xc0000005;
  }
}

}  // namespace

End Process::raise(Fault fault) {
  const std::uint32_t registration = memory_.read(cpu_.fs_base, 4);
  if (registration == 0xffffffff || ++exceptions_ > exceptions_max) return End::faulted;
  const std::uint32_t handler = memory_.read(registration + 4, 4);
  const std::uint32_t context = (cpu_.registers[esp] - 0x400) & ~15u;
  const std::uint32_t record = context - record_bytes;
  if (!memory_.mapped(record) || !memory_.mapped(context + context_bytes)) return End::faulted;
  for (unsigned i = 0; i < 8; ++i) memory_.write(context + register_at[i], 4, cpu_.registers[i]);
  // int1 and the trap flag tell of the next instruction, the others of the one that failed.
  const bool by_code = fault == Fault::single_step && memory_.read(cpu_.eip, 1) == 0xf1;
  memory_.write(context, 4, 0x1003f);
  memory_.write(context + eip_at, 4, cpu_.eip + (by_code ? 1 : 0));
  memory_.write(context + flags_at, 4, cpu_.flags);
  for (unsigned i = 0; i < debug_registers.size(); ++i) {
    memory_.write(context + debug_at + 4 * i, 4, cpu_.debug[debug_registers[i]]);
  }
  memory_.write(record, 4, code_of(fault));
  memory_.write(record + 4, 4, 0);
  memory_.write(record + 8, 4, 0);
  memory_.write(record + 12, 4, cpu_.eip);
  memory_.write(record + 16, 4, fault == Fault::memory ? 2 : 0);
  memory_.write(record + 24, 4, memory_.fault_address());
  cpu_.registers[esp] = record - 0x20;
  for (const std::uint32_t value : {0u, context, registration, record}) cpu_.push(value);
  cpu_.push(stub_of("!resume"));
  cpu_.eip = handler;
  contexts_.push_back(context);
  const bool lost = memory_.faulted();
  memory_.clear_fault();
  return lost ? End::faulted : End::goes_on;
}

End Process::resume() {
  if (contexts_.empty() || cpu_.registers[eax] != 0) return End::faulted;  // only "continue"
  const std::uint32_t context = contexts_.back();
  contexts_.pop_back();
  for (unsigned i = 0; i < 8; ++i) cpu_.registers[i] = memory_.read(context + register_at[i], 4);
  cpu_.eip = memory_.read(context + eip_at, 4);
  cpu_.flags = (memory_.read(context + flags_at, 4) & 0xdd5) | 0x202;
  for (unsigned i = 0; i < debug_registers.size(); ++i) {
    cpu_.debug[debug_registers[i]] = memory_.read(context + debug_at + 4 * i, 4);
  }
  memory_.clear_fault();
  return End::goes_on;
}

}  // namespace antidotary::emulate
