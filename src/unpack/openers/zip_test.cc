// Method: archives are written by zip::Writer or are the bytes that Info-ZIP's zip 3.0 wrote,
// beside the command; then one field is bent.
#include <gmock/gmock.h>

#include "core/digest.h"
#include "core/reader.h"
#include "formats/zip/writer.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Outcome {
  std::vector<std::string> children;  ///< "name=bytes"
  std::vector<Missed> missed;
  std::vector<std::string> odd;
};

Outcome open(Bytes archive, std::span<const std::string> passwords = {}) {
  Outcome out;
  Budget budget;
  Visitor visitor;
  visitor.child = [&out](const Child& child) {
    out.children.push_back(child.name + "=" + to_string(child.bytes));
  };
  visitor.missed = [&out](const Missed& missed) { out.missed.push_back(missed); };
  visitor.odd = [&out](const Oddity& oddity) { out.odd.emplace_back(oddity.name); };
  visitor.passwords = passwords;
  unpack(Format::zip, archive, budget, visitor);
  return out;
}

Bytes text(std::string_view bytes) { return as_bytes(bytes); }

// printf 'hello\n' > a; zip -X -0 -P secret e.zip a
constexpr auto encrypted =
    octets(0x50, 0x4b, 0x03, 0x04, 0x0a, 0x00, 0x09, 0x00, 0x00, 0x00, 0x08, 0x3a, 0x7e, 0x5d, 0x20,
           0x30, 0x3a, 0x36, 0x12, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
           0x61, 0x9d, 0x86, 0x17, 0xc5, 0x8a, 0x81, 0x83, 0xe0, 0x7b, 0x06, 0x09, 0xed, 0xa2, 0x6e,
           0xf2, 0x38, 0x4b, 0xc8, 0x50, 0x4b, 0x07, 0x08, 0x20, 0x30, 0x3a, 0x36, 0x12, 0x00, 0x00,
           0x00, 0x06, 0x00, 0x00, 0x00, 0x50, 0x4b, 0x01, 0x02, 0x1e, 0x03, 0x0a, 0x00, 0x09, 0x00,
           0x00, 0x00, 0x08, 0x3a, 0x7e, 0x5d, 0x20, 0x30, 0x3a, 0x36, 0x12, 0x00, 0x00, 0x00, 0x06,
           0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
           0xa4, 0x81, 0x00, 0x00, 0x00, 0x00, 0x61, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00,
           0x01, 0x00, 0x01, 0x00, 0x2f, 0x00, 0x00, 0x00, 0x41, 0x00, 0x00, 0x00, 0x00, 0x00);

