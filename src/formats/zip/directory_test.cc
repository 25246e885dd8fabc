// Method: archives of our own writer, then bent byte by byte at offsets that the specification
// gives (APPNOTE 4.3.7 local header, 4.3.12 directory record, 4.3.16 end record).
#include "formats/zip/directory.h"

#include <gmock/gmock.h>

#include "core/reader.h"
#include "formats/zip/writer.h"

namespace antidotary::zip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t local_name = 30;

Directory read(Bytes archive) {
  Budget budget;
  auto directory = read_directory(archive, budget);
  EXPECT_TRUE(directory.has_value());
  return directory ? std::move(*directory) : Directory{};
}

Bytes text(std::string_view bytes) { return as_bytes(bytes); }

Buffer two_members() {
  Writer writer;
  writer.add("a.txt", text("aaaa"));
  writer.add("folder/b.txt", text("bb"));
  return writer.finish();
}

// Where the directory's first record stands.
std::size_t central_of(const Buffer& archive) { return load_u32_le(archive, archive.size() - 6); }

TEST(ZipDirectory, TellsMembersAndWhereTheyStand) {
  const Buffer archive = two_members();
  const Directory directory = read(archive);
  ASSERT_EQ(directory.members.size(), 2u);
  const Member& first = directory.members[0];
  EXPECT_EQ(first.name, "a.txt");
  EXPECT_EQ(first.unpacked_bytes, 4u);
  EXPECT_EQ(first.local_offset, 0u);
  EXPECT_EQ(first.data_offset, local_name + 5);
  EXPECT_EQ(first.data_end, local_name + 9);
  EXPECT_EQ(first.crc32, crc32(text("aaaa")));
  EXPECT_FALSE(first.encrypted);
  EXPECT_EQ(directory.members[1].name, "folder/b.txt");
  EXPECT_THAT(directory.anomalies, IsEmpty());
}

TEST(ZipDirectory, KnowsThePublishedChecksum) {
  EXPECT_EQ(crc32(text("123456789")), 0xcbf43926u);  // the check value of this CRC
}

TEST(ZipDirectory, OfNoMembersIsEmpty) {
  const Directory directory = read(Writer().finish());
  EXPECT_THAT(directory.members, IsEmpty());
  EXPECT_THAT(directory.anomalies, IsEmpty());
}

TEST(ZipDirectory, SeesEncryptionInEitherHeader) {
  Buffer archive = two_members();
  archive[6] |= std::byte{1};  // the local header's flag alone
  const Directory directory = read(archive);
  EXPECT_TRUE(directory.members[0].encrypted);
  EXPECT_FALSE(directory.members[1].encrypted);
  EXPECT_THAT(directory.anomalies, ElementsAre(Anomaly::encryption_differs));
}

TEST(ZipDirectory, MarksAllButTheFirstOfAnOverlap) {
  Writer writer;
  writer.add("a", text("aaaa"));
  writer.add_overlap("b", 0);
  writer.add("c", text("cc"));
  const Directory directory = read(writer.finish());
  ASSERT_EQ(directory.members.size(), 3u);
  EXPECT_FALSE(directory.members[0].overlaps);
  EXPECT_TRUE(directory.members[1].overlaps);
  EXPECT_FALSE(directory.members[2].overlaps);
  EXPECT_TRUE(directory.has(Anomaly::ranges_overlap));
  EXPECT_TRUE(directory.has(Anomaly::names_differ));
}

TEST(ZipDirectory, SeesAMemberThatReachesIntoTheNext) {
  Buffer archive = two_members();
  store_u32_le(archive, central_of(archive) + 20, 10);  // compressed size of a.txt, was 4
  const Directory directory = read(archive);
  EXPECT_TRUE(directory.members[1].overlaps);
  EXPECT_TRUE(directory.has(Anomaly::sizes_differ));
}

TEST(ZipDirectory, FindsItselfBehindOtherBytes) {
  Buffer archive = to_buffer(text("a program that unpacks what follows"));
  const std::size_t before = archive.size();
  const Buffer zip = two_members();
  archive.insert(archive.end(), zip.begin(), zip.end());
  const Directory directory = read(archive);
  ASSERT_EQ(directory.members.size(), 2u);
  EXPECT_EQ(directory.members[0].local_offset, before);
  EXPECT_TRUE(directory.members[0].readable);
  EXPECT_THAT(directory.anomalies, ElementsAre(Anomaly::bytes_before));
}

// Of an archive of two parts: the second begins with the second member.
Buffer in_two_parts() {
  Buffer archive = two_members();
  const std::size_t central = central_of(archive), end = archive.size() - 22;
  const std::size_t second = central + 46 + 5;  // behind the first record and its name
  const std::uint32_t part = load_u32_le(archive, second + 42);
  const std::span<std::byte> bytes(archive);
  store_u32_le(bytes, second + 42, 0);
  bytes[second + 34] = std::byte{1};
  bytes[end + 4] = bytes[end + 6] = std::byte{1};
  store_u32_le(bytes, end + 16, static_cast<std::uint32_t>(central) - part);
  return archive;
}

