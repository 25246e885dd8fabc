// Method: each form is written by hand from its specification (specimens.h) around the same disk;
// whoever reads it must give that disk, and an error wherever a byte of it is missing.
#include "host/image/container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/image/chunks.h"
#include "host/image/specimens.h"

namespace antidotary::host {
namespace {

using namespace image;
using ::testing::HasSubstr;

std::vector<ImagePart> parts_of(std::vector<Buffer> files) {
  std::vector<ImagePart> out;
  for (Buffer& file : files) {
    out.push_back({fmt::format("disk.E{:02}", out.size() + 1),
                   std::make_unique<MemorySource>(std::move(file))});
  }
  return out;
}

/// The whole disk, read in pieces that end nowhere in particular.
Result<Buffer> disk_of(std::vector<ImagePart> parts, std::string* form = nullptr) {
  DiskImage image = ANTIDOTARY_TRY(open_container(std::move(parts)));
  if (form != nullptr) *form = image.form;
  Buffer out, piece(333);
  for (;;) {
    const std::size_t got = ANTIDOTARY_TRY(image.disk->read(out.size(), piece));
    if (got == 0) return out;
    out.insert(out.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
  }
}

void expect_disk(std::vector<ImagePart> parts, std::string_view form, const Buffer& disk) {
  std::string seen;
  const auto read = disk_of(std::move(parts), &seen);
  ASSERT_TRUE(read.has_value()) << form << ": " << read.error().what;
  EXPECT_EQ(seen, form);
  EXPECT_TRUE(*read == disk) << form;
}

TEST(Container, GivesTheSameDiskOfEveryFormInOneProcess) {
  const Buffer disk = sample_disk();
  for (int round = 0; round < 2; ++round) {
    expect_disk(one_part(disk), "raw", disk);
    expect_disk(one_part(qcow2_specimen(disk)), "qcow", disk);
    expect_disk(one_part(fixed_vhd_specimen(disk)), "VHD", disk);
    expect_disk(one_part(dynamic_vhd_specimen(disk)), "VHD", disk);
    expect_disk(one_part(vhdx_specimen(disk)), "VHDX", disk);
    expect_disk(one_part(vmdk_specimen(disk)), "VMDK", disk);
    expect_disk(parts_of(ewf_specimen(disk)), "EWF (E01)", disk);
  }
}

TEST(Container, JoinsTheExtentsThatADescriptorNames) {
  const Buffer disk = sample_disk();
  auto parts = one_part(to_buffer(as_bytes(std::string_view(
                            "# Disk DescriptorFile\nparentCID=ffffffff\n"
                            "RW 1 FLAT \"a.vmdk\" 0\r\nRW 1 ZERO\nRW 2 FLAT \"a.vmdk\" 2\n"))),
                        "disk.vmdk");
  parts.push_back({"A.vmdk", std::make_unique<MemorySource>(disk)});
  expect_disk(std::move(parts), "VMDK", disk);
}

TEST(Container, NamesTheExtentThatIsMissing) {
  const auto read = disk_of(one_part(
      to_buffer(as_bytes(std::string_view("# Disk DescriptorFile\nRW 1 FLAT \"a.vmdk\" 0\n")))));
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().what, HasSubstr("a.vmdk is not beside it"));
}

// What is cut away is an error or reads as much less; it never reads as another disk.
TEST(Container, RefusesEveryTruncation) {
  const Buffer disk = sample_disk();
  const std::vector<Buffer> images = {qcow2_specimen(disk), dynamic_vhd_specimen(disk),
                                      vmdk_specimen(disk)};
  for (const Buffer& image : images) {
    for (std::size_t size = 8; size < image.size(); size += 7) {
      const auto read = disk_of(one_part(to_buffer(Bytes(image).first(size))));
      // The last bytes of an image may be a footer's copy, or padding.
      EXPECT_TRUE(!read || *read == disk) << size;
    }
  }
  const std::vector<Buffer> evidence = ewf_specimen(disk);
  for (std::size_t size = 0; size < evidence[1].size(); ++size) {
    EXPECT_FALSE(disk_of(parts_of({evidence[0], to_buffer(Bytes(evidence[1]).first(size))})))
        << size;
  }
}

TEST(Ewf, SaysThatAFileIsMissing) {
  const std::vector<Buffer> files = ewf_specimen(sample_disk());
  const auto read = disk_of(parts_of({files[0]}));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::truncated);
  EXPECT_THAT(read.error().what, HasSubstr("file 2 of it"));
  EXPECT_FALSE(disk_of(parts_of({files[1], files[0]})));
}

TEST(Ewf, HoldsEveryChunkAgainstItsChecksum) {
  const Buffer disk = sample_disk();
  std::vector<Buffer> files = ewf_specimen(disk);
  std::size_t seen = 0;
  for (std::size_t at = 13; at < files[0].size(); ++at) {
    std::vector<Buffer> damaged = files;
    damaged[0][at] ^= std::byte{0x10};
    const auto read = disk_of(parts_of(std::move(damaged)));
    if (!read) ++seen;
    // A change in what the image says of its case, or in the second place of its size, harms no
    // chunk; the bytes of the disk are never others.
    EXPECT_TRUE(!read || *read == disk) << at;
  }
  EXPECT_GT(seen, 1000u);
}

TEST(Ewf, FailsWhereTheDiskCouldNotBeRead) {
  const Buffer disk = sample_disk();
  // Runs out of order that overlap: sectors 1 and 2.
  const auto image =
      open_container(parts_of(ewf_specimen(disk, ewf_errors({{2, 1}, {1, 2}, {9, 1}}))));
  ASSERT_TRUE(image.has_value()) << image.error().what;
  for (std::size_t at = 0; at < disk.size(); at += 256) {
    Buffer piece(256);
    const auto read = image->disk->read(at, piece);
    const bool is_bad = at / 512 == 1 || at / 512 == 2;
    ASSERT_EQ(read.has_value(), !is_bad) << at;
    if (is_bad) {
      EXPECT_EQ(read.error().kind, ErrorKind::io) << at;
    } else {
      EXPECT_TRUE(piece == to_buffer(Bytes(disk).subspan(at, 256))) << at;
    }
  }
  Buffer whole(disk.size());
  EXPECT_FALSE(image->disk->read(0, whole));
  Buffer damaged = ewf_errors({{1, 1}});
  put_le(damaged, 0, 2, 4);
  EXPECT_EQ(disk_of(parts_of(ewf_specimen(disk, damaged))).error().kind, ErrorKind::malformed);
}

// A stream whose bytes come out whole may yet not have its checksum: it stands behind them.
TEST(Chunks, AreHeldAgainstZlibsOwnChecksum) {
  Buffer chunk;
  for (std::uint32_t i = 0; i < 4096; ++i) chunk.push_back(static_cast<std::byte>(i * i >> 7));
  const Buffer sound = packed(chunk, 15);
  ASSERT_TRUE(unpack_chunk(sound, Packing::zlib, chunk.size()));
  for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
    Buffer damaged = sound;
    damaged[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    const auto read = unpack_chunk(damaged, Packing::zlib, chunk.size());
    EXPECT_TRUE(!read || *read == chunk) << bit;
  }
  for (std::size_t size = 0; size < sound.size(); ++size) {
    EXPECT_FALSE(unpack_chunk(Bytes(sound).first(size), Packing::zlib, chunk.size())) << size;
  }
}

TEST(Qcow, RefusesADiskThatItsTableDoesNotReach) {
  const Buffer disk = sample_disk();
  Buffer image = qcow2_specimen(disk);
  put_be(image, 36, 0, 4);
  const auto read = disk_of(one_part(std::move(image)));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::malformed);
}

