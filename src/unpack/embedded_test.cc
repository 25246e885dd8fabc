// Method: objects of our own are put somewhere into filler, and what comes out is noted as text.
#include "unpack/embedded.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "core/reader.h"
#include "formats/executable/extent.h"
#include "formats/executable/specimens.h"
#include "formats/zip/writer.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Outcome {
  std::vector<std::string> children;  ///< "name (size)"
  std::vector<ErrorKind> missed;
};

Outcome look_into(const std::string& text, std::vector<Stretch> handed_out = {},
                  Limits limits = {}) {
  Outcome out;
  Budget budget(limits);
  Visitor visitor;
  visitor.child = [&](const Child& child) {
    out.children.push_back(child.name + " (" + std::to_string(child.bytes.size()) + ")");
  };
  visitor.missed = [&](const Missed& missed) { out.missed.push_back(missed.error.kind); };
  open_embedded(as_bytes(text), handed_out, budget, visitor);
  return out;
}

std::string program() { return to_string(executable::pe_of({}, 0x800)); }

std::string zip_of(const std::string& name, const std::string& data) {
  zip::Writer writer;
  writer.add(name, as_bytes(data));
  return to_string(writer.finish());
}

std::string with_crc(std::string head, const std::string& covered) {
  const Bytes bytes = as_bytes(covered);
  const auto crc =
      static_cast<std::uint32_t>(crc32(0, as_octets(bytes), static_cast<unsigned>(bytes.size())));
  Buffer number;
  append_u32_le(number, crc);
  head += to_string(number);
  return head;
}

TEST(Embedded, FindsAProgramAndTakesItAsFarAsItsHeadersSay) {
  const std::string text = std::string(77, 'x') + program() + std::string(500, 'y');
  EXPECT_THAT(look_into(text).children, ElementsAre("pe at 0x4d (2048)"));
}

TEST(Embedded, DoesNotReportTheObjectItself) {
  EXPECT_THAT(look_into(program()).children, IsEmpty());
  EXPECT_THAT(look_into(zip_of("a", "b")).children, IsEmpty());
}

