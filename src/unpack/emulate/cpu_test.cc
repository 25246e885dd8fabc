// Method: the processor that runs the test is the oracle. Each instruction is carried out by it and
// by the interpreter with the same registers and flags, random ones and those at the edges, and
// must leave the same; flags that the manual calls undefined are left out. What touches memory and
// control is stated by hand.
#include "unpack/emulate/cpu.h"

#include <gmock/gmock.h>

#include <random>

namespace antidotary::emulate {
namespace {

constexpr std::uint32_t code_at = 0x401000, data_at = 0x500000;
constexpr std::uint32_t all_flags =
    flag::carry | flag::parity | flag::adjust | flag::zero | flag::sign | flag::overflow;

/// A processor with `code` at its eip, a stack, and a page of data.
struct Machine {
  Memory memory;
  Cpu cpu{memory};

  explicit Machine(const std::vector<int>& code) {
    memory.map(code_at, 4096);
    memory.map(data_at, 2 * 4096);
    Buffer bytes;
    for (const int octet : code) bytes.push_back(static_cast<std::byte>(octet));
    memory.load(code_at, bytes);
    cpu.eip = code_at;
    cpu.registers[esp] = data_at + 0x1800;
  }
};

#if defined(__x86_64__)

struct State {
  std::uint64_t a, c, d, flags;
};
using Native = void (*)(State&);

// The stack below the red zone is used, in case the compiler keeps something in it.
#define NATIVE(text)                                                                    \
  [](State& s) {                                                                        \
    asm volatile("lea -128(%%rsp), %%rsp\n push %[f]\n popfq\n" text                    \
                 "\n pushfq\n pop %[f]\n lea 128(%%rsp), %%rsp"                         \
                 : "+a"(s.a), "+c"(s.c), "+d"(s.d), [f] "+r"(s.flags)::"cc", "memory"); \
  }

struct Instruction {
  const char* name;
  Native native;
  std::vector<int> code;
  std::uint32_t flags = all_flags;
  bool count_in_ecx = false;
};

constexpr std::uint32_t no_adjust = all_flags & ~flag::adjust;
constexpr std::uint32_t carry_only = flag::carry;
constexpr std::uint32_t products = flag::carry | flag::overflow;

std::vector<Instruction> sums_and_words() {
  return {
      {"add", NATIVE("addl %%ecx, %%eax"), {0x01, 0xc8}},
      {"add8", NATIVE("addb %%cl, %%al"), {0x00, 0xc8}},
      {"add16", NATIVE("addw %%cx, %%ax"), {0x66, 0x01, 0xc8}},
      {"add high", NATIVE("addb %%ch, %%ah"), {0x00, 0xec}},
      {"adc", NATIVE("adcl %%ecx, %%eax"), {0x11, 0xc8}},
      {"adc8", NATIVE("adcb %%cl, %%al"), {0x10, 0xc8}},
      {"sub", NATIVE("subl %%ecx, %%eax"), {0x29, 0xc8}},
      {"sub16", NATIVE("subw %%cx, %%ax"), {0x66, 0x29, 0xc8}},
      {"sbb", NATIVE("sbbl %%ecx, %%eax"), {0x19, 0xc8}},
      {"sbb8", NATIVE("sbbb %%cl, %%al"), {0x18, 0xc8}},
      {"cmp", NATIVE("cmpl %%ecx, %%eax"), {0x39, 0xc8}},
      {"and", NATIVE("andl %%ecx, %%eax"), {0x21, 0xc8}, no_adjust},
      {"or8", NATIVE("orb %%cl, %%al"), {0x08, 0xc8}, no_adjust},
      {"xor", NATIVE("xorl %%ecx, %%eax"), {0x31, 0xc8}, no_adjust},
      {"test16", NATIVE("testw %%cx, %%ax"), {0x66, 0x85, 0xc8}, no_adjust},
      {"inc", NATIVE("incl %%eax"), {0x40}},
      {"dec16", NATIVE("decw %%ax"), {0x66, 0x48}},
      {"neg", NATIVE("negl %%eax"), {0xf7, 0xd8}},
      {"neg8", NATIVE("negb %%al"), {0xf6, 0xd8}},
      {"not", NATIVE("notl %%eax"), {0xf7, 0xd0}},
  };
}

std::vector<Instruction> products_and_shifts() {
  return {
      {"mul", NATIVE("mull %%ecx"), {0xf7, 0xe1}, products},
      {"mul8", NATIVE("mulb %%cl"), {0xf6, 0xe1}, products},
      {"mul16", NATIVE("mulw %%cx"), {0x66, 0xf7, 0xe1}, products},
      {"imul", NATIVE("imull %%ecx"), {0xf7, 0xe9}, products},
      {"imul8", NATIVE("imulb %%cl"), {0xf6, 0xe9}, products},
      {"imul16", NATIVE("imulw %%cx"), {0x66, 0xf7, 0xe9}, products},
      {"imul two", NATIVE("imull %%ecx, %%eax"), {0x0f, 0xaf, 0xc1}, products},
      {"imul three", NATIVE("imull $-77, %%ecx, %%eax"), {0x6b, 0xc1, 0xb3}, products},
      {"shl", NATIVE("shll %%cl, %%eax"), {0xd3, 0xe0}, no_adjust, true},
      {"shr", NATIVE("shrl %%cl, %%eax"), {0xd3, 0xe8}, no_adjust, true},
      {"sar", NATIVE("sarl %%cl, %%eax"), {0xd3, 0xf8}, no_adjust, true},
      {"shr8", NATIVE("shrb %%cl, %%al"), {0xd2, 0xe8}, flag::zero | flag::sign, true},
      {"sar16", NATIVE("sarw %%cl, %%ax"), {0x66, 0xd3, 0xf8}, flag::zero | flag::sign, true},
      {"shl one", NATIVE("shll $1, %%eax"), {0xd1, 0xe0}, no_adjust},
      {"sar one", NATIVE("sarb $1, %%al"), {0xd0, 0xf8}, no_adjust},
      {"rol", NATIVE("roll %%cl, %%eax"), {0xd3, 0xc0}, carry_only, true},
      {"ror", NATIVE("rorl %%cl, %%eax"), {0xd3, 0xc8}, carry_only, true},
      {"rcl", NATIVE("rcll %%cl, %%eax"), {0xd3, 0xd0}, carry_only, true},
      {"rcr", NATIVE("rcrl %%cl, %%eax"), {0xd3, 0xd8}, carry_only, true},
      {"rol8", NATIVE("rolb %%cl, %%al"), {0xd2, 0xc0}, carry_only, true},
      {"ror one", NATIVE("rorl $1, %%eax"), {0xd1, 0xc8}, products},
      {"rcl one", NATIVE("rclw $1, %%ax"), {0x66, 0xd1, 0xd0}, products},
      {"shld", NATIVE("shldl $7, %%edx, %%eax"), {0x0f, 0xa4, 0xd0, 7}, flag::carry | flag::zero},
      {"shld cl", NATIVE("shldl %%cl, %%edx, %%eax"), {0x0f, 0xa5, 0xd0}, carry_only, true},
      {"shrd", NATIVE("shrdl $9, %%edx, %%eax"), {0x0f, 0xac, 0xd0, 9}, flag::carry | flag::sign},
      {"bsf", NATIVE("bsfl %%ecx, %%eax"), {0x0f, 0xbc, 0xc1}, flag::zero},
      {"bsr", NATIVE("bsrl %%ecx, %%eax"), {0x0f, 0xbd, 0xc1}, flag::zero},
      {"bt", NATIVE("btl %%ecx, %%eax"), {0x0f, 0xa3, 0xc8}, carry_only},
      {"bts", NATIVE("btsl %%ecx, %%eax"), {0x0f, 0xab, 0xc8}, carry_only},
      {"btr", NATIVE("btrl $17, %%eax"), {0x0f, 0xba, 0xf0, 17}, carry_only},
      {"btc", NATIVE("btcl %%ecx, %%eax"), {0x0f, 0xbb, 0xc8}, carry_only},
      {"bswap", NATIVE("bswapl %%eax"), {0x0f, 0xc8}},
      {"xadd", NATIVE("xaddl %%ecx, %%eax"), {0x0f, 0xc1, 0xc8}},
      {"cmpxchg", NATIVE("cmpxchgl %%ecx, %%edx"), {0x0f, 0xb1, 0xca}},
      {"xchg", NATIVE("xchgl %%ecx, %%eax"), {0x91}},
      {"xchg8", NATIVE("xchgb %%ch, %%al"), {0x86, 0xe8}},
      {"movzx", NATIVE("movzbl %%ch, %%eax"), {0x0f, 0xb6, 0xc5}},
      {"movsx", NATIVE("movswl %%cx, %%eax"), {0x0f, 0xbf, 0xc1}},
      {"cwde", NATIVE("cwde"), {0x98}},
      {"cbw", NATIVE("cbw"), {0x66, 0x98}},
      {"cdq", NATIVE("cdq"), {0x99}},
      {"lahf", NATIVE("lahf"), {0x9f}},
      {"sahf", NATIVE("sahf"), {0x9e}},
      {"cmc", NATIVE("cmc"), {0xf5}},
      {"setl", NATIVE("setl %%al"), {0x0f, 0x9c, 0xc0}},
      {"seta", NATIVE("seta %%al"), {0x0f, 0x97, 0xc0}},
      {"cmovle", NATIVE("cmovlel %%ecx, %%eax"), {0x0f, 0x4e, 0xc1}},
      {"cmovnp", NATIVE("cmovnpl %%ecx, %%eax"), {0x0f, 0x4b, 0xc1}},
  };
}

std::uint32_t number(std::mt19937& random) {
  constexpr std::array<std::uint32_t, 10> edges = {0,      1,      0x7f,       0x80,       0xff,
                                                   0x7fff, 0x8000, 0x7fffffff, 0x80000000, ~0u};
  return random() % 3 == 0 ? edges[random() % edges.size()] : static_cast<std::uint32_t>(random());
}

TEST(Cpu, AgreesWithTheProcessorOnRegisters) {
  std::mt19937 random(3);
  std::vector<Instruction> all = sums_and_words();
  for (const Instruction& one : products_and_shifts()) all.push_back(one);
  for (const Instruction& one : all) {
    for (int round = 0; round < 3000; ++round) {
      State native{number(random), number(random), number(random), 0x202 | (random() & all_flags)};
      if (one.count_in_ecx) native.c = random() % 34;
      Machine machine(one.code);
      machine.cpu.registers[eax] = static_cast<std::uint32_t>(native.a);
      machine.cpu.registers[ecx] = static_cast<std::uint32_t>(native.c);
      machine.cpu.registers[edx] = static_cast<std::uint32_t>(native.d);
      machine.cpu.flags = static_cast<std::uint32_t>(native.flags);
      const State before = native;
      one.native(native);
      ASSERT_EQ(machine.cpu.step(), Fault::none) << one.name;
      // The overflow of a shift by more than one is undefined, and so is its carry when all is out.
      const std::uint32_t compared =
          one.count_in_ecx && (before.c & 31) != 1 ? one.flags & ~flag::overflow : one.flags;
      const auto told = [&] {
        return testing::Message() << one.name << " of " << std::hex << before.a << ", " << before.c
                                  << ", " << before.d << " with flags " << before.flags;
      };
      ASSERT_EQ(machine.cpu.registers[eax], static_cast<std::uint32_t>(native.a)) << told();
      ASSERT_EQ(machine.cpu.registers[ecx], static_cast<std::uint32_t>(native.c)) << told();
      ASSERT_EQ(machine.cpu.registers[edx], static_cast<std::uint32_t>(native.d)) << told();
      ASSERT_EQ(machine.cpu.flags & compared, native.flags & compared) << told();
    }
  }
}

TEST(Cpu, DividesAsTheProcessorDoes) {
  struct Division {
    const char* name;
    Native native;
    std::vector<int> code;
    unsigned shift;  ///< How far the dividend is taken down, so that most quotients fit.
  };
  const std::vector<Division> all = {
      {"div", NATIVE("divl %%ecx"), {0xf7, 0xf1}, 0},
      {"idiv", NATIVE("idivl %%ecx"), {0xf7, 0xf9}, 0},
      {"div16", NATIVE("divw %%cx"), {0x66, 0xf7, 0xf1}, 0},
      {"div8", NATIVE("divb %%cl"), {0xf6, 0xf1}, 0},
  };
  std::mt19937 random(4);
  for (const Division& one : all) {
    for (int round = 0; round < 3000; ++round) {
      State native{number(random) >> 1, number(random) | 0x101, 0, 0x202};
      if (one.code.front() == 0xf6) native.a &= 0xff;
      Machine machine(one.code);
      machine.cpu.registers[eax] = static_cast<std::uint32_t>(native.a);
      machine.cpu.registers[ecx] = static_cast<std::uint32_t>(native.c);
      one.native(native);
      ASSERT_EQ(machine.cpu.step(), Fault::none) << one.name;
      ASSERT_EQ(machine.cpu.registers[eax], static_cast<std::uint32_t>(native.a)) << one.name;
      ASSERT_EQ(machine.cpu.registers[edx], static_cast<std::uint32_t>(native.d)) << one.name;
    }
  }
}

#endif

TEST(Cpu, FaultsOnADivisionThatHasNoAnswerAndChangesNothing) {
  for (const std::vector<int>& code : {std::vector<int>{0xf7, 0xf1}, {0xf7, 0xf9}}) {
    Machine machine(code);
    machine.cpu.registers[edx] = 0x80000000;
    for (const std::uint32_t divisor : {0u, 1u, ~0u}) {
      machine.cpu.registers[ecx] = divisor;
      if (code[1] == 0xf1 && divisor == ~0u) continue;  // that one has an answer
      EXPECT_EQ(machine.cpu.step(), Fault::divide);
      EXPECT_EQ(machine.cpu.eip, code_at);
      EXPECT_EQ(machine.cpu.registers[edx], 0x80000000u);
    }
  }
}

TEST(Cpu, AddressesMemoryByAllParts) {
  // mov eax, [ebx + ecx*4 + 0x10]
  Machine machine({0x8b, 0x44, 0x8b, 0x10});
  machine.cpu.registers[ebx] = data_at;
  machine.cpu.registers[ecx] = 3;
  machine.memory.write(data_at + 0x1c, 4, 0x12345678);
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.registers[eax], 0x12345678u);
  EXPECT_EQ(machine.cpu.eip, code_at + 4);
}

TEST(Cpu, ReadsAndWritesAcrossPages) {
  Machine machine({0x89, 0x03, 0x8b, 0x0b});  // mov [ebx], eax; mov ecx, [ebx]
  machine.cpu.registers[ebx] = data_at + 4094;
  machine.cpu.registers[eax] = 0xa1b2c3d4;
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.registers[ecx], 0xa1b2c3d4u);
  EXPECT_TRUE(machine.memory.written(data_at + 4096));
}

