// MachO: programs of our own making; what is expected of them is what clamscan 1.4.6 says of them,
// but for entry points of other machines than PowerPC (docs/decisions/0014).
#include "formats/executable/macho.h"

#include <gmock/gmock.h>

#include "formats/executable/specimens.h"

namespace antidotary::executable {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;

Result<Layout> read(Bytes file) {
  Budget budget;
  return read_macho(file, budget);
}

constexpr std::uint32_t power = 18, power_64 = 0x01000012;
Buffer narrow_power() { return macho_of(false, true, power, 1, 0); }

// Fields of the narrow big-endian specimen: the first section's row, and its last sections' count.
constexpr std::size_t count_at = 16, first_command = 28, first_row = first_command + 56;

TEST(MachO, TellsEntryPointAndSectionsOfEveryMachine) {
  const auto expect = [](const Buffer& file) {
    const auto layout = read(file);
    ASSERT_TRUE(layout) << layout.error().what;
    EXPECT_EQ(layout->entry_point, 0x110u);
    EXPECT_THAT(layout->sections,
                ElementsAre(FieldsAre(0x100, 0x80), FieldsAre(0x180, 0x80), FieldsAre(0, 0x80)));
  };
  for (const bool big : {false, true}) {
    expect(macho_of(false, big, power, 1, 0));
    expect(macho_of(true, big, power_64, 5, 0));
    expect(macho_of(false, big, 7, 1, 40));
    expect(macho_of(true, big, 0x01000007, 4, 128));
    expect(macho_of(false, big, 12, 1, 60));
    expect(macho_of(true, big, 0x0100000c, 6, 256));
  }
}

TEST(MachO, HasAnEntryPointOf0WhereItsThreadIsNotKnown) {
  EXPECT_EQ(read(macho_of(true, false, 99, 4, 128))->entry_point, 0u);
  EXPECT_EQ(read(macho_of(true, false, 7, 1, 40))->sections.size(), 3u);
}

TEST(MachO, RefusesAStartInNoSectionOfPowerPcAlone) {
  Buffer file = narrow_power();
  store_u32_le(file, first_row + 32, 0x00000100);  // the first section lies elsewhere
  EXPECT_EQ(read(file).error().kind, ErrorKind::malformed);
  Buffer other = macho_of(false, false, 7, 1, 40);
  store_u32_le(other, first_row + 32, 0x1100000);
  ASSERT_TRUE(read(other));
  EXPECT_EQ(read(other)->entry_point, 0u);
}

TEST(MachO, RefusesTablesThatLie) {
  Buffer sections = narrow_power();
  store_u32_le(sections, first_command + 48, 0x03000000);  // three, in big-endian
  EXPECT_EQ(read(sections).error().kind, ErrorKind::malformed);
  Buffer empty = narrow_power();
  store_u32_le(empty, first_command + 4, 0x04000000);
  EXPECT_EQ(read(empty).error().kind, ErrorKind::malformed);
  Buffer many = narrow_power();
  store_u32_le(many, count_at, 0xffffffff);
  EXPECT_EQ(read(many).error().kind, ErrorKind::truncated);
  EXPECT_EQ(read(as_bytes(std::string_view("no program"))).error().kind,
            ErrorKind::not_this_format);
}

TEST(MachO, ReadsNoFurtherThanTheFile) {
  for (const bool wide : {false, true}) {
    const Buffer whole = macho_of(wide, true, wide ? power_64 : power, wide ? 5 : 1, 0);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Buffer cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(read(cut).has_value()) << size;
    }
  }
}

TEST(MachO, StopsWhenTheBudgetIsSpent) {
  Budget budget({.steps_max = 2});
  const auto layout = read_macho(narrow_power(), budget);
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::executable
