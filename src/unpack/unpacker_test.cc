// Method: packed programs are made here: a payload of ours, turned by a key, and a stub of a dozen
// instructions that turns it back and jumps to it, in the shapes that packers use.
#include "unpack/unpacker.h"

#include <gmock/gmock.h>

#include "core/reader.h"
#include "formats/executable/specimens.h"

namespace antidotary::unpack {
namespace {

using executable::PeSection;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint32_t base = 0x400000;
constexpr std::uint8_t key = 0x5a;

void append(Buffer& out, std::initializer_list<int> octets) {
  for (const int octet : octets) out.push_back(static_cast<std::byte>(octet));
}

/// mov esi, packed; mov edi, place; mov ecx, size; again: lodsb; xor al, key; stosb; loop again
Buffer decryptor(std::uint32_t packed, std::uint32_t place, std::uint32_t size) {
  Buffer out;
  append(out, {0xbe});
  append_u32_le(out, packed);
  append(out, {0xbf});
  append_u32_le(out, place);
  append(out, {0xb9});
  append_u32_le(out, size);
  append(out, {0xac, 0x34, key, 0xaa, 0xe2, 0xfa});
  return out;
}

/// A program of a first section without bytes in the file and a second one with `stub` and, at
/// 0x100 in it, `payload` turned by the key.
Buffer packed_program(const Buffer& stub, std::string_view payload) {
  executable::PeSpec spec;
  spec.entry = 0x3000;
  spec.sections = {PeSection{0x1000, 0x400, 0, 0x2000}, PeSection{0x3000, 0x400, 0x1000, 0x1000}};
  Buffer out = executable::pe_of(spec, 0x1400);
  const std::size_t optional = 0x80 + 24;
  store_u32_le(out, optional + 28, base);
  store_u32_le(out, optional + 56, 0x4000);
  for (const std::size_t row : {0u, 1u}) {
    store_u32_le(out, optional + 0xe0 + 40 * row + 36, 0xe0000020);
  }
  executable::put(out, 0x400, stub);
  Buffer turned;
  for (const char c : payload) turned.push_back(static_cast<std::byte>(c ^ key));
  executable::put(out, 0x500, turned);
  return out;
}

struct Outcome {
  std::vector<std::string> names;
  std::vector<Buffer> bytes;
  std::vector<Error> missed;
};

Outcome run(const Buffer& file, Limits limits = {}) {
  Outcome out;
  Budget budget(limits);
  Visitor visitor;
  visitor.child = [&](const Child& child) {
    out.names.push_back(child.name);
    out.bytes.push_back(to_buffer(child.bytes));
  };
  visitor.missed = [&](const Missed& missed) { out.missed.push_back(missed.error); };
  const auto program = executable::read_program(file);
  EXPECT_TRUE(program.has_value());
  if (program) open_packed(file, *program, budget, visitor);
  return out;
}

// Begins with hlt, which ends the run.
std::string payload() {
  std::string out(512, '\x90');
  out[0] = '\xf4';
  return out + "the payload that a rule knows";
}

Buffer jumping_stub() {
  Buffer stub =
      decryptor(base + 0x3100, base + 0x1000, static_cast<std::uint32_t>(payload().size()));
  append(stub, {0xb8});
  append_u32_le(stub, base + 0x1000);
  append(stub, {0xff, 0xe0});  // jmp eax
  return stub;
}

TEST(Unpacker, HandsOutTheMemoryOfAProgramThatJumpsToWhatItWrote) {
  const Outcome out = run(packed_program(jumping_stub(), payload()));
  ASSERT_THAT(out.names, ElementsAre("unpacked"));
  EXPECT_THAT(out.missed, IsEmpty());
  const auto image = executable::read_program(out.bytes[0]);
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->entry, 0x1000u);
  ASSERT_THAT(image->sections, SizeIs(2));
  EXPECT_EQ(image->sections[0].offset, 0x1000u);
  EXPECT_EQ(to_string(Bytes(out.bytes[0]).subspan(0x1000, payload().size())), payload());
}

TEST(Unpacker, HandsOutWhatWasWrittenThoughTheProgramFails) {
  Buffer stub =
      decryptor(base + 0x3100, base + 0x1000, static_cast<std::uint32_t>(payload().size()));
  append(stub, {0x0f, 0x0b});
  const Outcome out = run(packed_program(stub, payload()));
  EXPECT_THAT(out.names, ElementsAre("unpacked"));
}

TEST(Unpacker, HandsOutNothingWhereNothingWasWritten) {
  Buffer stub;
  append(stub, {0xc3});
  const Outcome out = run(packed_program(stub, payload()));
  EXPECT_THAT(out.names, IsEmpty());
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(Unpacker, FollowsAnExceptionHandler) {
  // push handler; push fs:[0]; mov fs:[0], esp; xor eax, eax; mov [eax], al; the handler
  // sets the context's eip to the decryptor and returns "continue".
  Buffer stub;
  append(stub, {0x68});
  append_u32_le(stub, base + 0x3020);
  append(stub,
         {0x64, 0xff, 0x35, 0, 0, 0, 0, 0x64, 0x89, 0x25, 0, 0, 0, 0, 0x33, 0xc0, 0x88, 0x00});
  stub.resize(0x20, std::byte{0xcc});
  append(stub, {0x8b, 0x44, 0x24, 0x0c, 0xc7, 0x80, 0xb8, 0, 0, 0});  // mov [context + 0xb8], ..
  append_u32_le(stub, base + 0x3040);
  append(stub, {0x33, 0xc0, 0xc3});
  stub.resize(0x40, std::byte{0xcc});
  const Buffer rest = jumping_stub();
  stub.insert(stub.end(), rest.begin(), rest.end());
  // The payload's own fault goes to the same handler, so that it is unpacked again and again.
  EXPECT_THAT(run(packed_program(stub, payload())).names, Contains("unpacked"));
}

TEST(Unpacker, CallsWindowsThroughExportsThatTheStubFinds) {
  // mov eax, kernel32; mov ecx, [eax + 0x3c]; cmp word [eax], 'MZ'; jne fail; then the decryptor
  Buffer stub;
  append(stub, {0xb8, 0, 0, 0x80, 0x7c, 0x66, 0x81, 0x38, 'M', 'Z', 0x74, 0x01, 0xf4});
  const Buffer rest = jumping_stub();
  stub.insert(stub.end(), rest.begin(), rest.end());
  EXPECT_THAT(run(packed_program(stub, payload())).names, ElementsAre("unpacked"));
}

TEST(Unpacker, EndsAProgramThatNeverEnds) {
  Buffer stub;
  append(stub, {0xeb, 0xfe});
  Limits limits;
  limits.steps_max = 100'000;
  const Outcome out = run(packed_program(stub, payload()), limits);
  EXPECT_THAT(out.names, IsEmpty());
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].kind, ErrorKind::budget_spent);
}

