// Method: archives are written by zip::Writer or are the bytes that Info-ZIP's zip 3.0 wrote,
// beside the command; then one field is bent.
#include <gmock/gmock.h>

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

}  // namespace
}  // namespace antidotary::unpack
