// The NTFS program at work on volumes of mkntfs, through an overlay; and doubles that misbehave.
#include "remedy/image/ntfs_program.h"

#include <gmock/gmock.h>

#include "core/text.h"
#include "remedy/image/fake_disk.h"

namespace antidotary::remedy {
namespace {

using ::testing::HasSubstr;

std::string many(std::size_t bytes, char first) {
  std::string out(bytes, ' ');
  for (std::size_t i = 0; i < bytes; ++i) {
    out[i] = static_cast<char>(first + static_cast<char>(i % 23));
  }
  return out;
}

class NtfsProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    disk_.file("WINDOWS/worm.exe", many(20'000, 'a'));
    disk_.file("WINDOWS/small.tmp", "small");
    disk_.file("WINDOWS/system32/config/SOFTWARE", many(40'000, 'A'));
    if (!disk_.make()) GTEST_SKIP() << "mkntfs or ntfs_fill is not there";
    before_ = disk_.sha256();
  }
  void open() {
    file_.emplace(DiskFile::open(disk_.path(), disk_.fact().parts, Identity::same_files).value());
    overlay_.emplace(*file_);
  }
  Result<NtfsProgram> start(const std::string& program) {
    return NtfsProgram::start(program, *overlay_, disk_.fact().volumes[0]);
  }
  ntfs::NodeRequest node(const std::string& path) const { return {path, disk_.record(path)}; }
  /// Writes the overlay to the image.
  void commit() {
    const auto changes = overlay_->changes().value();
    for (const ByteEdit& edit : changes) {
      const Status written = file_->write(edit.offset, edit.after);
      ASSERT_TRUE(written.has_value()) << written.error().what;
    }
  }

  FakeDisk disk_;
  std::string before_;
  std::optional<DiskFile> file_;
  std::optional<Overlay> overlay_;
};

TEST_F(NtfsProgramTest, TellsAndReadsAFile) {
  open();
  auto program = start(disk_.program());
  ASSERT_TRUE(program.has_value()) << program.error().what;
  const auto found = program->find(node("WINDOWS/worm.exe"));
  ASSERT_TRUE(found.has_value()) << found.error().what;
  EXPECT_EQ(found->size_bytes, 20'000u);
  EXPECT_EQ(found->names, 1u);
  EXPECT_GT(found->modified, 116'444'736'000'000'000u);
  std::string content;
  const auto take = [&content](Bytes bytes) -> Status {
    content += as_text(bytes);
    return {};
  };
  EXPECT_TRUE(program->read(node("WINDOWS/worm.exe"), 20'000, take).has_value());
  EXPECT_TRUE(content == many(20'000, 'a'));
  EXPECT_TRUE(program->close().has_value());
  EXPECT_TRUE(overlay_->changes().value().empty()) << "reading changes nothing";
}

TEST_F(NtfsProgramTest, RemovesAFileAndLeavesASoundVolume) {
  open();
  auto program = start(disk_.program());
  for (const char* path : {"WINDOWS/worm.exe", "WINDOWS/small.tmp"}) {
    const auto removed = program->remove(node(path));
    ASSERT_TRUE(removed.has_value()) << removed.error().what;
  }
  ASSERT_TRUE(program->close().has_value());
  EXPECT_EQ(disk_.sha256(), before_) << "the image is not written to before it is asked for";
  const auto changes = overlay_->changes().value();
  EXPECT_GT(changes.size(), 2u);
  EXPECT_LT(changes.size(), 20u);
  commit();
  EXPECT_TRUE(disk_.is_sound());
  EXPECT_EQ(disk_.content("WINDOWS/worm.exe"), "");
  EXPECT_TRUE(disk_.content("WINDOWS/system32/config/SOFTWARE") == many(40'000, 'A'));
  for (const ByteEdit& edit : changes) ASSERT_TRUE(file_->write(edit.offset, edit.before));
  EXPECT_EQ(disk_.sha256(), before_);
}

TEST_F(NtfsProgramTest, EditsInPlaceAndTouchesNothingElse) {
  open();
  auto program = start(disk_.program());
  const std::string path = "WINDOWS/system32/config/SOFTWARE";
  const std::string whole = many(40'000, 'A');
  const auto at = [&](std::size_t offset, std::string_view after) {
    return ByteEdit{offset, to_buffer(as_bytes(std::string_view(whole).substr(offset, 4))),
                    to_buffer(as_bytes(after))};
  };
  const auto written = program->write({node(path), {at(100, "1111"), at(39'990, "2222")}});
  ASSERT_TRUE(written.has_value()) << written.error().what;
  const auto again = program->write({node(path), {at(100, "3333")}});
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::changed);
  ASSERT_TRUE(program->close().has_value());
  EXPECT_EQ(overlay_->changes().value().size(), 2u) << "its record and times are kept";
  commit();
  std::string expected = whole;
  expected.replace(100, 4, "1111").replace(39'990, 4, "2222");
  EXPECT_TRUE(disk_.content(path) == expected);
  EXPECT_TRUE(disk_.is_sound());
}

TEST_F(NtfsProgramTest, RefusesWhatIsNotMeant) {
  open();
  auto program = start(disk_.program());
  const auto kind = [](const auto& result) {
    return result ? std::string("done") : std::string(name_of(result.error().kind));
  };
  EXPECT_EQ(kind(program->find({"WINDOWS/none.exe", 70})), "not_found");
  EXPECT_EQ(kind(program->remove({"WINDOWS/worm.exe", node("WINDOWS/small.tmp").record})),
            "changed");
  EXPECT_EQ(kind(program->remove(node("WINDOWS/system32"))), "refused");
  EXPECT_EQ(kind(program->remove({"$MFT", 0})), "refused");
  EXPECT_EQ(kind(program->write({node("WINDOWS/small.tmp"),
                                 {{3, Buffer(9, std::byte{1}), Buffer(9, std::byte{2})}}})),
            "refused");
  EXPECT_TRUE(program->close().has_value());
  EXPECT_TRUE(overlay_->changes().value().empty());
}

TEST_F(NtfsProgramTest, IsSaidToBeMissing) {
  open();
  const auto program = start(disk_.path("nowhere"));
  ASSERT_FALSE(program.has_value());
  EXPECT_EQ(program.error().kind, ErrorKind::not_found);
}

// A double is named for what it does: tests/images/hostile_ntfs_main.cc.
TEST_F(NtfsProgramTest, OutlivesEveryProgramThatMisbehaves) {
  const std::string double_path = ANTIDOTARY_BINARY_DIR "/bin/hostile_ntfs";
  if (!std::filesystem::exists(double_path)) GTEST_SKIP() << "the double is not built";
  const std::vector<std::pair<std::string, std::string>> doubles = {
      {"dies", "was killed by signal"},       {"exits", "exited with 7"},
      {"nonsense", "spoke out of turn"},      {"writes-outside", "wrote outside of its volume"},
      {"reads-outside", "not in its volume"}, {"asks-for-ever", "asked for more than it may"},
      {"opens-a-file", "could not open"},     {"silent", "took too long"},
      {"never-locks", "cannot start"}};
  for (const auto& [name, words] : doubles) {
    SCOPED_TRACE(name);
    open();
    const std::string path = disk_.path(name);
    std::filesystem::create_symlink(double_path, path);
    NtfsLimits limits;
    limits.questions_max = 50'000;
    limits.request_ms_max = name == "silent" ? 300 : 60'000;
    const auto program = NtfsProgram::start(path, *overlay_, disk_.fact().volumes[0], limits);
    ASSERT_FALSE(program.has_value());
    EXPECT_THAT(program.error().what, HasSubstr(words));
    overlay_.reset();
    file_.reset();
    EXPECT_EQ(disk_.sha256(), before_);
  }
}

// Records, indexes and bitmap with random bytes in them: an error, never a crash of ours, never a
// write to the image.
TEST_F(NtfsProgramTest, DamagedVolumesEndInAnError) {
  std::string whole = files::Scratch::content(disk_.path());
  std::uint32_t random = 7;
  const auto next = [&random] { return random = random * 1'664'525 + 1'013'904'223; };
  for (int round = 0; round < 12; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 60; ++i) {
      damaged[FakeDisk::volume_at + (next() >> 8) % (FakeDisk::volume_bytes / 4)] =
          static_cast<char>(next() >> 16);
    }
    disk_.scratch().file("disk.raw", damaged);
    open();
    auto program = start(disk_.program());
    if (program) {
      (void)program->find(node("WINDOWS/worm.exe"));
      (void)program->remove(node("WINDOWS/worm.exe"));
      (void)program->close();
    }
    overlay_.reset();
    file_.reset();
    EXPECT_EQ(files::Scratch::content(disk_.path()), damaged);
  }
}

}  // namespace
}  // namespace antidotary::remedy
