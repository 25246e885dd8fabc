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
    const auto blocks = overlay_->changes().value();
    const files::Fd file(memfd_create("blocks", MFD_CLOEXEC));
    worker::ImageChange change{file.get(), {}};
    for (const ByteEdit& block : blocks) {
      EXPECT_TRUE(files::act::write_all(file.get(), block.after).has_value());
      change.patches.push_back({block.offset, block.after.size()});
    }
    const auto evidence = sources::Evidence::open(disk_.path()).value();
    worker::Worker worker(encyclopedia_);
    const auto seen = worker.compare(evidence, change, meant);
    EXPECT_TRUE(seen.has_value()) << seen.error().what;
    return seen.value_or(host::Comparison{});
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

}  // namespace
}  // namespace antidotary::proof
