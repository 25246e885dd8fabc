// The two-byte codes (volume 2, appendix A, table A-3) and the floating-point unit's shadow.
#include <bit>

#include "unpack/emulate/cpu.h"

namespace antidotary::emulate {

Fault Cpu::two_byte_codes(std::uint8_t code) {
  if (code >= 0x80 && code < 0x90) {
    const std::uint32_t distance = fetch(size_);
    if (condition(code)) jump(next_ + distance);
    return Fault::none;
  }
  if (code >= 0x90 && code < 0xa0) {
    const Operand to = operand();
    set(to, 1, condition(code) ? 1 : 0);
    return Fault::none;
  }
  if (code >= 0x40 && code < 0x50) {
    const Operand from = operand();
    const std::uint32_t value = get(from, size_);
    if (condition(code)) set_register(from.field, size_, value);
    return Fault::none;
  }
  switch (code) {
    case 0x0b:
      return Fault::illegal;
    case 0x1f:  // nop
    case 0x18:  // prefetch
      operand();
      return Fault::none;
    case 0x20:
    case 0x22:
    case 0x21:
    case 0x23:
      return Fault::privileged;
    case 0xa0:
    case 0xa8:
      push(code == 0xa0 ? 0x3b : 0);
      return Fault::none;
    case 0xa1:
    case 0xa9:
      pop();
      return Fault::none;
    case 0xaf: {
      const Operand from = operand();
      const std::uint32_t value = get(from, size_);
      set_register(from.field, size_, multiply(get_register(from.field, size_), value, size_));
      return Fault::none;
    }
    case 0xb6:
    case 0xb7:
    case 0xbe:
    case 0xbf: {
      const Operand from = operand();
      const unsigned size = (code & 1) == 0 ? 1 : 2;
      const std::uint32_t value = get(from, size), top = 1u << (8 * size - 1);
      set_register(from.field, size_, code < 0xb8 ? value : (value ^ top) - top);
      return Fault::none;
    }
    case 0xa2:
    case 0x31:
    case 0xb0:
    case 0xb1:
    case 0xc0:
    case 0xc1:
      return atomic_codes(code);
    default:
      return code >= 0xc8 && code < 0xd0 ? atomic_codes(code) : bit_codes(code);
  }
}

Fault Cpu::atomic_codes(std::uint8_t code) {
  const unsigned size = size_of(code);
  if (code >= 0xc8) {
    registers[code & 7] = __builtin_bswap32(registers[code & 7]);
    return Fault::none;
  }
  if (code == 0x31) {
    // Time goes on, but not by much: stubs ask twice to see whether somebody single-steps them.
    registers[eax] = 0x10000 + (registers[ecx] & 0xff);
    registers[edx] = 0;
    return Fault::none;
  }
  if (code == 0xa2) {
    const bool first = registers[eax] == 0;
    registers[eax] = first ? 1 : 0x673;  // the vendor string is "GenuineIntel"
    registers[ebx] = first ? 0x756e6547 : 0;
    registers[edx] = first ? 0x49656e69 : 0x0000a9bf;
    registers[ecx] = first ? 0x6c65746e : 0;
    return Fault::none;
  }
  const Operand to = operand();
  const std::uint32_t value = get(to, size), mine = get_register(to.field, size);
  if (code >= 0xc0) {
    const std::uint32_t sum = add(value, mine, 0, size);
    set_register(to.field, size, value);
    set(to, size, sum);
    return Fault::none;
  }
  subtract(get_register(eax, size), value, 0, size);
  if (has(flag::zero)) {
    set(to, size, mine);
  } else {
    set_register(eax, size, value);
  }
  return Fault::none;
}

Fault Cpu::bit_codes(std::uint8_t code) {
  const Operand to = operand();
  const unsigned bits = 8 * size_;
  if (code == 0xbc || code == 0xbd) {
    const std::uint32_t value = get(to, size_);
    set_flag(flag::zero, value == 0);
    if (value == 0) return Fault::none;
    const int at = code == 0xbc ? std::countr_zero(value) : 31 - std::countl_zero(value);
    set_register(to.field, size_, static_cast<std::uint32_t>(at));
    return Fault::none;
  }
  const bool left = code == 0xa4 || code == 0xa5;
  if (left || code == 0xac || code == 0xad) {
    const unsigned count = ((code & 1) == 0 ? fetch_octet() : registers[ecx]) & 31;
    const std::uint32_t value = get(to, size_), other = get_register(to.field, size_);
    if (count == 0 || count > bits) return Fault::none;
    const std::uint64_t wide = left ? (std::uint64_t{value} << bits | other) << count
                                    : (std::uint64_t{other} << bits | value) >> count;
    const auto out =
        static_cast<std::uint32_t>(left ? wide >> bits : wide) & (size_ == 4 ? ~0u : 0xffffu);
    set_flag(flag::carry, (value >> (left ? bits - count : count - 1) & 1) != 0);
    set_result_flags(out, size_);
    set(to, size_, out);
    return Fault::none;
  }
  const bool by_number = code == 0xba;
  if (!by_number && code != 0xa3 && code != 0xab && code != 0xb3 && code != 0xbb) {
    return Fault::illegal;
  }
  if (by_number && to.field < 4) return Fault::illegal;
  const std::uint32_t index = by_number ? fetch_octet() : get_register(to.field, size_);
  const unsigned act = by_number ? to.field & 3 : code >> 3 & 3;  // look, set, clear, turn
  Operand at = to;
  if (!by_number && !at.in_register) {
    at.address += static_cast<std::uint32_t>(static_cast<std::int32_t>(index) >> 5) * 4;
  }
  const std::uint32_t bit = 1u << (index & (bits - 1)), value = get(at, size_);
  set_flag(flag::carry, (value & bit) != 0);
  if (act == 1) set(at, size_, value | bit);
  if (act == 2) set(at, size_, value & ~bit);
  if (act == 3) set(at, size_, value ^ bit);
  return Fault::none;
}

// Loads and what stays among the unit's own registers is left undone: no stub seen computes with
// it. What would bring a number out is not known here.
Fault Cpu::float_codes(std::uint8_t code) {
  const Operand there = operand();
  const bool store_environment = code == 0xd9 && !there.in_register && there.field == 6;
  if (store_environment) {
    constexpr std::array<std::uint32_t, 7> environment = {0xffff037f, 0xffff0000, 0xffffffff, 0,
                                                          0,          0,          0xffff0000};
    for (unsigned i = 0; i < environment.size(); ++i) {
      memory_.write(there.address + 4 * i, 4, i == 3 ? last_float_ : environment[i]);
    }
    return Fault::none;
  }
  last_float_ = eip;
  if (there.in_register) return code == 0xdf && there.field == 4 ? Fault::illegal : Fault::none;
  const bool loads = code == 0xd8 || code == 0xda || code == 0xdc || code == 0xde ||
                     there.field == 0 || (code == 0xd9 && (there.field == 4 || there.field == 5)) ||
                     (code == 0xdb && there.field == 5) || (code == 0xdf && there.field == 5);
  if (code == 0xd9 && there.field == 7) {
    memory_.write(there.address, 2, 0x037f);
    return Fault::none;
  }
  return loads ? Fault::none : Fault::illegal;
}

}  // namespace antidotary::emulate