// Whoever owns a disk writes its last sector. The disk that such a footer leads to lies in its
// slack.
TEST(Container, TakesARawDiskForNoOtherBecauseOfItsLastSector) {
  const Buffer disk = sample_disk();
  Buffer planted = disk;
  const Buffer inner = dynamic_vhd_specimen(Buffer(2048, std::byte{0x55}));
  put(planted, planted.size(), inner);
  expect_disk(one_part(planted), "raw", planted);
  for (const std::size_t at : {60u, 64u, 48u + 7u, 100u}) {  // its kind, sum, size, any other byte
    Buffer almost = fixed_vhd_specimen(disk);
    almost[disk.size() + at] ^= std::byte{1};
    expect_disk(one_part(almost), "raw", almost);
  }
}

TEST(Ewf, EndsWhereSectionsRunInACircle) {
  EwfWriter file(1);
  Buffer bytes = file.take();
  Buffer head(76);
  put_text(head, 0, "volume");
  put_le(head, 16, 13, 8);
  put_le(head, 72, adler(Bytes(head).first(72)), 4);
  put(bytes, 13, head);
  put_le(bytes, 13 + 76 + 8, 1, 4);
  put_le(bytes, 13 + 76 + 12, 512, 4);
  bytes.resize(4096);
  put_le(bytes, 13 + 76 + 90, adler(Bytes(bytes).subspan(13 + 76, 90)), 4);
  const auto read = disk_of(one_part(std::move(bytes)));
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().what, HasSubstr("circle"));
}

TEST(Container, RefusesWhatStoresOnlyDifferences) {
  const Buffer disk = sample_disk();
  Buffer qcow = qcow2_specimen(disk);
  put_be(qcow, 8, 104, 8);
  Buffer vhd = dynamic_vhd_specimen(disk);
  put_be(vhd, 60, 4, 4);
  Buffer vmdk = vmdk_specimen(disk);
  const std::string text(as_text(vmdk));
  put_text(vmdk, text.find("ffffffff"), "00000001");
  for (Buffer& image : std::vector<Buffer>{qcow, vhd, vmdk}) {
    const auto read = disk_of(one_part(std::move(image)));
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(read.error().what, HasSubstr("flatten it first"));
  }
}

TEST(Container, NamesWhatItDoesNotRead) {
  Buffer encrypted = qcow2_specimen(sample_disk());
  put_be(encrypted, 32, 2, 4);
  EXPECT_EQ(disk_of(one_part(std::move(encrypted))).error().kind, ErrorKind::encrypted);
  Buffer extended = qcow2_specimen(sample_disk());
  put_be(extended, 72, 16, 8);
  EXPECT_EQ(disk_of(one_part(std::move(extended))).error().kind, ErrorKind::unsupported);
  Buffer logged = vhdx_specimen(sample_disk());
  for (const std::size_t at : {64 * 1024, 128 * 1024}) {
    put_le(logged, at + 48, 1, 8);
    put_le(logged, at + 4, 0, 4);
    put_le(logged, at + 4, castagnoli(Bytes(logged).subspan(at, 4096)), 4);
  }
  EXPECT_THAT(disk_of(one_part(std::move(logged))).error().what, HasSubstr("its log"));
}

}  // namespace
}  // namespace antidotary::host
