#include "remedy/image/overlay.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/text.h"
#include "files/scratch.h"

namespace antidotary::remedy {
namespace {

class OverlayTest : public ::testing::Test {
 protected:
  plan::ImagePart part(const std::string& name, std::size_t bytes, char fill) {
    scratch_.file(name, std::string(bytes, fill));
    struct stat status {};
    EXPECT_EQ(::stat(scratch_.path(name).c_str(), &status), 0);
    return {name, bytes, status.st_dev, status.st_ino,
            std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
  }
  Result<DiskFile> open(const std::vector<plan::ImagePart>& parts,
                        Identity identity = Identity::same_files) {
    return DiskFile::open(scratch_.path(parts[0].name), parts, identity);
  }
  static std::string text_at(const Overlay& overlay, std::uint64_t offset, std::size_t count) {
    Buffer out(count);
    EXPECT_TRUE(overlay.read(offset, out).has_value());
    return to_string(out);
  }

  files::Scratch scratch_;
};

TEST_F(OverlayTest, ShowsWhatWasWrittenAndLeavesTheDisk) {
  const DiskFile disk = open({part("d.001", 10'000, 'a'), part("d.002", 5'000, 'b')}).value();
  Overlay overlay(disk);
  EXPECT_EQ(overlay.size_bytes(), 15'000u);
  ASSERT_TRUE(overlay.write(9'998, as_bytes(std::string_view("1234"))).has_value());
  ASSERT_TRUE(overlay.write(14'999, as_bytes(std::string_view("z"))).has_value());
  EXPECT_EQ(text_at(overlay, 9'996, 8), "aa1234bb");
  EXPECT_EQ(text_at(overlay, 14'997, 3), "bbz");
  EXPECT_EQ(files::Scratch::content(scratch_.path("d.002")), std::string(5'000, 'b'));
  const auto changes = overlay.changes().value();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].offset, 8'192u);
  EXPECT_EQ(changes[1].after.size(), 15'000u - 12'288u) << "the last block is short";
}

TEST_F(OverlayTest, ForgetsWhatWasWrittenBack) {
  const DiskFile disk = open({part("d", 10'000, 'a')}).value();
  Overlay overlay(disk);
  ASSERT_TRUE(overlay.write(5'000, as_bytes(std::string_view("b"))).has_value());
  ASSERT_TRUE(overlay.write(5'000, as_bytes(std::string_view("a"))).has_value());
  EXPECT_TRUE(overlay.changes().value().empty());
}

TEST_F(OverlayTest, RefusesToGrowWithoutEnd) {
  const std::uint64_t blocks = Overlay::blocks_max + 1;
  plan::ImagePart large = part("d", 1, 'a');
  large.size_bytes = blocks * Overlay::block_bytes;
  std::filesystem::resize_file(scratch_.path("d"), large.size_bytes);
  const DiskFile disk = open({large}, Identity::same_size).value();
  Overlay overlay(disk);
  Status written;
  for (std::uint64_t i = 0; i < blocks && written; ++i) {
    written = overlay.write(i * Overlay::block_bytes, as_bytes(std::string_view("x")));
  }
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().kind, ErrorKind::budget_spent);
}

TEST_F(OverlayTest, RefusesWhatIsPastTheEnd) {
  const DiskFile disk = open({part("d", 10, 'a')}).value();
  Overlay overlay(disk);
  Buffer room(4);
  EXPECT_FALSE(overlay.read(8, room).has_value());
  EXPECT_FALSE(overlay.write(8, room).has_value());
  EXPECT_FALSE(overlay.write(~std::uint64_t{0}, room).has_value());
}

TEST_F(OverlayTest, AnImageIsHeldByOneAlone) {
  const auto parts = std::vector{part("d", 10, 'a')};
  const auto kind = [&] {
    const auto opened = open(parts);
    return opened ? std::string_view("opened") : name_of(opened.error().kind);
  };
  {
    const auto first = open(parts);
    EXPECT_TRUE(first.has_value());
    EXPECT_EQ(kind(), "busy");
  }
  const files::Fd other(::open(scratch_.path("d").c_str(), O_RDWR));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  ASSERT_EQ(::fcntl(other.get(), F_OFD_SETLK, &lock), 0);
  EXPECT_EQ(kind(), "busy") << "as a virtual machine locks it";
  lock.l_type = F_UNLCK;
  ASSERT_EQ(::fcntl(other.get(), F_OFD_SETLK, &lock), 0);
  EXPECT_EQ(kind(), "opened");
}

TEST_F(OverlayTest, AnImageThatChangedIsRefused) {
  const auto parts = std::vector{part("d", 10, 'a')};
  part("d", 10, 'b');
  const auto opened = open(parts);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, ErrorKind::changed);
  EXPECT_TRUE(open(parts, Identity::same_size).has_value());
  part("d", 11, 'b');
  EXPECT_FALSE(open(parts, Identity::same_size).has_value());
}

}  // namespace
}  // namespace antidotary::remedy
