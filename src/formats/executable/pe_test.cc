// PE: programs of our own making; what is expected of them is what clamscan 1.4.6 says of them.
#include "formats/executable/pe.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "formats/executable/specimens.h"

namespace antidotary::executable {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;

constexpr std::size_t file_bytes = 0x800;

Result<Layout> read(Bytes file) {
  Budget budget;
  return read_pe(file, budget);
}
Result<Layout> read(const PeSpec& spec, std::size_t size = file_bytes) {
  return read(pe_of(spec, size));
}
ErrorKind error_of(const PeSpec& spec, std::size_t size = file_bytes) {
  const auto layout = read(spec, size);
  EXPECT_FALSE(layout.has_value());
  return layout ? ErrorKind::internal : layout.error().kind;
}
std::uint64_t entry_of(PeSpec spec, std::uint32_t entry, std::size_t size = file_bytes) {
  spec.entry = entry;
  return read(spec, size)->entry_point;
}

TEST(Pe, TellsEntryPointAndSections) {
  for (const bool wide : {false, true}) {
    PeSpec spec;
    spec.wide = wide;
    spec.entry = 0x2010;
    const auto layout = read(spec);
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->entry_point, 0x610u);
    EXPECT_THAT(layout->sections, ElementsAre(FieldsAre(0x400, 0x200), FieldsAre(0x600, 0x200)));
    EXPECT_THAT(layout->version_strings, ElementsAre());
    EXPECT_EQ(layout->imports, "");
  }
}

TEST(Pe, RoundsOffsetsDownAndSizesUp) {
  PeSpec spec;
  spec.sections = {{0x1000, 0x410, 0x1f0, 0x10}, {0x2000, 0x690, 0x201, 0x10}};
  const auto layout = read(spec, 0x1000);
  EXPECT_THAT(layout->sections, ElementsAre(FieldsAre(0x400, 0x200), FieldsAre(0x600, 0x400)));
  EXPECT_EQ(entry_of(spec, 0x1008, 0x1000), 0x408u);
  EXPECT_EQ(entry_of(spec, 0x11f8, 0x1000), 0x5f8u);
}

TEST(Pe, FallsBackTo512WhereTheStatedAlignmentCannotBe) {
  PeSpec spec;
  spec.file_alignment = 0x1000;
  spec.sections = {{0x1000, 0x1000, 0x200, 0x200}, {0x2000, 0x1200, 0x123, 0x200}};
  EXPECT_THAT(read(spec, 0x2000)->sections,
              ElementsAre(FieldsAre(0x1000, 0x200), FieldsAre(0x1200, 0x200)));
  spec.sections[1].offset = 0x1210;  // no multiple of 512 either: nothing speaks against 0x1000
  EXPECT_THAT(read(spec, 0x2000)->sections,
              ElementsAre(FieldsAre(0x1000, 0x1000), FieldsAre(0x1000, 0x1000)));
  spec.file_alignment = 0;
  EXPECT_THAT(read(spec, 0x2000)->sections,
              ElementsAre(FieldsAre(0x1000, 0x200), FieldsAre(0x1210, 0x123)));
}

TEST(Pe, CutsSectionsAtTheEndAndKeepsTheNumbersOfAbsentOnes) {
  PeSpec spec;
  spec.sections = {{0x1000, 0x400, 0x200, 0x200},
                   {0x2000, 0x4000, 0x200, 0x200},
                   {0x3000, 0x600, 0x5000, 0x200},
                   {0x4000, 0, 0, 0x200}};
  EXPECT_THAT(read(spec)->sections, ElementsAre(FieldsAre(0x400, 0x200), FieldsAre(0x4000, 0),
                                                FieldsAre(0x600, 0x200), FieldsAre(0, 0)));
}

TEST(Pe, FindsTheEntryPointInHeadersAndInTheLastSectionThatHoldsIt) {
  PeSpec spec;
  EXPECT_EQ(entry_of(spec, 0), 0u);
  EXPECT_EQ(entry_of(spec, 0x7ff), 0x7ffu);
  spec.sections[0].raw_size = 0x1800;
  spec.sections[1].offset = 0x1c00;
  EXPECT_EQ(entry_of(spec, 0x2010, 0x1e00), 0x1c10u);
  EXPECT_EQ(entry_of(spec, 0x2300, 0x1e00), 0x1700u);
}

TEST(Pe, RefusesWhatHasNoLayout) {
  for (const std::uint32_t entry : {0xfffu, 0x1200u, 0x3000u, 0x80000000u}) {
    PeSpec spec;
    spec.entry = entry;
    EXPECT_EQ(error_of(spec), ErrorKind::malformed) << entry;
  }
  PeSpec spec;
  spec.sections.clear();
  EXPECT_EQ(error_of(spec), ErrorKind::malformed);
  spec.sections = {{0x80000000, 0x400, 0x200, 0x200}};
  EXPECT_EQ(error_of(spec), ErrorKind::malformed);
  EXPECT_EQ(read(Bytes()).error().kind, ErrorKind::truncated);
  EXPECT_EQ(read(as_bytes(std::string_view("no program"))).error().kind,
            ErrorKind::not_this_format);
}

