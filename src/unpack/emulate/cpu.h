// Cpu: an interpreter of 32-bit x86 programs, one instruction at a time, over a Memory.
//
// It knows what packers' stubs are made of: integers, strings, control flow. Of the floating-point
// unit it knows where its last instruction stood, which stubs ask in order to find themselves; of
// the rest it says "illegal". It is an interpreter on purpose: nothing is compiled, nothing runs
// on the processor itself, and each instruction is paid for.
//
// Spec: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
#pragma once

#include <array>
#include <cstdint>

#include "unpack/emulate/memory.h"

namespace antidotary::emulate {

enum class Fault : std::uint8_t {
  none,
  memory,       ///< A place that is not mapped; Memory::fault_address() says which.
  illegal,      ///< No instruction, or one that is not known here.
  divide,       ///< By zero, or a quotient that is too large.
  breakpoint,   ///< int3
  single_step,  ///< int1, or the trap flag.
  privileged,   ///< An instruction that a user's program may not use.
};

enum Register : std::uint8_t { eax, ecx, edx, ebx, esp, ebp, esi, edi };

namespace flag {
inline constexpr std::uint32_t carry = 1, parity = 4, adjust = 16, zero = 64, sign = 128,
                               trap = 256, direction = 1024, overflow = 2048;
}

class Cpu {
 public:
  explicit Cpu(Memory& memory) : memory_(memory) {}

  /// Carries out the instruction at `eip`; of a repeated string instruction at most
  /// `repeats_max` rounds, and stays at it where more are left. On a fault all registers are as
  /// they were before.
  Fault step();
  static constexpr std::uint32_t repeats_max = 4096;

  std::array<std::uint32_t, 8> registers{};
  std::uint32_t eip = 0;
  std::uint32_t flags = 0x202;
  std::uint32_t fs_base = 0;
  std::array<std::uint32_t, 8> debug{};  ///< dr0 to dr7, which exception records show.

  void push(std::uint32_t value);
  std::uint32_t pop();
  /// Lets the current step count for so many more.
  void charge(std::uint32_t rounds) { rounds_ = 1 + rounds; }
  /// Rounds that the last step took: 1, but for repeated string instructions.
  std::uint32_t rounds() const { return rounds_; }

 private:
  /// What ModRM and what follows it name.
  struct Operand {
    bool in_register = false;
    std::uint8_t number = 0;  ///< Of the register.
    std::uint8_t field = 0;   ///< The middle three bits: the other register, or a part of the code.
    std::uint32_t address = 0;
  };
  enum class Repeat : std::uint8_t { no, while_equal, while_unequal };

  Fault execute();
  Fault prefixes(std::uint8_t& code);
  Fault arithmetic_form(std::uint8_t code);
  Fault low_codes(std::uint8_t code);       ///< 0x00 to 0x3f
  Fault register_codes(std::uint8_t code);  ///< 0x40 to 0x6f
  Fault middle_codes(std::uint8_t code);    ///< 0x80 to 0x9f
  Fault move_codes(std::uint8_t code);      ///< 0x84 to 0x8f
  Fault exchange_codes(std::uint8_t code);  ///< 0x90 to 0x9f
  Fault high_codes(std::uint8_t code);      ///< 0xa0 to 0xdf
  Fault return_codes(std::uint8_t code);    ///< 0xc2 to 0xcf
  Fault decimal_codes(std::uint8_t code);   ///< 0xd4 to 0xd7
  Fault jump_codes(std::uint8_t code);      ///< 0xe0 to 0xff
  Fault flag_codes(std::uint8_t code);      ///< 0xf1 to 0xfd
  Fault two_byte_codes(std::uint8_t code);  ///< Behind 0x0f.
  Fault bit_codes(std::uint8_t code);       ///< bt and kin, bsf, bsr, shld, shrd
  Fault atomic_codes(std::uint8_t code);    ///< cmpxchg, xadd, bswap, cpuid, rdtsc
  Fault float_codes(std::uint8_t code);     ///< 0xd8 to 0xdf
  Fault unary_group(bool wide);             ///< 0xf6, 0xf7
  Fault divide_wide(std::uint64_t divisor, unsigned size, bool with_sign);
  Fault call_group(bool wide);  ///< 0xfe, 0xff
  Fault string_codes(std::uint8_t code);
  bool string_round(std::uint8_t code, unsigned size);  ///< Whether it compares.
  void push_all();
  void pop_all();
  void enter_frame();

  std::uint8_t fetch_octet();
  std::uint32_t fetch(unsigned size);
  std::uint32_t fetch_with_sign(unsigned size);  ///< Extended to 32 bits.
  Operand operand();
  void address_wide(Operand& out, unsigned mode);
  void address_narrow(Operand& out, unsigned mode);
  std::uint32_t get(const Operand& from, unsigned size);
  void set(const Operand& to, unsigned size, std::uint32_t value);
  std::uint32_t get_register(std::uint8_t number, unsigned size) const;
  void set_register(std::uint8_t number, unsigned size, std::uint32_t value);
  unsigned size_of(std::uint8_t code) const { return (code & 1) == 0 ? 1 : size_; }

  std::uint32_t arithmetic(unsigned kind, std::uint32_t a, std::uint32_t b, unsigned size);
  std::uint32_t add(std::uint32_t a, std::uint32_t b, std::uint32_t carry, unsigned size);
  std::uint32_t subtract(std::uint32_t a, std::uint32_t b, std::uint32_t carry, unsigned size);
  std::uint32_t shift(unsigned kind, std::uint32_t value, unsigned count, unsigned size);
  std::uint32_t rotate(unsigned kind, std::uint32_t value, unsigned count, unsigned size);
  std::uint32_t multiply(std::uint32_t a, std::uint32_t b, unsigned size);
  void set_result_flags(std::uint32_t value, unsigned size);
  void set_flag(std::uint32_t which, bool on) { flags = on ? flags | which : flags & ~which; }
  bool has(std::uint32_t which) const { return (flags & which) != 0; }
  bool condition(unsigned code) const;
  void jump(std::uint32_t target) { next_ = target; }

  Memory& memory_;
  std::uint32_t next_ = 0;  ///< Behind the instruction, as far as it is read.
  unsigned size_ = 4;       ///< Of operands.
  bool narrow_addresses_ = false;
  std::uint32_t segment_ = 0;  ///< Base of the segment that a prefix names.
  Repeat repeat_ = Repeat::no;
  std::uint32_t rounds_ = 1;
  std::uint32_t last_float_ = 0;  ///< Where the last floating-point instruction stood.
};

}  // namespace antidotary::emulate