TEST(Cpu, FaultsOutsideOfMemoryAndKeepsItsRegisters) {
  Machine machine({0x50});  // push eax
  machine.cpu.registers[esp] = 0x10;
  EXPECT_EQ(machine.cpu.step(), Fault::memory);
  EXPECT_EQ(machine.cpu.registers[esp], 0x10u);
  EXPECT_EQ(machine.memory.fault_address(), 0xcu);
}

TEST(Cpu, CopiesALongStringInSeveralSteps) {
  Machine machine({0xf3, 0xaa});  // rep stosb
  machine.cpu.registers[edi] = data_at;
  machine.cpu.registers[ecx] = 5000;
  machine.cpu.registers[eax] = 7;
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.eip, code_at);
  EXPECT_EQ(machine.cpu.registers[ecx], 5000 - Cpu::repeats_max);
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.eip, code_at + 2);
  EXPECT_EQ(machine.memory.read(data_at + 4999, 1), 7u);
  EXPECT_EQ(machine.memory.read(data_at + 5000, 1), 0u);
}

TEST(Cpu, ComparesAStringUntilItDiffers) {
  Machine machine({0xf3, 0xa6});  // repe cmpsb
  machine.memory.write(data_at, 4, 0x04030201);
  machine.memory.write(data_at + 16, 4, 0x05030201);
  machine.cpu.registers[esi] = data_at;
  machine.cpu.registers[edi] = data_at + 16;
  machine.cpu.registers[ecx] = 10;
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.registers[ecx], 6u);
  EXPECT_NE(machine.cpu.flags & flag::carry, 0u);
}

