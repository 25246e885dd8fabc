#include "sources/image_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "files/scratch.h"

namespace antidotary::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> names_of(const ImageFiles& image) {
  std::vector<std::string> out;
  for (const ImageFile& file : image.files) out.push_back(file.name);
  return out;
}

TEST(NextPartName, CountsAsEachFormDoes) {
  EXPECT_EQ(next_part_name("disk.E01"), "disk.E02");
  EXPECT_EQ(next_part_name("disk.E99"), "disk.EAA");
  EXPECT_EQ(next_part_name("disk.EZZ"), "disk.FAA");
  EXPECT_EQ(next_part_name("disk.e99"), "disk.eaa");
  EXPECT_EQ(next_part_name("disk.ZZZ"), "");
  EXPECT_EQ(next_part_name("disk.001"), "disk.002");
  EXPECT_EQ(next_part_name("disk.999"), "");
  EXPECT_EQ(next_part_name("xaz"), "xba");
  EXPECT_EQ(next_part_name("disk.aa"), "disk.ab");
}

TEST(NextPartName, SeesNoPartInAPlainName) {
  for (const char* name : {"disk.qcow2", "disk", "disk.dd", "disk.E1", "a.b.c"}) {
    if (std::string(name) == "disk.dd") continue;  // "dd" may be the ending of a split
    EXPECT_EQ(next_part_name(name), "") << name;
  }
}

TEST(OpenImage, TakesThePartsInTheirOrder) {
  files::Scratch scratch;
  scratch.file("d.001", "1");
  scratch.file("d.002", "22");
  scratch.file("e.004", "4444");
  const auto image = open_image(scratch.path("d.001"));
  ASSERT_TRUE(image.has_value()) << image.error().what;
  EXPECT_THAT(names_of(*image), ElementsAre("d.001", "d.002"));
  EXPECT_EQ(image->files[1].size_bytes, 2u);
}

TEST(OpenImage, RefusesAGapBetweenParts) {
  files::Scratch scratch;
  for (const char* name : {"d.001", "d.002", "d.004", "e.E01", "e.E03"}) scratch.file(name, "1");
  for (const char* name : {"d.001", "e.E01"}) {
    const auto image = open_image(scratch.path(name));
    ASSERT_FALSE(image.has_value()) << name;
    EXPECT_EQ(image.error().kind, ErrorKind::bad_input);
    EXPECT_THAT(image.error().what, HasSubstr("is not there"));
  }
}

TEST(OpenImage, TakesTheExtentsBesideADescriptor) {
  files::Scratch scratch;
  for (const char* name : {"d.vmdk", "d-s001.vmdk", "d-s002.vmdk", "e-s001.vmdk"}) {
    scratch.file(name, name);
  }
  const auto image = open_image(scratch.path("d.vmdk"));
  ASSERT_TRUE(image.has_value()) << image.error().what;
  EXPECT_THAT(names_of(*image), ElementsAre("d.vmdk", "d-s001.vmdk", "d-s002.vmdk"));
}

TEST(OpenImage, RefusesWhatIsNeitherFileNorDevice) {
  files::Scratch scratch;
  ASSERT_EQ(mkfifo(scratch.path("pipe").c_str(), 0600), 0);
  const auto pipe = open_image(scratch.path("pipe"));
  ASSERT_FALSE(pipe.has_value());
  EXPECT_EQ(pipe.error().kind, ErrorKind::refused);
  EXPECT_EQ(open_image(scratch.path("none")).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace antidotary::sources
