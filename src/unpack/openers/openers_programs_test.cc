// Method: programs and pictures are made byte by byte around an inert zip, program or text, and
// what comes out is noted; polyglots are looked into as scanning does, by unpack/tree.
#include <gmock/gmock.h>

#include "core/reader.h"
#include "formats/executable/specimens.h"
#include "formats/picture/picture_end.h"
#include "formats/zip/writer.h"
#include "unpack/tree.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::string zip_of(const std::string& name, const std::string& data) {
  zip::Writer writer;
  writer.add(name, as_bytes(data));
  return to_string(writer.finish());
}

/// "format name" of everything inside.
std::vector<std::string> inside(const std::string& object) {
  Budget budget;
  const Tree tree = tree_of(as_bytes(object), "object", budget);
  std::vector<std::string> out;
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
    out.push_back(tree.nodes[i].format + " " + tree.nodes[i].name);
  }
  return out;
}

// A screen of one pixel, an extension, an image, the trailer.
std::string gif() {
  return std::string("GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff", 19) +
         std::string("\x21\xf9\4\0\0\0\0\0", 8) +
         std::string("\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0", 15) + "\x3b";
}

std::string jpeg() {
  return std::string("\xff\xd8\xff\xe0\0\4ab\xff\xda\0\2\x12\xff\0\x34\xff\xd0\x56\xff\xd9", 21);
}

std::string png() {
  return std::string("\x89PNG\r\n\x1a\n\0\0\0\4IHDRabcdCRC1\0\0\0\0IENDCRC2", 36);
}

TEST(PictureEnd, StandsBehindTheTrailer) {
  Budget budget;
  for (const auto& [format, picture] :
       {std::pair{Format::gif, gif()}, {Format::jpeg, jpeg()}, {Format::png, png()}}) {
    const std::string longer = picture + "appended";
    EXPECT_EQ(*picture::end_of(format, as_bytes(longer), budget), picture.size());
    for (std::size_t size = 14; size < picture.size(); ++size) {
      const Bytes cut = as_bytes(picture).first(size);
      EXPECT_EQ(*picture::end_of(format, cut, budget), std::nullopt) << size;
    }
  }
}

TEST(OpenPicture, HandsOutWhatIsAppended) {
  const std::string rest(64, 'r');
  EXPECT_THAT(inside(gif() + rest), ElementsAre("text appended"));
  EXPECT_THAT(inside(jpeg() + rest), ElementsAre("text appended"));
  EXPECT_THAT(inside(png() + rest), ElementsAre("text appended"));
  EXPECT_THAT(inside(gif()), IsEmpty());
}

TEST(Polyglots, AreOpenedAsEach) {
  const std::string zip = zip_of("hidden.txt", "some text");
  const std::string page = "<html><body>some page</body></html>\n";
  const std::string document = "%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n";
  for (const std::string& front : {gif(), jpeg(), png(), page, document}) {
    EXPECT_THAT(inside(front + zip), Contains("text hidden.txt")) << front;
  }
}

TEST(Polyglots, AreOpenedWhereAProgramStandsBehindAPicture) {
  const std::string program = to_string(executable::pe_of({}, 0x800));
  EXPECT_THAT(inside(jpeg() + std::string(7, 'x') + program), Contains("pe pe at 0x7"));
}

TEST(OpenPe, HandsOutResourcesThatAreObjects) {
  const std::string zip = zip_of("hidden.txt", "some text");
  executable::PeSpec spec;
  spec.sections.push_back({0x3000, 0x800, 0x400, 0x400});
  spec.import_and_resource = {0, 0, 0x3000, 0x400};
  Buffer tree;
  for (const std::uint32_t id : {10u, 101u, 0x409u}) {
    const std::size_t at = tree.size();
    tree.resize(at + 24);
    store_u16_le(tree, at + 14, 1);
    store_u32_le(tree, at + 16, id);
    const auto next = static_cast<std::uint32_t>(tree.size());
    store_u32_le(tree, at + 20, id == 0x409 ? next : next | 0x80000000);
  }
  append_u32_le(tree, 0x3000 + 0x100);
  append_u32_le(tree, static_cast<std::uint32_t>(zip.size()));
  Buffer file = executable::pe_of(spec, 0xc00);
  executable::put(file, 0x800, tree);
  executable::put(file, 0x900, as_bytes(zip));
  EXPECT_THAT(inside(to_string(file)), ElementsAre("zip resource 10/101/1033", "text hidden.txt"));
}

TEST(OpenUniversal, HandsOutSlicesAndMissesThoseThatAreNotThere) {
  const auto number = [](std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
    return out;
  };
  std::string file = "\xca\xfe\xba\xbe" + number(2);
  file += number(7) + number(3) + number(64) + number(40) + number(0);
  file += number(0x0100000c) + number(0) + number(64) + number(4000) + number(0);
  file.resize(64, '\0');
  file += std::string(40, 's');
  Budget budget;
  const Tree tree = tree_of(as_bytes(file), "program", budget);
  ASSERT_EQ(tree.nodes.size(), 3u);
  EXPECT_EQ(tree.nodes[0].format, "macho_universal");
  EXPECT_EQ(tree.nodes[1].name, "slice 1 (i386)");
  EXPECT_EQ(tree.nodes[1].size, 40u);
  EXPECT_EQ(tree.nodes[2].name, "slice 2 (arm64)");
  EXPECT_FALSE(tree.nodes[2].here);
}

}  // namespace
}  // namespace antidotary::unpack
