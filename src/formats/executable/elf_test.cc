// ELF: programs of our own making; what is expected of them is what clamscan 1.4.6 says of them.
#include "formats/executable/elf.h"

#include <gmock/gmock.h>

#include "formats/executable/specimens.h"

namespace antidotary::executable {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;

Result<Layout> read(Bytes file) {
  Budget budget;
  return read_elf(file, budget);
}

// Fields of the narrow little-endian specimen.
constexpr std::size_t entry_at = 24, segment_row_bytes_at = 42, segment_count_at = 44,
                      section_count_at = 48, memory_at = 52 + 20;

TEST(Elf, TellsEntryPointAndSectionsInEveryClassAndOrder) {
  for (const bool wide : {false, true}) {
    for (const bool big : {false, true}) {
      const auto layout = read(elf_of(wide, big));
      ASSERT_TRUE(layout) << wide << big << layout.error().what;
      EXPECT_EQ(layout->entry_point, 0x110u);
      EXPECT_THAT(layout->sections,
                  ElementsAre(FieldsAre(0, 0), FieldsAre(0x100, 0x80), FieldsAre(0x180, 0x80)));
    }
  }
}

TEST(Elf, HasAnEntryPointOf0WithoutAnAddressOrASegment) {
  Buffer file = elf_of(false, false);
  store_u32_le(file, entry_at, 0);
  EXPECT_EQ(read(file)->entry_point, 0u);
  store_u32_le(file, entry_at, 0x10110);
  store_u16_le(file, segment_count_at, 0);
  EXPECT_EQ(read(file)->entry_point, 0u);
}

TEST(Elf, RefusesWhatHasNoLayout) {
  Buffer outside = elf_of(false, false);
  store_u32_le(outside, memory_at, 0x10);
  EXPECT_EQ(read(outside).error().kind, ErrorKind::malformed);
  Buffer rows = elf_of(false, false);
  store_u16_le(rows, segment_row_bytes_at, 40);
  EXPECT_EQ(read(rows).error().kind, ErrorKind::malformed);
  Buffer many = elf_of(false, false);
  store_u16_le(many, section_count_at, 300);
  EXPECT_EQ(read(many).error().kind, ErrorKind::truncated);
  EXPECT_EQ(read(as_bytes(std::string_view("no program, but long enough"))).error().kind,
            ErrorKind::not_this_format);
}

TEST(Elf, ReadsNoFurtherThanTheFile) {
  for (const bool wide : {false, true}) {
    const Buffer whole = elf_of(wide, true);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Buffer cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(read(cut).has_value()) << size;
    }
  }
}

TEST(Elf, StopsWhenTheBudgetIsSpent) {
  Budget budget({.steps_max = 2});
  const auto layout = read_elf(elf_of(true, false), budget);
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::executable