TEST(ZipOpener, DecryptsWithOneOfThePasswordsThatAreGiven) {
  const std::vector<std::string> passwords = {"wrong", "secret", "late"};
  const Outcome out = open(encrypted, passwords);
  EXPECT_THAT(out.children, ElementsAre("a=hello\n"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(ZipOpener, TellsOfEncryptionWhereNoPasswordFits) {
  const std::vector<std::string> passwords = {"wrong"};
  for (const auto& given : {std::span<const std::string>(), std::span(passwords)}) {
    const Outcome out = open(encrypted, given);
    EXPECT_THAT(out.children, IsEmpty());
    ASSERT_THAT(out.missed, SizeIs(1));
    EXPECT_EQ(out.missed[0].error.kind, ErrorKind::encrypted);
  }
}

TEST(ZipOpener, BringsOutBothStoriesOfALie) {
  zip::Writer writer;
  writer.add("a", text("four and more"));
  Buffer archive = writer.finish();
  const std::size_t central = load_u32_le(archive, archive.size() - 6);
  store_u32_le(archive, central + 20, 4);  // the directory's sizes, packed and not
  store_u32_le(archive, central + 24, 4);
  store_u32_le(archive, central + 16, zip::crc32(text("four")));
  const Outcome out = open(archive);
  EXPECT_THAT(out.children, ElementsAre("a=four", "a (local header)=four and more"));
  EXPECT_THAT(out.missed, IsEmpty());
  EXPECT_THAT(out.odd, Contains("sizes_differ"));
}

TEST(ZipOpener, BringsOutMembersThatTheDirectoryDoesNotKnow) {
  zip::Writer first;
  first.add("hidden", text("hidden bytes"));
  const Buffer whole = first.finish();
  const std::size_t hidden_bytes = load_u32_le(whole, whole.size() - 6);
  zip::Writer second;
  second.add("a", text("seen"));
  const Buffer seen = second.finish();
  Buffer archive(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(hidden_bytes));
  archive.insert(archive.end(), seen.begin(), seen.end());
  const Outcome out = open(archive);
  EXPECT_THAT(out.children, ElementsAre("a=seen", "hidden=hidden bytes"));
  EXPECT_THAT(out.odd, Contains("unlisted_member"));
}

TEST(ZipOpener, BringsOutWhatStandsBehindTheArchive) {
  zip::Writer writer;
  writer.add("a", text("seen"));
  Buffer archive = writer.finish();
  archive.resize(archive.size() + 3);
  EXPECT_THAT(open(archive).children, ElementsAre("a=seen"));  // zeros alone are nothing
  for (const char c : {'m', 'o', 'r', 'e'}) archive.push_back(static_cast<std::byte>(c));
  const Outcome out = open(archive);
  EXPECT_THAT(out.children, ElementsAre("a=seen", std::string("trailing data=\0\0\0more", 21)));
  EXPECT_THAT(out.odd, Contains("trailing_data"));
}

TEST(ZipOpener, SaysOfAPartThatTheOthersHoldTheRest) {
  zip::Writer writer;
  writer.add("a", text("seen"));
  Buffer archive = writer.finish();
  store_u16_le(archive, archive.size() - 18, 1);  // 4.4.19: the number of this disk
  const Outcome out = open(archive);
  ASSERT_THAT(out.missed, SizeIs(1));
  EXPECT_EQ(out.missed[0].error.kind, ErrorKind::unsupported);
}

// printf 'some bytes' > a.txt; 7z a -tzip -mem=AES128 -psecret x.zip a.txt (7-Zip 26.02); AE-2.
constexpr std::string_view aes128 =
    "504b03043300010063001b507e5d000000001e0000000a00000005000b00612e74787401990700020041"
    "45010000d579c1d75aabd90e6918e4de10c2592e246dbcdabfe47c067dcea5cdef06504b01023f033300"
    "010063001b507e5d000000001e0000000a00000005002f000000000000002080a48100000000612e7478"
    "740a0020000000000001001800f39a4cafb180dd01000000000000000000000000000000000199070002"
    "004145010000504b05060000000001000100620000004c0000000000";
// The same with -mem=AES256.
constexpr std::string_view aes256 =
    "504b03043300010063001b507e5d00000000260000000a00000005000b00612e74787401990700020041"
    "450300009d397e814e8593fe64027a158daf43e8a5622a872c87c4e5c726b64e5649678b764521f77ab0"
    "504b01023f033300010063001b507e5d00000000260000000a00000005002f000000000000002080a481"
    "00000000612e7478740a0020000000000001001800f39a4cafb180dd0100000000000000000000000000"
    "0000000199070002004145030000504b0506000000000100010062000000540000000000";

TEST(Zip, OpensAesWithAPasswordThatIsGivenAndNotWithAnother) {
  for (const std::string_view hex : {aes128, aes256}) {
    const Buffer archive = *from_hex(hex);
    const std::vector<std::string> passwords = {"wrong", "secret"};
    const Outcome opened = open(archive, passwords);
    EXPECT_THAT(opened.children, ElementsAre("a.txt=some bytes"));
    EXPECT_THAT(opened.missed, IsEmpty());
    const Outcome locked = open(archive, std::span(passwords).first(1));
    EXPECT_THAT(locked.children, IsEmpty());
    ASSERT_THAT(locked.missed, SizeIs(1));
    EXPECT_EQ(locked.missed[0].error.kind, ErrorKind::encrypted);
  }
}

TEST(Zip, DoesNotBelieveAesDataThatTheirSealDoesNotFit) {
  Buffer archive = *from_hex(aes256);
  archive[70] ^= std::byte{1};  // behind the salt and the check of the password
  const std::vector<std::string> passwords = {"secret"};
  const Outcome out = open(archive, passwords);
  EXPECT_THAT(out.children, IsEmpty());
  EXPECT_THAT(out.missed, SizeIs(1));
}

// A member of a deflated block that is stored: "packed". Directory and local header are told apart.
std::string folder_that_holds(bool descriptor, std::string_view local_name) {
  const std::string data("\x01\x06\0\xf9\xffpacked", 11);
  const std::uint32_t checksum = zip::crc32(text("packed"));
  Buffer out;
  const auto sizes = [&](bool stated) {
    append_u32_le(out, stated ? checksum : 0);
    append_u32_le(out, stated ? 11 : 0);
    append_u32_le(out, stated ? 6 : 0);
  };
  const auto flags_and_method = [&] {
    append_u16_le(out, 20);
    append_u16_le(out, descriptor ? 8 : 0);
    append_u16_le(out, 8);
    append_u32_le(out, 0);  // time and date
  };
  const auto add = [&out](std::string_view bytes) {
    const Bytes more = as_bytes(bytes);
    out.insert(out.end(), more.begin(), more.end());
  };
  add("PK\x03\x04");
  flags_and_method();
  sizes(!descriptor);
  append_u16_le(out, static_cast<std::uint16_t>(local_name.size()));
  append_u16_le(out, 0);
  add(local_name);
  add(data);
  if (descriptor) {
    add("PK\x07\x08");
    sizes(true);
  }
  const auto central = static_cast<std::uint32_t>(out.size());
  add("PK\x01\x02");
  append_u16_le(out, 20);
  flags_and_method();
  sizes(false);
  append_u16_le(out, 2);
  out.insert(out.end(), 16, std::byte{});
  add("a/");
  const auto directory_bytes = static_cast<std::uint32_t>(out.size()) - central;
  add(std::string_view("PK\x05\x06\0\0\0\0\1\0\1\0", 12));
  append_u32_le(out, directory_bytes);
  append_u32_le(out, central);
  append_u16_le(out, 0);
  return to_string(out);
}

TEST(ZipOpener, BringsOutWhatTheDirectoryCallsAFolderAndTheLocalHeaderAFile) {
  for (const bool descriptor : {false, true}) {
    for (const std::string_view name : {"a", "a/"}) {
      const Outcome out = open(text(folder_that_holds(descriptor, name)));
      EXPECT_THAT(out.children, ElementsAre("a/ (local header)=packed")) << descriptor << name;
      EXPECT_THAT(out.missed, IsEmpty()) << descriptor << name;
    }
  }
}

}  // namespace
}  // namespace antidotary::unpack
