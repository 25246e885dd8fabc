// Windows: where a pattern may begin in a program; the numbers are what clamscan 1.4.6 allows.
#include <gtest/gtest.h>

#include "pack/windows.h"

namespace antidotary::pack {
namespace {

class WindowOf : public testing::Test {
 protected:
  WindowOf() : bytes_(0x800) {
    executable_.entry_point = 0x410;
    executable_.sections = {{0x400, 0x200}, {0x4000, 0}, {0x600, 0x200}};
    executable_.version_strings = {0x620, 0x640, 0x700};
    subject_.bytes = bytes_;
    subject_.executable = &executable_;
  }
  /// "lo-hi" in hexadecimal; "none".
  std::string of(const Offset& offset) const {
    const auto window = window_of(offset, subject_);
    return window ? fmt::format("{:x}-{:x}", window->lo, window->hi) : "none";
  }

  Buffer bytes_;
  Executable executable_;
  Subject subject_;
};

TEST_F(WindowOf, CountsFromTheEntryPoint) {
  EXPECT_EQ(of({Offset::Kind::entry_point, 0, 0, 0}), "410-410");
  EXPECT_EQ(of({Offset::Kind::entry_point, 0, -0x10, 4}), "400-404");
  EXPECT_EQ(of({Offset::Kind::entry_point, 0, 0x3f0, 0}), "none");
}

TEST_F(WindowOf, CountsFromSections) {
  EXPECT_EQ(of({Offset::Kind::section, 2, 8, 0}), "608-608");
  EXPECT_EQ(of({Offset::Kind::section, 1, 0, 0}), "none");  // behind the end of the file
  EXPECT_EQ(of({Offset::Kind::section, 3, 0, 0}), "none");
  EXPECT_EQ(of({Offset::Kind::last_section, 0, 0, 2}), "600-602");
}

TEST_F(WindowOf, IsAWholeSectionAndTheByteBehindIt) {
  EXPECT_EQ(of({Offset::Kind::section_end, 0, 0, 0}), "400-600");
  EXPECT_EQ(of({Offset::Kind::section_end, 1, 0, 0}), "none");
  EXPECT_EQ(of({Offset::Kind::section_end, 2, 0, 0}), "600-800");
}

TEST_F(WindowOf, HoldsTheKeysOfVersionInformation) {
  const Offset offset{Offset::Kind::version_info, 0, 0, 0};
  EXPECT_EQ(of(offset), "620-700");
  EXPECT_TRUE(begins_rightly(offset, subject_, 0x640));
  EXPECT_FALSE(begins_rightly(offset, subject_, 0x641));
}

TEST_F(WindowOf, IsNoneInWhatIsNoProgram) {
  subject_.executable = nullptr;
  for (const auto kind :
       {Offset::Kind::entry_point, Offset::Kind::section, Offset::Kind::section_end,
        Offset::Kind::last_section, Offset::Kind::version_info}) {
    EXPECT_EQ(of({kind, 0, 0, 0}), "none");
  }
}

}  // namespace
}  // namespace antidotary::pack