TEST(Cpu, CallsAndReturns) {
  Machine machine({0xe8, 3, 0, 0, 0, 0x90, 0x90, 0x90, 0xc2, 8, 0});  // call +3 ... ret 8
  const std::uint32_t top = machine.cpu.registers[esp];
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.eip, code_at + 8);
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.eip, code_at + 5);
  EXPECT_EQ(machine.cpu.registers[esp], top + 8);
}

TEST(Cpu, TellsWhereTheLastFloatingPointInstructionStood) {
  Machine machine({0xd9, 0xee, 0xd9, 0x74, 0x24, 0xf4});  // fldz; fnstenv [esp - 12]
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.cpu.step(), Fault::none);
  EXPECT_EQ(machine.memory.read(machine.cpu.registers[esp], 4), code_at);
}

TEST(Cpu, KnowsWhatAProgramMayNotDo) {
  EXPECT_EQ(Machine({0xf4}).cpu.step(), Fault::privileged);
  EXPECT_EQ(Machine({0xcc}).cpu.step(), Fault::breakpoint);
  EXPECT_EQ(Machine({0xf1}).cpu.step(), Fault::single_step);
  EXPECT_EQ(Machine({0x0f, 0x0b}).cpu.step(), Fault::illegal);
  EXPECT_EQ(Machine(std::vector<int>(20, 0x66)).cpu.step(), Fault::illegal);
}

}  // namespace
}  // namespace antidotary::emulate
