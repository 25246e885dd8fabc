// Method: files are made by specimens.h, whose bytes python3-olefile and gsf read alike
// (tests/formats/documents compares this reader with them); damage is put in by hand.
#include "formats/ole2/compound.h"

#include <gmock/gmock.h>

#include "formats/ole2/specimens.h"

namespace antidotary::ole2 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string read(const Compound& file, const Stream& stream, Status& status) {
  std::string out;
  Budget budget;
  status = file.read(stream, budget, [&out](Bytes piece) {
    out += as_text(piece);
    return true;
  });
  return out;
}

std::vector<std::string> paths(const Compound& file) {
  std::vector<std::string> out;
  for (const Stream& stream : file.streams()) out.push_back(stream.path);
  return out;
}

const std::string big(5000, 'b');
const Contents contents = {{"small", "hello"},
                           {"Macros/VBA/dir", std::string(200, 'd')},
                           {"big", big},
                           {"Macros/PROJECT", "p"}};

// The place of the directory's entry `index`.
std::size_t entry_at(const std::string& file, std::size_t index) {
  return (std::size_t{load_u32_le(as_bytes(file), 48)} + 1) * 512 + index * 128;
}

TEST(Compound, ReadsShortAndLongStreamsByTheirPaths) {
  const std::string bytes = compound_of(contents);
  Budget budget;
  const auto file = Compound::open(as_bytes(bytes), budget);
  ASSERT_TRUE(file) << file.error().what;
  EXPECT_FALSE(file->damage());
  EXPECT_THAT(paths(*file),
              testing::UnorderedElementsAre("small", "Macros/VBA/dir", "big", "Macros/PROJECT"));
  for (const auto& [path, data] : contents) {
    Status status;
    ASSERT_NE(file->find(path), nullptr);
    EXPECT_EQ(read(*file, *file->find(path), status), data);
    EXPECT_TRUE(status);
  }
}

TEST(Compound, LeavesACircleOfSectors) {
  std::string bytes = compound_of({{"big", big}});
  const std::size_t fat = (std::size_t{load_u32_le(as_bytes(bytes), 76)} + 1) * 512;
  bytes.replace(fat + 4, 4, std::string(4, '\0'));  // the stream's second sector leads to its first
  const std::size_t size = entry_at(bytes, 1) + 120;
  bytes.replace(size, 4, "\xff\xff\xff\x7f");
  Budget budget;
  const auto file = Compound::open(as_bytes(bytes), budget);
  ASSERT_TRUE(file);
  Status status;
  read(*file, file->streams()[0], status);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::malformed);
  EXPECT_LT(budget.bytes_used(), 1u << 20);
}

TEST(Compound, LeavesACircleOfNames) {
  std::string bytes = compound_of({{"a", "1"}, {"b", "2"}});
  bytes.replace(entry_at(bytes, 1) + 72, 4, std::string("\x02\0\0\0", 4));
  Budget budget;
  const auto file = Compound::open(as_bytes(bytes), budget);
  ASSERT_TRUE(file);
  EXPECT_THAT(paths(*file), testing::UnorderedElementsAre("a", "b"));
  ASSERT_TRUE(file->damage());
  EXPECT_THAT(file->damage()->what, HasSubstr("tree of names"));
}

TEST(Compound, ListsStreamsThatTheTreeDoesNotReach) {
  std::string bytes = compound_of({{"a", "1"}, {"hidden", "2"}});
  bytes.replace(entry_at(bytes, 0) + 76, 4, std::string("\x01\0\0\0", 4));
  Budget budget;
  const auto file = Compound::open(as_bytes(bytes), budget);
  ASSERT_TRUE(file);
  EXPECT_THAT(paths(*file), ElementsAre("a", "hidden"));
  EXPECT_TRUE(file->streams()[0].reached);
  EXPECT_FALSE(file->streams()[1].reached);
}

TEST(Compound, KeepsAStreamWhoseKindIsDamaged) {
  std::string bytes = compound_of({{"a", "1"}});
  bytes[entry_at(bytes, 1) + 66] = '\0';
  Budget budget;
  const auto file = Compound::open(as_bytes(bytes), budget);
  ASSERT_TRUE(file);
  EXPECT_THAT(paths(*file), ElementsAre("a"));
  EXPECT_TRUE(file->damage());
}

TEST(Compound, HandsOutWhatStandsBeforeTheCut) {
  const std::string whole = compound_of({{"small", "s"}, {"big", big}});
  std::string bytes = whole;
  const std::size_t first = entry_at(bytes, 2) + 116;
  bytes.replace(first, 4, std::string("\x03\0\0\0", 4));
  Budget budget;
  const auto file = Compound::open(as_bytes(bytes), budget);
  ASSERT_TRUE(file);
  Status status;
  EXPECT_FALSE(read(*file, *file->find("big"), status).empty());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::truncated);
}

TEST(Compound, SurvivesEveryTruncation) {
  const std::string bytes = compound_of(contents);
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    Budget budget;
    const auto file = Compound::open(as_bytes(bytes).first(size), budget);
    if (!file) continue;
    bool damaged = file->damage().has_value();
    std::size_t whole = 0;
    for (const Stream& stream : file->streams()) {
      Status status;
      const std::string got = read(*file, stream, status);
      damaged = damaged || !status;
      for (const auto& [path, data] : contents) whole += path == stream.path && got == data;
    }
    // The end of the last table speaks of no sector.
    EXPECT_TRUE(damaged || whole == contents.size()) << size;
  }
}

TEST(Compound, IsNotAnyOtherFile) {
  Budget budget;
  const std::string other(600, 'x');
  EXPECT_EQ(Compound::open(as_bytes(other), budget).error().kind, ErrorKind::not_this_format);
}

TEST(Compound, DoesNotNameStoragesWithoutEnd) {
  std::string path;
  for (int i = 0; i < 400; ++i) path += "storage-with-a-name/";
  const std::string bytes = compound_of({{path + "x", "1"}});
  Budget budget;
  const auto file = Compound::open(as_bytes(bytes), budget);
  ASSERT_TRUE(file);
  ASSERT_EQ(file->streams().size(), 1u);
  EXPECT_LT(file->streams()[0].path.size(), 700u);
  EXPECT_TRUE(file->damage());
}

}  // namespace
}  // namespace antidotary::ole2
