// Prefixes, ModRM, SIB, registers (volume 2, chapter 2).
#include "unpack/emulate/cpu.h"

namespace antidotary::emulate {

std::uint8_t Cpu::fetch_octet() {
  const auto out = static_cast<std::uint8_t>(memory_.read(next_, 1));
  ++next_;
  return out;
}

std::uint32_t Cpu::fetch(unsigned size) {
  const std::uint32_t out = memory_.read(next_, size);
  next_ += size;
  return out;
}

std::uint32_t Cpu::fetch_with_sign(unsigned size) {
  const std::uint32_t value = fetch(size);
  if (size == 4) return value;
  const std::uint32_t top = 1u << (8 * size - 1);
  return (value ^ top) - top;
}

Cpu::Operand Cpu::operand() {
  const std::uint8_t modrm = fetch_octet();
  const unsigned mode = modrm >> 6;
  Operand out;
  out.field = modrm >> 3 & 7;
  out.number = modrm & 7;
  out.in_register = mode == 3;
  if (out.in_register) return out;
  if (narrow_addresses_) {
    address_narrow(out, mode);
  } else {
    address_wide(out, mode);
  }
  out.address += segment_;
  return out;
}

void Cpu::address_wide(Operand& out, unsigned mode) {
  if (out.number == 4) {
    const std::uint8_t sib = fetch_octet();
    const unsigned base = sib & 7, index = sib >> 3 & 7;
    out.address = base == 5 && mode == 0 ? fetch(4) : registers[base];
    if (index != 4) out.address += registers[index] << (sib >> 6);
  } else if (out.number == 5 && mode == 0) {
    out.address = fetch(4);
  } else {
    out.address = registers[out.number];
  }
  if (mode == 1) out.address += fetch_with_sign(1);
  if (mode == 2) out.address += fetch(4);
}

void Cpu::address_narrow(Operand& out, unsigned mode) {
  constexpr std::array<std::uint8_t, 8> bases = {ebx, ebx, ebp, ebp, esi, edi, ebp, ebx};
  std::uint32_t address = registers[bases[out.number]];
  if (out.number < 4) address += registers[(out.number & 1) == 0 ? esi : edi];
  if (out.number == 6 && mode == 0) address = fetch(2);
  if (mode == 1) address += fetch_with_sign(1);
  if (mode == 2) address += fetch(2);
  out.address = address & 0xffff;
}

std::uint32_t Cpu::get_register(std::uint8_t number, unsigned size) const {
  if (size == 4) return registers[number];
  if (size == 2) return registers[number] & 0xffff;
  return registers[number & 3] >> (number < 4 ? 0 : 8) & 0xff;
}

void Cpu::set_register(std::uint8_t number, unsigned size, std::uint32_t value) {
  if (size == 4) {
    registers[number] = value;
  } else if (size == 2) {
    registers[number] = (registers[number] & 0xffff0000) | (value & 0xffff);
  } else {
    const unsigned shift = number < 4 ? 0 : 8;
    std::uint32_t& whole = registers[number & 3];
    whole = (whole & ~(0xffu << shift)) | (value & 0xff) << shift;
  }
}

std::uint32_t Cpu::get(const Operand& from, unsigned size) {
  return from.in_register ? get_register(from.number, size) : memory_.read(from.address, size);
}

void Cpu::set(const Operand& to, unsigned size, std::uint32_t value) {
  if (to.in_register) {
    set_register(to.number, size, value);
  } else {
    memory_.write(to.address, size, value);
  }
}

void Cpu::push(std::uint32_t value) {
  registers[esp] -= 4;
  memory_.write(registers[esp], 4, value);
}

std::uint32_t Cpu::pop() {
  const std::uint32_t out = memory_.read(registers[esp], 4);
  registers[esp] += 4;
  return out;
}

}  // namespace antidotary::emulate