TEST(ZipDirectory, ReadsPartsThatWerePutTogether) {
  const Directory directory = read(in_two_parts());
  EXPECT_THAT(directory.anomalies, ElementsAre(Anomaly::several_disks));
  ASSERT_EQ(directory.members.size(), 2u);
  EXPECT_TRUE(directory.members[0].readable && directory.members[1].readable);
  EXPECT_EQ(directory.members[0].data_end - directory.members[0].data_offset, 4u);
  EXPECT_EQ(directory.members[1].data_end - directory.members[1].data_offset, 2u);
}

TEST(ZipDirectory, SaysWhatStandsInAnotherPart) {
  const Buffer archive = in_two_parts();
  const Bytes last = Bytes(archive).subspan(local_name + 9);
  const Directory directory = read(last);
  EXPECT_THAT(directory.anomalies, ElementsAre(Anomaly::several_disks));
  ASSERT_EQ(directory.members.size(), 2u);
  EXPECT_TRUE(directory.members[0].elsewhere);
  EXPECT_TRUE(directory.members[1].readable);
}

TEST(ZipDirectory, FindsItselfBeforeOtherBytes) {
  Buffer archive = two_members();
  archive.resize(archive.size() + 100);
  const Directory directory = read(archive);
  EXPECT_EQ(directory.members.size(), 2u);
  EXPECT_THAT(directory.anomalies, ElementsAre(Anomaly::bytes_after));
}

TEST(ZipDirectory, WalksLocalHeadersWhereTheDirectoryIsCutOff) {
  Buffer archive = two_members();
  archive.resize(central_of(archive));
  const Directory directory = read(archive);
  ASSERT_EQ(directory.members.size(), 2u);
  EXPECT_EQ(directory.members[1].name, "folder/b.txt");
  EXPECT_EQ(directory.members[1].data_end, archive.size());
  EXPECT_THAT(directory.anomalies, ElementsAre(Anomaly::directory_missing));
}

TEST(ZipDirectory, NotesDataThatAreCut) {
  Buffer archive = two_members();
  archive.resize(local_name + 5 + 2);
  const Directory directory = read(archive);
  ASSERT_EQ(directory.members.size(), 1u);
  EXPECT_TRUE(directory.members[0].cut);
  EXPECT_EQ(directory.members[0].data_end, archive.size());
}

TEST(ZipDirectory, DoesNotBelieveAnOffset) {
  Buffer archive = two_members();
  store_u32_le(archive, central_of(archive) + 42, 0xfffffff0);
  const Directory directory = read(archive);
  EXPECT_FALSE(directory.members[0].readable);
  EXPECT_TRUE(directory.members[1].readable);
  EXPECT_TRUE(directory.has(Anomaly::local_header_missing));
}

TEST(ZipDirectory, ReadsNamesOfCodePage437) {
  Buffer archive = two_members();
  const std::size_t central = central_of(archive);
  store_u16_le(archive, 6, 0);
  store_u16_le(archive, central + 8, 0);
  archive[local_name] = archive[central + 46] = std::byte{0x84};
  EXPECT_EQ(read(archive).members[0].name, "\xc3\xa4.txt");
}

TEST(ZipDirectory, NotesNamesThatClimbOrRepeat) {
  for (const char* name : {"../a", "/a", "c:\\a", "a\\..\\b", "\\a"}) {
    Writer writer;
    writer.add(name, text("a"));
    writer.add(name, text("a"));
    const Directory directory = read(writer.finish());
    EXPECT_TRUE(directory.has(Anomaly::climbing_name)) << name;
    EXPECT_TRUE(directory.has(Anomaly::duplicate_name)) << name;
  }
  EXPECT_EQ(name_of(Anomaly::too_many_members), "too_many_members");
}

TEST(ZipDirectory, NotesAWrongCount) {
  Buffer archive = two_members();
  store_u16_le(archive, archive.size() - 12, 7);
  const Directory directory = read(archive);
  EXPECT_EQ(directory.members.size(), 2u);
  EXPECT_TRUE(directory.has(Anomaly::count_differs));
}

TEST(ZipDirectory, OfAnotherFormatIsAnError) {
  Budget budget;
  const auto directory = read_directory(text("no archive, but long enough to be one"), budget);
  ASSERT_FALSE(directory.has_value());
  EXPECT_EQ(directory.error().kind, ErrorKind::not_this_format);
}

TEST(ZipDirectory, SurvivesEveryTruncation) {
  const Buffer archive = two_members();
  for (std::size_t size = 0; size < archive.size(); ++size) {
    Budget budget;
    const Buffer cut(archive.begin(), archive.begin() + static_cast<std::ptrdiff_t>(size));
    const auto directory = read_directory(cut, budget);
    if (!directory) continue;
    for (const Member& member : directory->members) EXPECT_LE(member.data_end, size);
  }
}

TEST(ZipDirectory, PaysForItsMembers) {
  Writer writer;
  for (int i = 0; i < 100; ++i) writer.add(std::to_string(i), text("x"));
  const Buffer archive = writer.finish();
  Limits limits;
  limits.steps_max = 150;  // the search for the end record takes a part of them
  Budget budget(limits);
  const auto directory = read_directory(archive, budget);
  ASSERT_FALSE(directory.has_value());
  EXPECT_EQ(directory.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::zip