TEST(Pe, ReadsNoFurtherThanTheFile) {
  const Buffer whole = full_pe(false);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Buffer cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto layout = read(cut);
    EXPECT_EQ(layout.has_value(), size > 0x400) << size;  // the first byte of the code
  }
}

TEST(Pe, WritesTheListThatImphashIsMadeOf) {
  for (const bool wide : {false, true}) {
    EXPECT_EQ(read(full_pe(wide))->imports,
              "ws2_32.getdata,ws2_32.setdata,ws2_32.accept,ws2_32.wsastartup,ws2_32.ord999");
  }
}

std::string imports_by(std::string_view library, std::string_view function,
                       std::uint32_t directory_bytes = 40) {
  PeSpec spec;
  spec.import_and_resource = {0x2000, directory_bytes, 0, 0};
  Buffer file = pe_of(spec, file_bytes);
  put(file, 0x600, imports_of(library, {function}, {}, 0x2000, false));
  return read(file)->imports;
}

TEST(Pe, TakesKnownEndingsOffLibraries) {
  EXPECT_EQ(imports_by("A.DLL", "F"), "a.f");
  EXPECT_EQ(imports_by("a.ocx", "F"), "a.f");
  EXPECT_EQ(imports_by("a.sys", "F"), "a.f");
  EXPECT_EQ(imports_by("a.drv", "F"), "a.drv.f");
  EXPECT_EQ(imports_by("a.b.dll", "F"), "a.b.dll.f");
  EXPECT_EQ(imports_by("a.dll.dll", "F"), "a.f");
  EXPECT_EQ(imports_by("plain", "F"), "plain.f");
}

TEST(Pe, ReadsAsManyLibrariesAsTheDirectoryHasRowsBeforeItsLast) {
  EXPECT_EQ(imports_by("a.dll", "F", 20), "");
  EXPECT_EQ(imports_by("a.dll", "F", 21), "a.f");
  EXPECT_EQ(imports_by("a.dll", "F", 0), "");
}

TEST(Pe, MakesNoListOfDamagedImports) {
  EXPECT_EQ(imports_by("a.dll", "?mangled@@YA$Z"), "a.?mangled@@ya$z");
  EXPECT_EQ(imports_by("a.dll", "con\x01trol"), "");
  PeSpec spec;
  spec.import_and_resource = {0x2000, 40, 0, 0};
  Buffer imports = imports_of("a.dll", {"F"}, {}, 0x2000, false);
  store_u32_le(imports, 12, 0x9000);
  Buffer file = pe_of(spec, file_bytes);
  put(file, 0x600, imports);
  EXPECT_EQ(read(file)->imports, "");
}

TEST(Pe, FindsTheKeysOfVersionInformation) {
  for (const bool wide : {false, true}) {
    const Buffer file = full_pe(wide);
    const auto layout = read(file);
    std::vector<std::uint64_t> wanted;
    for (const std::string_view key : {"Alpha", "Beta"}) {
      Buffer units;
      for (const char c : key) append_u16_le(units, static_cast<unsigned char>(c));
      const auto place = std::search(file.begin(), file.end(), units.begin(), units.end());
      ASSERT_NE(place, file.end());
      wanted.push_back(static_cast<std::uint64_t>(place - file.begin()));
    }
    EXPECT_EQ(layout->version_strings, wanted);
  }
}

TEST(Pe, StopsWhenTheBudgetIsSpent) {
  Budget budget({.steps_max = 3});
  const auto layout = read_pe(full_pe(false), budget);
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().kind, ErrorKind::budget_spent);
}

// Directories of resources that point to each other: the walk has three levels and an end.
TEST(Pe, EndsInResourcesThatPointToThemselves) {
  PeSpec spec;
  spec.import_and_resource = {0, 0, 0x2000, 0x1000};
  spec.sections[1].raw_size = 0x100000;
  Buffer file = pe_of(spec, 0x600 + 0x90000);
  store_u16_le(file, 0x600 + 12, 0);
  store_u16_le(file, 0x600 + 14, 0xffff);
  for (std::size_t i = 0; i < 0xffff; ++i) {
    store_u32_le(file, 0x600 + 16 + 8 * i, 16);
    store_u32_le(file, 0x600 + 20 + 8 * i, 0x80000000);
  }
  Budget budget({.steps_max = 200'000});
  EXPECT_TRUE(read_pe(file, budget).has_value());
}

}  // namespace
}  // namespace antidotary::executable