TEST(Unpacker, EndsAProgramThatWritesEverywhere) {
  // again: mov [edi], al; add edi, 4096; jmp again: walks off the image
  Buffer stub;
  append(stub, {0xbf});
  append_u32_le(stub, base);
  append(stub, {0x88, 0x07, 0x81, 0xc7, 0x00, 0x10, 0, 0, 0xeb, 0xf6});
  const Outcome out = run(packed_program(stub, payload()));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(Unpacker, PaysForTheImage) {
  Limits limits;
  limits.bytes_max = 100;
  const Outcome out = run(packed_program(jumping_stub(), payload()), limits);
  EXPECT_THAT(out.names, IsEmpty());
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].kind, ErrorKind::budget_spent);
}

TEST(Unpacker, DoesNotTakeProgramsForOtherProcessors) {
  Buffer file = packed_program(jumping_stub(), payload());
  store_u16_le(file, 0x84, 0x8664);
  EXPECT_THAT(run(file).names, IsEmpty());
}

TEST(LooksPacked, TellsPackedFromPlainByTheSections) {
  const Buffer packed = packed_program(jumping_stub(), payload());
  EXPECT_TRUE(looks_packed(*executable::read_program(packed)));
  Buffer plain = executable::pe_of({}, 0x800);
  for (const std::size_t row : {0u, 1u}) {
    store_u32_le(plain, 0x80 + 24 + 0xe0 + 40 * row + 36, row == 0 ? 0x60000020 : 0xc0000040);
  }
  EXPECT_FALSE(looks_packed(*executable::read_program(plain)));
}

}  // namespace
}  // namespace antidotary::unpack
