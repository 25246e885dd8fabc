// Method: small packs of three sections, then every way in which such a file can be cut, damaged
// or forged. A forged header carries a right digest, as a stranger's would.
#include "pack/file.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <sys/mman.h>

#include <algorithm>

#include "core/digest.h"
#include "core/reader.h"

namespace antidotary::pack {
namespace {

using testing::HasSubstr;

constexpr std::size_t page = 4096;
constexpr std::size_t header_bytes = 64;
constexpr std::size_t record_bytes = 112;

Buffer filled(std::size_t size, int value) { return Buffer(size, static_cast<std::byte>(value)); }

Buffer three_sections(Bytes key = {}) {
  FileWriter writer;
  Sha256 inputs{};
  inputs.fill(std::byte{7});
  writer.add("names", filled(5000, 1), inputs);
  writer.add("empty", {});
  writer.add("rules", filled(10, 2));
  return std::move(writer).finish(key).value();
}

/// Sets the digest over header and table right again, after a change in them.
void forge(Buffer& file) {
  const std::size_t head = header_bytes + load_u32_le(file, 24) * record_bytes;
  Digester digester(DigestKind::sha256);
  digester.update(Bytes(file).first(head));
  const Buffer digest = digester.finish();
  std::copy(digest.begin(), digest.end(), file.begin() + static_cast<std::ptrdiff_t>(head));
}

// The pair of RFC 8032, section 7.1, test 1.
Buffer private_key() {
  return from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value();
}
Buffer public_key() {
  return from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").value();
}

TEST(File, GivesBackWhatWasWritten) {
  const Buffer bytes = three_sections();
  const auto file = File::open(bytes);
  ASSERT_TRUE(file) << file.error().what;
  ASSERT_EQ(file->sections().size(), 3U);
  EXPECT_EQ(to_buffer(file->section("names")), filled(5000, 1));
  EXPECT_EQ(to_buffer(file->section("rules")), filled(10, 2));
  EXPECT_TRUE(file->section("empty").empty());
  EXPECT_TRUE(file->section("no such").empty());
  EXPECT_EQ(file->sections()[0].inputs[31], std::byte{7});
  EXPECT_EQ(file->sections()[2].inputs, Sha256{});
  EXPECT_EQ(file->id().size(), 64U);
  EXPECT_TRUE(file->verify_sections());
}

TEST(File, BeginsEachSectionOnAPage) {
  const Buffer bytes = three_sections();
  const auto file = File::open(bytes);
  for (const File::Section& section : file->sections()) {
    EXPECT_EQ((section.bytes.data() - bytes.data()) % static_cast<std::ptrdiff_t>(page), 0);
  }
}

TEST(File, HasAnIdThatFollowsItsContent) {
  FileWriter writer;
  writer.add("names", filled(5000, 3));
  const Buffer other = std::move(writer).finish().value();
  EXPECT_NE(File::open(other)->id(), File::open(three_sections())->id());
  EXPECT_EQ(File::open(three_sections())->id(), File::open(three_sections())->id());
}

TEST(File, NamesWhatIsCut) {
  const Buffer bytes = three_sections();
  const auto cut = [&](std::size_t size) { return File::open(Bytes(bytes).first(size)); };
  const std::size_t names = page;
  const std::size_t rules = page + 2 * page;
  EXPECT_EQ(cut(0).error().kind, ErrorKind::not_this_format);
  EXPECT_EQ(cut(5).error().kind, ErrorKind::truncated);
  EXPECT_THAT(cut(40).error().what, HasSubstr("header is cut"));
  EXPECT_THAT(cut(200).error().what, HasSubstr("table of sections is cut"));
  EXPECT_THAT(cut(names).error().what, HasSubstr("'names'"));
  EXPECT_THAT(cut(names + 4999).error().what, HasSubstr("'names'"));
  EXPECT_THAT(cut(names + 5000).error().what, HasSubstr("'empty'"));
  EXPECT_THAT(cut(rules).error().what, HasSubstr("'rules'"));
  EXPECT_THAT(cut(rules + 10).error().what, HasSubstr("where its header says"));
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_EQ(cut(size).error().kind, ErrorKind::truncated) << size;
  }
}

TEST(File, RefusesBytesBehindItsEnd) {
  Buffer bytes = three_sections();
  bytes.push_back(std::byte{0});
  EXPECT_EQ(File::open(bytes).error().kind, ErrorKind::malformed);
}

TEST(File, SaysThatAnotherFormatIsToBeBuiltAgain) {
  for (const auto& [version, age] :
       {std::pair{format_version + 1, "a newer"}, std::pair{format_version - 1, "an older"}}) {
    Buffer bytes = three_sections();
    store_u32_le(bytes, 16, version);
    const auto file = File::open(bytes);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(file.error().what,
              fmt::format("made by {} antidotary (format {}); this one reads format {}: build it "
                          "again with 'antidotary pack build'",
                          age, version, format_version));
  }
}

TEST(File, RefusesEveryChangeOfItsHeader) {
  const Buffer good = three_sections();
  const std::size_t head = header_bytes + 3 * record_bytes + 32;
  for (std::size_t i = 0; i < head; ++i) {
    Buffer bytes = good;
    bytes[i] ^= std::byte{1};
    EXPECT_FALSE(File::open(bytes)) << i;
  }
}

TEST(File, RefusesForgedPlacesOfSections) {
  const auto forged = [](std::size_t field, std::uint64_t value) {
    Buffer bytes = three_sections();
    store_u64_le(bytes, header_bytes + field, value);
    forge(bytes);
    return File::open(bytes).error();
  };
  constexpr std::size_t offset = 32;
  constexpr std::size_t length = 40;
  EXPECT_EQ(forged(offset, 1).kind, ErrorKind::malformed);     // not on a page
  EXPECT_EQ(forged(offset, 0).kind, ErrorKind::malformed);     // in the header
  EXPECT_EQ(forged(length, 8193).kind, ErrorKind::malformed);  // over the next one
  EXPECT_EQ(forged(length, ~0ULL).kind, ErrorKind::malformed);
  EXPECT_EQ(forged(offset, ~0ULL - 4095).kind, ErrorKind::malformed);
  EXPECT_EQ(forged(0, 0).kind, ErrorKind::malformed);  // no name
}

TEST(File, RefusesTwoSectionsOfOneName) {
  Buffer bytes = three_sections();
  std::copy_n(bytes.begin() + header_bytes, 32, bytes.begin() + header_bytes + record_bytes);
  forge(bytes);
  EXPECT_THAT(File::open(bytes).error().what, HasSubstr("two sections 'names'"));
  FileWriter writer;
  writer.add("names", {});
  writer.add("names", {});
  EXPECT_EQ(std::move(writer).finish().error().kind, ErrorKind::internal);
}

TEST(File, NamesTheDamagedSection) {
  Buffer bytes = three_sections();
  bytes[page + 2 * page + 3] ^= std::byte{1};
  const auto file = File::open(bytes);
  ASSERT_TRUE(file);
  EXPECT_THAT(file->verify_sections().error().what, HasSubstr("'rules'"));
}

TEST(File, IsTrustedOnlyByTheKeyThatSignedIt) {
  const Buffer bytes = three_sections(private_key());
  const auto file = File::open(bytes);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->is_signed());
  EXPECT_TRUE(file->verify_signature(public_key()));
  Buffer other = public_key();
  other[0] ^= std::byte{1};
  EXPECT_EQ(file->verify_signature(other).error().kind, ErrorKind::refused);
  EXPECT_EQ(file->verify_signature(Buffer{}).error().kind, ErrorKind::refused);
  Buffer forged = bytes;
  forged[header_bytes + 3 * record_bytes + 32] ^= std::byte{1};
  EXPECT_EQ(File::open(forged)->verify_signature(public_key()).error().kind, ErrorKind::refused);
}

