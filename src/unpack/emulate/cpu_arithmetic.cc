// What the instructions compute, and the flags they leave (volume 1, 3.4.3.1).
#include <bit>

#include "unpack/emulate/cpu.h"

namespace antidotary::emulate {
namespace {

constexpr std::uint32_t mask_of(unsigned size) {
  return size == 4 ? 0xffffffffu : (1u << 8 * size) - 1;
}
constexpr std::uint32_t top_of(unsigned size) { return 1u << (8 * size - 1); }

}  // namespace

void Cpu::set_result_flags(std::uint32_t value, unsigned size) {
  value &= mask_of(size);
  set_flag(flag::zero, value == 0);
  set_flag(flag::sign, (value & top_of(size)) != 0);
  set_flag(flag::parity, std::popcount(value & 0xff) % 2 == 0);
}

std::uint32_t Cpu::add(std::uint32_t a, std::uint32_t b, std::uint32_t carry, unsigned size) {
  const std::uint64_t sum = std::uint64_t{a} + b + carry;
  const std::uint32_t out = static_cast<std::uint32_t>(sum) & mask_of(size);
  set_flag(flag::carry, sum > mask_of(size));
  set_flag(flag::overflow, ((a ^ out) & (b ^ out) & top_of(size)) != 0);
  set_flag(flag::adjust, ((a ^ b ^ out) & 16) != 0);
  set_result_flags(out, size);
  return out;
}

std::uint32_t Cpu::subtract(std::uint32_t a, std::uint32_t b, std::uint32_t carry, unsigned size) {
  const std::uint32_t out = (a - b - carry) & mask_of(size);
  set_flag(flag::carry, std::uint64_t{b} + carry > a);
  set_flag(flag::overflow, ((a ^ b) & (a ^ out) & top_of(size)) != 0);
  set_flag(flag::adjust, ((a ^ b ^ out) & 16) != 0);
  set_result_flags(out, size);
  return out;
}

std::uint32_t Cpu::arithmetic(unsigned kind, std::uint32_t a, std::uint32_t b, unsigned size) {
  const std::uint32_t carry = has(flag::carry) ? 1 : 0;
  switch (kind) {
    case 0:
      return add(a, b, 0, size);
    case 2:
      return add(a, b, carry, size);
    case 3:
      return subtract(a, b, carry, size);
    case 5:
    case 7:
      return subtract(a, b, 0, size);
    default:
      break;
  }
  const std::uint32_t out = kind == 1 ? a | b : kind == 4 ? a & b : a ^ b;
  set_flag(flag::carry | flag::overflow | flag::adjust, false);
  set_result_flags(out, size);
  return out;
}

std::uint32_t Cpu::rotate(unsigned kind, std::uint32_t value, unsigned count, unsigned size) {
  const unsigned bits = 8 * size;
  const std::uint32_t top = top_of(size);
  // Bit by bit: at most 31 rounds, and the carry falls out right.
  for (unsigned i = 0; i < count; ++i) {
    const bool carry = has(flag::carry);
    if (kind == 0 || kind == 2) {
      const bool out = (value & top) != 0;
      value = (value << 1 | ((kind == 0 ? out : carry) ? 1u : 0u)) & mask_of(size);
      set_flag(flag::carry, out);
    } else {
      const bool out = (value & 1) != 0;
      value = value >> 1 | ((kind == 1 ? out : carry) ? top : 0);
      set_flag(flag::carry, out);
    }
  }
  const bool high = (value & top) != 0;
  const bool second = (value >> (bits - 2) & 1) != 0;
  const bool left = kind == 0 || kind == 2;
  set_flag(flag::overflow, left ? high != has(flag::carry) : high != second);
  return value;
}

std::uint32_t Cpu::shift(unsigned kind, std::uint32_t value, unsigned count, unsigned size) {
  count &= 31;
  if (count == 0) return value;
  if (kind < 4) return rotate(kind, value, count, size);
  const std::uint32_t before = value, top = top_of(size);
  if (kind == 5) {
    set_flag(flag::carry, (std::uint64_t{value} >> (count - 1) & 1) != 0);
    value = value >> count;
    set_flag(flag::overflow, (before & top) != 0);
  } else if (kind == 7) {
    const std::int64_t wide =
        static_cast<std::int64_t>(value) - ((value & top) != 0 ? std::int64_t{1} << 8 * size : 0);
    set_flag(flag::carry, (wide >> (count - 1) & 1) != 0);
    value = static_cast<std::uint32_t>(wide >> count) & mask_of(size);
    set_flag(flag::overflow, false);
  } else {
    const std::uint64_t wide = std::uint64_t{value} << count;
    set_flag(flag::carry, (wide >> 8 * size & 1) != 0);
    value = static_cast<std::uint32_t>(wide) & mask_of(size);
    set_flag(flag::overflow, ((value & top) != 0) != has(flag::carry));
  }
  set_result_flags(value, size);
  return value;
}

std::uint32_t Cpu::multiply(std::uint32_t a, std::uint32_t b, unsigned size) {
  const auto signed_of = [size](std::uint32_t value) {
    return size == 2 ? std::int64_t{static_cast<std::int16_t>(value)}
                     : std::int64_t{static_cast<std::int32_t>(value)};
  };
  const std::int64_t product = signed_of(a) * signed_of(b);
  const auto out = static_cast<std::uint32_t>(product) & mask_of(size);
  set_flag(flag::carry | flag::overflow, product != signed_of(out));
  set_result_flags(out, size);
  return out;
}

Fault Cpu::divide_wide(std::uint64_t divisor, unsigned size, bool with_sign) {
  const std::uint32_t low = size == 1 ? get_register(eax, 2) : get_register(eax, size);
  const std::uint32_t high = size == 1 ? 0 : get_register(edx, size);
  const unsigned bits = 8 * size;
  const std::uint64_t value = size == 1 ? low : std::uint64_t{high} << bits | low;
  if (divisor == 0) return Fault::divide;
  std::uint64_t quotient = value / divisor, rest = value % divisor;
  if (with_sign) {
    const unsigned wide_bits = 2 * bits;
    const auto extend = [](std::uint64_t number, unsigned width) {
      const std::uint64_t top = std::uint64_t{1} << (width - 1);
      if (width == 64) return static_cast<std::int64_t>(number);
      return static_cast<std::int64_t>((number ^ top) - top);
    };
    const std::int64_t a = extend(value, wide_bits), b = extend(divisor, bits);
    // The one quotient that no 64-bit number holds.
    if (b == -1 && a == INT64_MIN) return Fault::divide;
    const std::int64_t limit = std::int64_t{1} << (bits - 1);
    if (a / b >= limit || a / b < -limit) return Fault::divide;
    quotient = static_cast<std::uint64_t>(a / b);
    rest = static_cast<std::uint64_t>(a % b);
  } else if (quotient > mask_of(size)) {
    return Fault::divide;
  }
  if (size == 1) {
    set_register(eax, 2, static_cast<std::uint32_t>((rest & 0xff) << 8 | (quotient & 0xff)));
    return Fault::none;
  }
  set_register(eax, size, static_cast<std::uint32_t>(quotient));
  set_register(edx, size, static_cast<std::uint32_t>(rest));
  return Fault::none;
}

Fault Cpu::unary_group(bool wide) {
  const unsigned size = wide ? size_ : 1;
  const Operand to = operand();
  const std::uint32_t value = get(to, size);
  switch (to.field) {
    case 0:
    case 1:
      arithmetic(4, value, fetch(size), size);
      return Fault::none;
    case 2:
      set(to, size, ~value & mask_of(size));
      return Fault::none;
    case 3:
      set(to, size, subtract(0, value, 0, size));
      return Fault::none;
    case 6:
    case 7:
      return memory_.faulted() ? Fault::memory : divide_wide(value, size, to.field == 7);
    default:
      break;
  }
  const bool with_sign = to.field == 5;
  const std::uint32_t a = get_register(eax, size);
  const std::uint64_t top = top_of(size);
  const auto extend = [&](std::uint64_t number) {
    return with_sign ? (number ^ top) - top : number;
  };
  const std::uint64_t product = extend(a) * extend(value);
  const std::uint64_t low = product & mask_of(size);
  if (size == 1) {
    set_register(eax, 2, static_cast<std::uint32_t>(product & 0xffff));
  } else {
    set_register(eax, size, static_cast<std::uint32_t>(low));
    set_register(edx, size, static_cast<std::uint32_t>(product >> 8 * size & mask_of(size)));
  }
  const std::uint64_t whole = size == 4 ? product : product & ((1ull << 16 * size) - 1);
  const std::uint64_t fits = size == 4 ? extend(low) : extend(low) & ((1ull << 16 * size) - 1);
  set_flag(flag::carry | flag::overflow, whole != fits);
  return Fault::none;
}

bool Cpu::condition(unsigned code) const {
  bool out = false;
  switch (code >> 1 & 7) {
    case 0:
      out = has(flag::overflow);
      break;
    case 1:
      out = has(flag::carry);
      break;
    case 2:
      out = has(flag::zero);
      break;
    case 3:
      out = has(flag::carry) || has(flag::zero);
      break;
    case 4:
      out = has(flag::sign);
      break;
    case 5:
      out = has(flag::parity);
      break;
    case 6:
      out = has(flag::sign) != has(flag::overflow);
      break;
    default:
      out = has(flag::zero) || has(flag::sign) != has(flag::overflow);
      break;
  }
  return out != ((code & 1) != 0);
}

}  // namespace antidotary::emulate
