// Property: a program of any headers and code ends within its purse; what is handed out is paid
// for; a spent purse is told of.
#include "core/demand.h"
#include "core/reader.h"
#include "formats/executable/specimens.h"
#include "unpack/unpacker.h"

using namespace antidotary;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = view_of(data, size);
  const auto program = executable::read_program(bytes);
  if (!program) return 0;
  for (const executable::ProgramSection& section : program->sections) {
    demand(section.offset <= size && section.size <= size - section.offset);
  }
  demand(program->headers_bytes <= size);
  Limits limits;
  limits.steps_max = 50'000;
  limits.bytes_max = 1 << 20;
  Budget budget(limits);
  std::uint64_t handed_out = 0;
  bool told = false;
  unpack::Visitor visitor;
  visitor.child = [&](const unpack::Child& child) { handed_out += child.bytes.size(); };
  visitor.missed = [&](const unpack::Missed& missed) {
    told = told || missed.error.kind == ErrorKind::budget_spent;
  };
  unpack::open_packed(bytes, *program, budget, visitor);
  demand(handed_out <= budget.bytes_used());
  demand(!budget.spent() || told);
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index >= 1) return 0;
  executable::PeSpec spec;
  spec.sections = {{0x1000, 0x400, 0x400, 0x1000}, {0x2000, 0x400, 0, 0x1000}};
  Buffer file = executable::pe_of(spec, 0x800);
  store_u32_le(file, 0x80 + 24 + 28, 0x400000);
  store_u32_le(file, 0x80 + 24 + 56, 0x3000);
  // mov esi, 0x401040; mov edi, 0x402000; mov ecx, 0x300; rep movsb; jmp 0x402000
  const auto stub = octets(0xbe, 0x40, 0x10, 0x40, 0x00, 0xbf, 0x00, 0x20, 0x40, 0x00, 0xb9, 0x00,
                           0x03, 0x00, 0x00, 0xf3, 0xa4, 0xe9, 0xea, 0x0f, 0x00, 0x00);
  executable::put(file, 0x400, stub);
  for (const std::byte octet : file) out.push_back(std::to_integer<std::uint8_t>(octet));
  return 1;
}