TEST(File, IsNotTrustedUnsigned) {
  const Buffer bytes = three_sections();
  EXPECT_FALSE(File::open(bytes)->is_signed());
  EXPECT_EQ(File::open(bytes)->verify_signature(public_key()).error().kind, ErrorKind::refused);
}

TEST(File, RefusesAKeyOfAnotherLength) {
  FileWriter writer;
  const Buffer key = filled(31, 1);
  EXPECT_EQ(std::move(writer).finish(key).error().kind, ErrorKind::bad_input);
}

TEST(File, OpensWithoutReadingItsSections) {
  FileWriter writer;
  writer.add("large", Buffer(16u << 20));
  const Buffer bytes = std::move(writer).finish().value();
  // The pages behind the header may not be touched: who reads them is killed.
  void* memory = mmap(nullptr, bytes.size(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  ASSERT_EQ(mprotect(memory, page, PROT_READ | PROT_WRITE), 0);
  std::copy_n(bytes.data(), page, static_cast<std::byte*>(memory));
  const auto file = File::open(view_of(memory, bytes.size()));
  ASSERT_TRUE(file) << file.error().what;
  EXPECT_EQ(file->section("large").size(), 16u << 20);
  munmap(memory, bytes.size());
}

}  // namespace
}  // namespace antidotary::pack
