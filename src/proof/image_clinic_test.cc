// What the worker sees of a change to an image: all that was meant and nothing else, or what else.
#include "proof/image_clinic.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>

#include "files/act.h"
#include "remedy/image/fake_disk.h"

namespace antidotary::proof {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ImageComparisonTest : public ::testing::Test {
 protected:
  void SetUp() override {
    disk_.file("WINDOWS/worm.exe", std::string(20'000, 'w'));
    disk_.file("WINDOWS/win.ini", "[windows]\r\nrun=worm.exe\r\n");
    disk_.file("other.bin", std::string(50'000, 'o'));
    if (!disk_.make()) GTEST_SKIP() << "mkntfs or ntfs_fill is not there";
    worm_ = {"volume 1", "WINDOWS/worm.exe", disk_.record("WINDOWS/worm.exe"), true};
    ini_ = {"volume 1", "WINDOWS/win.ini", disk_.record("WINDOWS/win.ini"), false};
    file_.emplace(
        remedy::DiskFile::open(disk_.path(), disk_.fact().parts, remedy::Identity::same_files)
            .value());
    overlay_.emplace(*file_);
    auto program = remedy::NtfsProgram::start(disk_.program(), *overlay_, disk_.fact().volumes[0]);
    ASSERT_TRUE(program.has_value()) << program.error().what;
    ASSERT_TRUE(program->remove({worm_.path, worm_.record}).has_value());
    const auto bytes = [](std::string_view text) { return to_buffer(as_bytes(text)); };
    ASSERT_TRUE(program->write({{ini_.path, ini_.record}, {{15, bytes("worm"), bytes("    ")}}}));
    ASSERT_TRUE(program->close().has_value());
  }

  host::Comparison compare(const std::vector<host::MeantFile>& meant) {
    const auto seen = compared(meant);
    EXPECT_TRUE(seen.has_value()) << seen.error().what;
    return seen.value_or(host::Comparison{});
  }
  Result<host::Comparison> compared(const std::vector<host::MeantFile>& meant) {
    const auto blocks = overlay_->changes().value();
    const files::Fd file(memfd_create("blocks", MFD_CLOEXEC));
    worker::ImageChange change{file.get(), {}};
    for (const ByteEdit& block : blocks) {
      EXPECT_TRUE(files::act::write_all(file.get(), block.after).has_value());
      change.patches.push_back({block.offset, block.after.size()});
    }
    const auto evidence = sources::Evidence::open(disk_.path()).value();
    worker::Worker worker(encyclopedia_);
    return worker.compare(evidence, change, meant);
  }
  /// Where these bytes lie on the image.
  std::uint64_t place_of(std::string_view bytes) const {
    return files::Scratch::content(disk_.path()).find(bytes);
  }
  void change_byte(std::uint64_t at) {
    Buffer byte(1);
    ASSERT_TRUE(overlay_->read(at, byte).has_value());
    byte[0] ^= std::byte{0x10};
    ASSERT_TRUE(overlay_->write(at, byte).has_value());
  }

  remedy::FakeDisk disk_;
  entries::Encyclopedia encyclopedia_;
  host::MeantFile worm_, ini_;
  std::optional<remedy::DiskFile> file_;
  std::optional<remedy::Overlay> overlay_;
};

TEST_F(ImageComparisonTest, FindsNothingBesideWhatWasMeant) {
  const host::Comparison seen = compare({worm_, ini_});
  EXPECT_THAT(seen.strange, IsEmpty());
  ASSERT_EQ(seen.edited.size(), 1u);
  const std::string expected = "[windows]\r\nrun=    .exe\r\n";
  EXPECT_EQ(seen.edited[0].sha256, sha256_hex(as_bytes(std::string_view(expected))));
}

TEST_F(ImageComparisonTest, SeesARemovalThatWasNotMeant) {
  EXPECT_FALSE(compare({ini_}).strange.empty());
}

TEST_F(ImageComparisonTest, SeesAnEditThatWasNotMeant) {
  EXPECT_FALSE(compare({worm_}).strange.empty());
}

TEST_F(ImageComparisonTest, SeesAByteOfAnotherFile) {
  change_byte(place_of(std::string(5'000, 'o')) + 3'000);
  EXPECT_THAT(compare({worm_, ini_}).strange, Contains(HasSubstr("bytes of other.bin")));
}

TEST_F(ImageComparisonTest, SeesAnotherRecord) {
  // The record of other.bin: its name in UTF-16.
  std::string wide;
  for (const char c : std::string("other.bin")) wide += {c, '\0'};
  const std::string whole = files::Scratch::content(disk_.path());
  for (std::size_t at = whole.find(wide); at != std::string::npos; at = whole.find(wide, at + 1)) {
    const std::size_t record = at / 1024 * 1024;
    if (whole.compare(record, 4, "FILE") != 0) continue;
    change_byte(record + 16);  // its sequence number
    EXPECT_THAT(compare({worm_, ini_}).strange, Contains(HasSubstr("record ")));
    return;
  }
  FAIL() << "no record of other.bin";
}

TEST_F(ImageComparisonTest, SeesABitOfTheBitmap) {
  const std::string bits = disk_.content("$Bitmap");
  ASSERT_GT(bits.size(), 100u);
  const std::uint64_t at = place_of(bits);
  const std::uint64_t other = place_of(std::string(5'000, 'o')) - remedy::FakeDisk::volume_at;
  const std::uint64_t cluster = other / 4096;
  Buffer byte(1);
  ASSERT_TRUE(overlay_->read(at + cluster / 8, byte).has_value());
  byte[0] &= ~(std::byte{1} << (cluster % 8));
  ASSERT_TRUE(overlay_->write(at + cluster / 8, byte).has_value());
  EXPECT_THAT(compare({worm_, ini_}).strange, Contains(HasSubstr("of $Bitmap")));
}

// A program that was taken over may write to any volume that it was started on.
TEST_F(ImageComparisonTest, SeesAChangedVolumeOfWhichNothingIsMeant) {
  EXPECT_FALSE(compare({}).strange.empty());
}

TEST_F(ImageComparisonTest, SeesAByteOutsideOfEveryVolume) {
  change_byte(remedy::FakeDisk::volume_at + remedy::FakeDisk::volume_bytes + 100);
  EXPECT_THAT(compare({worm_, ini_}).strange, Contains(HasSubstr("in no volume")));
}

TEST_F(ImageComparisonTest, SeesAByteThatNoFileHolds) {
  // The boot sector's spare copy stands behind the last cluster.
  change_byte(remedy::FakeDisk::volume_at + remedy::FakeDisk::volume_bytes - 100);
  EXPECT_THAT(compare({worm_, ini_}).strange, Contains(HasSubstr("which no file")));
}

TEST_F(ImageComparisonTest, SeesAMirrorThatIsNoneAnyMore) {
  const std::string whole = files::Scratch::content(disk_.path());
  // Boot sector, offset 0x38: the cluster of $MFTMirr.
  const std::uint64_t cluster =
      load_u64_le(as_bytes(std::string_view(whole)), remedy::FakeDisk::volume_at + 0x38);
  change_byte(remedy::FakeDisk::volume_at + cluster * 4096 + 1024 + 16);
  EXPECT_THAT(compare({worm_, ini_}).strange, Contains(HasSubstr("$MFTMirr")));
}

TEST_F(ImageComparisonTest, SeesTheRecordOfTheMftItself) {
  const std::string whole = files::Scratch::content(disk_.path());
  const std::uint64_t cluster =
      load_u64_le(as_bytes(std::string_view(whole)), remedy::FakeDisk::volume_at + 0x30);
  change_byte(remedy::FakeDisk::volume_at + cluster * 4096 + 16);
  EXPECT_THAT(compare({worm_, ini_}).strange, Contains(HasSubstr("record 0")));
}

// What cannot be read as far as it was is not the same.
TEST_F(ImageComparisonTest, SaysThatABitmapIsCut) {
  const std::string whole = files::Scratch::content(disk_.path());
  const std::string_view record = std::string_view(whole).substr(
      whole.find(std::string("$\0B\0i\0t\0m\0a\0p\0", 14)) / 1024 * 1024, 1024);
  ASSERT_EQ(record.substr(0, 4), "FILE");
  const std::size_t data = record.find(std::string("\x80\0\0\0", 4), 56);
  ASSERT_NE(data, std::string_view::npos);
  // A non-resident attribute, offset 0x30: its size in bytes.
  const std::uint64_t at = static_cast<std::uint64_t>(record.data() - whole.data()) + data + 0x30;
  const std::uint64_t size = load_u64_le(as_bytes(std::string_view(whole)), at);
  ASSERT_GT(size, 8);
  Buffer less(8);
  store_u64_le(less, 0, size - 8);
  ASSERT_TRUE(overlay_->write(at, less).has_value());
  const auto seen = compared({worm_, ini_});
  ASSERT_FALSE(seen.has_value());
  EXPECT_THAT(seen.error().what, HasSubstr("$Bitmap"));
}

}  // namespace
}  // namespace antidotary::proof
