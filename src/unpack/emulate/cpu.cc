// The one-byte codes (volume 2, appendix A, table A-2), a function a range.
#include "unpack/emulate/cpu.h"

#include <utility>

namespace antidotary::emulate {
namespace {

constexpr unsigned prefixes_max = 14;

}  // namespace

Fault Cpu::step() {
  const auto registers_before = registers;
  const std::uint32_t flags_before = flags;
  Fault fault = execute();
  if (fault == Fault::none && memory_.faulted()) fault = Fault::memory;
  memory_.clear_fault();
  if (fault != Fault::none) {
    registers = registers_before;
    flags = flags_before;
    return fault;
  }
  const bool trapped = (flags_before & flag::trap) != 0;
  eip = next_;
  if (!trapped) return Fault::none;
  flags &= ~flag::trap;
  return Fault::single_step;
}

Fault Cpu::prefixes(std::uint8_t& code) {
  for (unsigned i = 0; i < prefixes_max; ++i) {
    code = fetch_octet();
    switch (code) {
      case 0x66:
        size_ = 2;
        break;
      case 0x67:
        narrow_addresses_ = true;
        break;
      case 0x64:
        segment_ = fs_base;
        break;
      case 0xf2:
        repeat_ = Repeat::while_unequal;
        break;
      case 0xf3:
        repeat_ = Repeat::while_equal;
        break;
      case 0x26:
      case 0x2e:
      case 0x36:
      case 0x3e:
      case 0x65:
      case 0xf0:
        break;
      default:
        return Fault::none;
    }
  }
  return Fault::illegal;
}

Fault Cpu::execute() {
  next_ = eip;
  size_ = 4;
  narrow_addresses_ = false;
  segment_ = 0;
  repeat_ = Repeat::no;
  rounds_ = 1;
  std::uint8_t code = 0;
  if (const Fault fault = prefixes(code); fault != Fault::none) return fault;
  if (memory_.faulted()) return Fault::memory;
  if (code < 0x40) return low_codes(code);
  if (code < 0x70) return register_codes(code);
  if (code < 0x80) {
    const std::uint32_t distance = fetch_with_sign(1);
    if (condition(code)) jump(next_ + distance);
    return Fault::none;
  }
  if (code < 0x84) return middle_codes(code);
  if (code < 0x90) return move_codes(code);
  if (code < 0xa0) return exchange_codes(code);
  if (code < 0xe0) return high_codes(code);
  if (code < 0xf1) return jump_codes(code);
  return flag_codes(code);
}

Fault Cpu::arithmetic_form(std::uint8_t code) {
  const unsigned kind = code >> 3 & 7, form = code & 7, size = size_of(code);
  if (form >= 4) {
    const std::uint32_t out = arithmetic(kind, get_register(eax, size), fetch(size), size);
    if (kind != 7) set_register(eax, size, out);
    return Fault::none;
  }
  const Operand there = operand();
  const std::uint32_t a = get(there, size), b = get_register(there.field, size);
  const bool to_register = (form & 2) != 0;
  const std::uint32_t out =
      to_register ? arithmetic(kind, b, a, size) : arithmetic(kind, a, b, size);
  if (kind == 7) return Fault::none;
  if (to_register) {
    set_register(there.field, size, out);
  } else {
    set(there, size, out);
  }
  return Fault::none;
}

Fault Cpu::low_codes(std::uint8_t code) {
  if ((code & 7) < 6) return arithmetic_form(code);
  switch (code) {
    case 0x0f:
      return two_byte_codes(fetch_octet());
    case 0x06:
    case 0x0e:
    case 0x16:
    case 0x1e:
      push(code == 0x0e ? 0x1b : 0x23);  // user selectors of Windows
      return Fault::none;
    case 0x07:
    case 0x17:
    case 0x1f:
      pop();
      return Fault::none;
    default:
      return Fault::illegal;  // daa, das, aaa, aas: no stub seen needs them
  }
}

void Cpu::push_all() {
  const std::uint32_t top = registers[esp];
  for (unsigned i = 0; i < 8; ++i) push(i == esp ? top : registers[i]);
}

void Cpu::pop_all() {
  for (unsigned i = 8; i-- > 0;) {
    const std::uint32_t value = pop();
    if (i != esp) registers[i] = value;
  }
}

Fault Cpu::register_codes(std::uint8_t code) {
  const auto number = static_cast<std::uint8_t>(code & 7);
  if (code < 0x50) {
    const bool carry = has(flag::carry);
    const std::uint32_t value = get_register(number, size_);
    set_register(number, size_,
                 code < 0x48 ? add(value, 1, 0, size_) : subtract(value, 1, 0, size_));
    set_flag(flag::carry, carry);
    return Fault::none;
  }
  if (code < 0x60) {
    if (code < 0x58) {
      const std::uint32_t value = get_register(number, size_);
      registers[esp] -= size_;
      memory_.write(registers[esp], size_, value);
    } else {
      const std::uint32_t value = memory_.read(registers[esp], size_);
      registers[esp] += size_;
      set_register(number, size_, value);
    }
    return Fault::none;
  }
  switch (code) {
    case 0x60:
      push_all();
      return Fault::none;
    case 0x61:
      pop_all();
      return Fault::none;
    case 0x68:
      push(size_ == 4 ? fetch(4) : fetch_with_sign(2));
      return Fault::none;
    case 0x6a:
      push(fetch_with_sign(1));
      return Fault::none;
    case 0x69:
    case 0x6b: {
      const Operand from = operand();
      const std::uint32_t factor = code == 0x69 ? fetch(size_) : fetch_with_sign(1);
      set_register(from.field, size_, multiply(get(from, size_), factor, size_));
      return Fault::none;
    }
    case 0x6c:
    case 0x6d:
    case 0x6e:
    case 0x6f:
      return Fault::privileged;
    default:
      return Fault::illegal;
  }
}

Fault Cpu::middle_codes(std::uint8_t code) {
  const unsigned size = size_of(code);
  const Operand to = operand();
  const std::uint32_t b = code == 0x81 ? fetch(size) : fetch_with_sign(1);
  const std::uint32_t mask = size == 4 ? ~0u : (1u << 8 * size) - 1;
  const std::uint32_t out = arithmetic(to.field, get(to, size), b & mask, size);
  if (to.field != 7) set(to, size, out);
  return Fault::none;
}

Fault Cpu::move_codes(std::uint8_t code) {
  const unsigned size = size_of(code);
  const Operand there = operand();
  switch (code) {
    case 0x84:
    case 0x85:
      arithmetic(4, get(there, size), get_register(there.field, size), size);
      return Fault::none;
    case 0x86:
    case 0x87: {
      const std::uint32_t value = get(there, size);
      set(there, size, get_register(there.field, size));
      set_register(there.field, size, value);
      return Fault::none;
    }
    case 0x88:
    case 0x89:
      set(there, size, get_register(there.field, size));
      return Fault::none;
    case 0x8a:
    case 0x8b:
      set_register(there.field, size, get(there, size));
      return Fault::none;
    case 0x8c:
      set(there, there.in_register ? size_ : 2, there.field == 1 ? 0x1b : 0x23);
      return Fault::none;
    case 0x8d:
      if (there.in_register) return Fault::illegal;
      set_register(there.field, size_, there.address - segment_);
      return Fault::none;
    case 0x8f:
      if (there.field != 0 || size_ == 2) return Fault::illegal;
      set(there, 4, pop());
      return Fault::none;
    default:
      return Fault::none;  // 0x8e loads a segment register: all segments are one
  }
}

Fault Cpu::exchange_codes(std::uint8_t code) {
  if (code < 0x98) {
    const auto number = static_cast<std::uint8_t>(code & 7);
    const std::uint32_t value = get_register(number, size_);
    set_register(number, size_, get_register(eax, size_));
    set_register(eax, size_, value);
    return Fault::none;
  }
  constexpr std::uint32_t free_flags = 0x4dd5 & ~0x4000u;
  constexpr std::uint32_t low_flags = 0xd5;
  switch (code) {
    case 0x98: {
      const std::uint32_t half = get_register(eax, size_ / 2), top = 1u << (4 * size_ - 1);
      set_register(eax, size_, (half ^ top) - top);
      return Fault::none;
    }
    case 0x99:
      set_register(edx, size_, (get_register(eax, size_) >> (8 * size_ - 1)) != 0 ? ~0u : 0);
      return Fault::none;
    case 0x9a:
      return Fault::illegal;
    case 0x9c:
      push(flags);
      return Fault::none;
    case 0x9d:
      flags = (pop() & free_flags) | 0x202;
      return Fault::none;
    case 0x9e:
      flags = (flags & ~low_flags) | (get_register(4, 1) & low_flags);
      return Fault::none;
    case 0x9f:
      set_register(4, 1, (flags & low_flags) | 2);
      return Fault::none;
    default:
      return Fault::none;  // wait
  }
}

Fault Cpu::high_codes(std::uint8_t code) {
  if (code >= 0xb0 && code < 0xc0) {
    const unsigned size = code < 0xb8 ? 1 : size_;
    set_register(code & 7, size, fetch(size));
    return Fault::none;
  }
  if (code >= 0xd8) return float_codes(code);
  if (code >= 0xd4) return decimal_codes(code);
  if (code >= 0xd0 || code == 0xc0 || code == 0xc1) {
    const Operand to = operand();
    const unsigned size = size_of(code);
    const unsigned count = code < 0xd0 ? fetch_octet() : code < 0xd2 ? 1 : registers[ecx] & 0xff;
    set(to, size, shift(to.field, get(to, size), count, size));
    return Fault::none;
  }
  if (code >= 0xc2) return return_codes(code);
  const unsigned size = size_of(code);
  if (code < 0xa4) {
    const std::uint32_t address = fetch(narrow_addresses_ ? 2 : 4) + segment_;
    if (code < 0xa2) {
      set_register(eax, size, memory_.read(address, size));
    } else {
      memory_.write(address, size, get_register(eax, size));
    }
    return Fault::none;
  }
  if (code == 0xa8 || code == 0xa9) {
    arithmetic(4, get_register(eax, size), fetch(size), size);
    return Fault::none;
  }
  return string_codes(code);
}

void Cpu::enter_frame() {
  const std::uint32_t room = fetch(2);
  const std::uint8_t level = fetch_octet();
  push(registers[ebp]);
  registers[ebp] = registers[esp];
  registers[esp] -= room;
  if (level != 0) memory_.read(0, 1);  // nested frames: no compiler makes them; it faults
}

Fault Cpu::return_codes(std::uint8_t code) {
  switch (code) {
    case 0xc2: {
      const std::uint32_t room = fetch(2);
      jump(pop());
      registers[esp] += room;
      return Fault::none;
    }
    case 0xc3:
      jump(pop());
      return Fault::none;
    case 0xc6:
    case 0xc7: {
      const Operand to = operand();
      const unsigned size = size_of(code);
      set(to, size, fetch(size));
      return Fault::none;
    }
    case 0xc8:
      enter_frame();
      return Fault::none;
    case 0xc9:
      registers[esp] = registers[ebp];
      registers[ebp] = pop();
      return Fault::none;
    case 0xcc:
      return Fault::breakpoint;
    case 0xcd: {
      const std::uint8_t number = fetch_octet();
      return number == 3 ? Fault::breakpoint : number == 1 ? Fault::single_step : Fault::memory;
    }
    default:
      return Fault::illegal;  // les, lds, far returns, into, iret
  }
}

Fault Cpu::decimal_codes(std::uint8_t code) {
  const std::uint32_t low = get_register(eax, 1), high = get_register(4, 1);
  switch (code) {
    case 0xd4: {
      const std::uint32_t base = fetch_octet();
      if (base == 0) return Fault::divide;
      set_register(eax, 2, low / base << 8 | low % base);
      set_result_flags(low % base, 1);
      return Fault::none;
    }
    case 0xd5: {
      const std::uint32_t out = (low + high * fetch_octet()) & 0xff;
      set_register(eax, 2, out);
      set_result_flags(out, 1);
      return Fault::none;
    }
    case 0xd6:
      set_register(eax, 1, has(flag::carry) ? 0xff : 0);
      return Fault::none;
    default:
      set_register(eax, 1, memory_.read(registers[ebx] + low + segment_, 1));
      return Fault::none;
  }
}

Fault Cpu::jump_codes(std::uint8_t code) {
  if (code < 0xe4) {
    const std::uint32_t distance = fetch_with_sign(1);
    const unsigned width = narrow_addresses_ ? 2 : 4;
    bool taken = false;
    if (code != 0xe3) set_register(ecx, width, get_register(ecx, width) - 1);
    const std::uint32_t count = get_register(ecx, width);
    if (code == 0xe3) taken = count == 0;
    if (code == 0xe2) taken = count != 0;
    if (code == 0xe1) taken = count != 0 && has(flag::zero);
    if (code == 0xe0) taken = count != 0 && !has(flag::zero);
    if (taken) jump(next_ + distance);
    return Fault::none;
  }
  switch (code) {
    case 0xe8:
    case 0xe9: {
      const std::uint32_t distance = fetch_with_sign(size_);
      if (code == 0xe8) push(next_);
      jump(next_ + distance);
      return Fault::none;
    }
    case 0xeb: {
      const std::uint32_t distance = fetch_with_sign(1);
      jump(next_ + distance);
      return Fault::none;
    }
    case 0xea:
      return Fault::illegal;
    default:
      return Fault::privileged;  // in, out
  }
}

Fault Cpu::flag_codes(std::uint8_t code) {
  switch (code) {
    case 0xf1:
      return Fault::single_step;
    case 0xf5:
      flags ^= flag::carry;
      return Fault::none;
    case 0xf6:
    case 0xf7:
      return unary_group(code == 0xf7);
    case 0xf8:
    case 0xf9:
      set_flag(flag::carry, code == 0xf9);
      return Fault::none;
    case 0xfc:
    case 0xfd:
      set_flag(flag::direction, code == 0xfd);
      return Fault::none;
    case 0xfe:
    case 0xff:
      return call_group(code == 0xff);
    default:
      return Fault::privileged;  // hlt, cli, sti
  }
}

Fault Cpu::call_group(bool wide) {
  const unsigned size = wide ? size_ : 1;
  const Operand to = operand();
  const std::uint32_t value = get(to, size);
  if (to.field < 2) {
    const bool carry = has(flag::carry);
    set(to, size, to.field == 0 ? add(value, 1, 0, size) : subtract(value, 1, 0, size));
    set_flag(flag::carry, carry);
    return Fault::none;
  }
  if (!wide || size_ == 2 || memory_.faulted()) {
    return memory_.faulted() ? Fault::memory : Fault::illegal;
  }
  switch (to.field) {
    case 2:
      push(next_);
      jump(value);
      return Fault::none;
    case 4:
      jump(value);
      return Fault::none;
    case 6:
      push(value);
      return Fault::none;
    default:
      return Fault::illegal;
  }
}

bool Cpu::string_round(std::uint8_t code, unsigned size) {
  const std::uint32_t stride = has(flag::direction) ? 0u - size : size;
  const bool reads = code < 0xa8 || code == 0xac || code == 0xad;
  const bool at_edi = code != 0xac && code != 0xad;
  const std::uint32_t from = registers[esi] + segment_, to = registers[edi];
  const std::uint32_t a = reads ? memory_.read(from, size) : get_register(eax, size);
  const bool compares = code == 0xa6 || code == 0xa7 || code == 0xae || code == 0xaf;
  if (compares) {
    subtract(a, memory_.read(to, size), 0, size);
  } else if (!at_edi) {
    set_register(eax, size, a);
  } else if (!memory_.faulted()) {
    memory_.write(to, size, a);
  }
  if (memory_.faulted()) return compares;
  if (reads) registers[esi] += stride;
  if (at_edi) registers[edi] += stride;
  return compares;
}

Fault Cpu::string_codes(std::uint8_t code) {
  const unsigned size = size_of(code);
  if (repeat_ == Repeat::no) {
    string_round(code, size);
    return Fault::none;
  }
  for (rounds_ = 0; registers[ecx] != 0; ++rounds_) {
    if (rounds_ >= repeats_max) {
      next_ = eip;  // the rest at the next step
      break;
    }
    const bool compares = string_round(code, size);
    if (memory_.faulted()) return Fault::memory;
    --registers[ecx];
    if (compares && has(flag::zero) != (repeat_ == Repeat::while_equal)) break;
  }
  rounds_ += 1;
  return Fault::none;
}

}  // namespace antidotary::emulate