TEST(Embedded, BelievesNoMarkWithoutItsHeader) {
  const std::string marks =
      std::string("MZ MSCF\0\0\0\0 7z\xbc\xaf\x27\x1c\0 Rar!\x1a\x07", 35) +
      "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 \x60\xea %PDF- PK\x03\x04 \x1f\x8b\x08 "
      "\x7f"
      "ELF CWS FWS ZWS {\\rtf \xfd"
      "7zXZ";
  const Outcome out = look_into("x" + marks + std::string(600, ' ') + marks);
  EXPECT_THAT(out.children, IsEmpty());
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(Embedded, TakesAZipToItsOwnEndThoughAnotherIsStoredInIt) {
  const std::string inner = zip_of("inner.txt", "some text");
  const std::string outer = zip_of("inner.zip", inner);
  const std::string text = std::string(100, 'x') + outer + std::string(50, 'y');
  EXPECT_THAT(look_into(text).children,
              ElementsAre("zip at 0x64 (" + std::to_string(outer.size()) + ")"));
}

TEST(Embedded, OpensAZipThatCountsFromTheStartOfTheWhole) {
  zip::Writer writer;
  writer.add("a.txt", as_bytes(std::string_view("aaaa")));
  std::string zip = to_string(writer.finish());
  // As a self-extractor's maker does: every offset counts from the start of the program.
  constexpr std::size_t before = 64;
  const std::size_t end = zip.size() - 22;
  const Buffer copy = to_buffer(as_bytes(zip));
  const std::size_t directory = load_u32_le(copy, end + 16);
  Buffer shifted = copy;
  store_u32_le(shifted, end + 16, static_cast<std::uint32_t>(directory + before));
  store_u32_le(shifted, directory + 42, load_u32_le(copy, directory + 42) + before);
  EXPECT_THAT(look_into(std::string(before, 'x') + to_string(shifted)).children,
              ElementsAre("a.txt (4)"));
}

TEST(Embedded, FindsAZipWithoutDirectory) {
  const std::string zip = zip_of("a.txt", "aaaa");
  const std::string text = "x" + zip.substr(0, zip.find("PK\x01\x02"));
  EXPECT_THAT(look_into(text).children, SizeIs(1));
}

TEST(Embedded, FindsABzip2StreamByTheMarkOfItsFirstBlock) {
  const std::string rest(30, '\xf0');
  EXPECT_THAT(look_into("xx" + ("BZh91AY&SY" + rest)).children, ElementsAre("bzip2 at 0x2 (40)"));
  EXPECT_THAT(look_into("xx" + ("BZh01AY&SY" + rest)).children, IsEmpty());
  EXPECT_THAT(look_into("x1AY&SY" + rest).children, IsEmpty());
}

TEST(Embedded, FindsFormatsByTheirChecksums) {
  const std::string fields(20, '\0');
  const std::string seven = with_crc(std::string("7z\xbc\xaf\x27\x1c\0\4", 8), fields) + fields;
  const std::string rar_head = std::string("\x73\0\0\x0d\0\0\0\0\0\0\0", 11);
  const std::string rar = std::string("Rar!\x1a\x07\0", 7) + with_crc("", rar_head).substr(0, 2) +
                          rar_head + std::string(20, '\0');
  std::string arj_head(34, '\0');
  arj_head[0] = 30;
  const std::string arj = with_crc(std::string("\x60\xea\x22\0", 4) + arj_head, arj_head);
  const std::string text = "x" + seven + "y" + rar + "z" + arj + std::string(40, 'e');
  const Outcome out = look_into(text);
  ASSERT_THAT(out.children, SizeIs(3));
  EXPECT_EQ(out.children[0], "seven_zip at 0x1 (32)");
  EXPECT_EQ(out.children[1].substr(0, 11), "rar at 0x22");
  EXPECT_EQ(out.children[2].substr(0, 6), "arj at");
}

TEST(Embedded, LeavesOutWhatWasHandedOutAlready) {
  const std::string text = std::string(77, 'x') + program() + program();
  EXPECT_THAT(look_into(text, {{70, 100}}).children, ElementsAre("pe at 0x84d (2048)"));
}

TEST(Embedded, StopsAtManyObjectsWithoutEndAndSaysSo) {
  std::string text = "x";
  for (std::size_t i = 0; i < embedded_open_max + 5; ++i) text += "{\\rtf1 " + std::string(40, ' ');
  const Outcome out = look_into(text);
  EXPECT_THAT(out.children, SizeIs(embedded_open_max));
  EXPECT_THAT(out.missed, ElementsAre(ErrorKind::refused));
}

TEST(Embedded, PaysForWhatItReads) {
  Limits limits;
  limits.steps_max = 100;
  const Outcome out = look_into(std::string(1 << 20, 'x') + program(), {}, limits);
  EXPECT_THAT(out.missed, ElementsAre(ErrorKind::budget_spent));
}

TEST(Embedded, IsNotSoughtInArchivesThatAreOpened) {
  EXPECT_FALSE(may_embed(Format::zip));
  EXPECT_FALSE(may_embed(Format::message));
  EXPECT_TRUE(may_embed(Format::pe));
  EXPECT_TRUE(may_embed(Format::text));
  EXPECT_TRUE(may_embed(Format::unknown));
}

}  // namespace
}  // namespace antidotary::unpack

namespace antidotary::executable {
namespace {

TEST(Extent, OfAnElfReachesToItsTables) {
  const Buffer elf = elf_of(true, false);
  EXPECT_EQ(elf_extent(elf), elf.size());
  const Buffer big = elf_of(false, true);
  EXPECT_EQ(elf_extent(big), big.size());
}

TEST(Extent, OfATruncationIsNoneOrMoreThanIsThere) {
  for (const Buffer& whole : {pe_of({}, 0x800), elf_of(true, false)}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes part = Bytes(whole).first(size);
      static_cast<void>(elf_extent(part));
      EXPECT_EQ(pe_extent(part).value_or(0x800), 0x800u);
    }
  }
}

}  // namespace
}  // namespace antidotary::executable
